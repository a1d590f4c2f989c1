"""Takes prompts that raters suggest, and tells them where each stands; nothing of its answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.blinding import canonical
from service.domain import excerpts, submission
from service.domain.prompt import Prompt
from service.domain.study import StudyState
from service.domain.submission import (
    NoSubmissions,
    SubmissionsOver,
    SubmissionState,
    TooManySubmissions,
)
from service.domain.vote import KeyReused
from service.store import changes, models, prompts, submissions
from service.store.raters import Sitter
from service.usecases.blind import voting

_A_DAY = timedelta(days=1)
_ANY_LENGTH = 10 * submission.LONGEST


@dataclass(frozen=True)
class OwnSubmission:
    """A prompt that this rater suggested: its beginning, and where it stands."""

    excerpt: str
    state: str


@dataclass(frozen=True)
class OwnSubmissions:
    """What a rater suggested, the newest first, and whether they may suggest more."""

    items: tuple[OwnSubmission, ...]
    most_waiting: int
    is_open: bool


def own(session: Session, sitter: Sitter) -> OwnSubmissions:
    """Return what a rater suggested.

    Raises
    ------
    NoSubmissions
    """
    most = _most_waiting(sitter)
    found = submissions.of_rater(session, sitter.rater_id)
    begin = excerpts.excerpts([one.text for one in found])
    items = tuple(
        OwnSubmission(excerpt, one.state) for one, excerpt in zip(found, begin, strict=True)
    )
    return OwnSubmissions(items, most, is_open=_is_open(sitter))


def submit(session: Session, sitter: Sitter, text: str, client_key: str, now: datetime) -> bool:
    """Keep a prompt that a locked rater suggests, once for each key; tell whether it is new.

    What they have sent before, and what the study has already, is thanked for like all else: no
    answer says which prompts there are.

    Raises
    ------
    NoSubmissions, SubmissionsOver, SubmissionInvalid, AsksWho, TooManySubmissions, KeyReused
    """
    voting.check_key(client_key)
    most = _most_waiting(sitter)
    shown = canonical.canonical(text[:_ANY_LENGTH]).strip()
    before = submissions.by_key(session, sitter.rater_id, client_key)
    if before is not None:
        if before.text != shown:
            raise KeyReused("This was already sent with another text. Please reload the page.")
        return False
    if not _is_open(sitter):
        raise SubmissionsOver("No more prompts are taken here. What you sent is kept.")
    submission.check(shown)
    if any(
        one.rater_id == sitter.rater_id
        for one in submissions.of_sound(session, sitter.study_id, submission.sound_of(shown))
    ):
        return False
    _check_room(submissions.count(session, sitter.study_id, sitter.rater_id, now - _A_DAY), most)
    fingerprint = Prompt(turns=(shown,)).fingerprint
    is_known = fingerprint in prompts.fingerprints_among(session, sitter.study_id, [fingerprint])
    row = models.Submission(
        study_id=sitter.study_id,
        rater_id=sitter.rater_id,
        client_key=client_key,
        text=shown,
        sound=submission.sound_of(shown),
        fingerprint=None if is_known else fingerprint,
        state=SubmissionState.WAITING,
        created_at=now,
        decided_by="",
    )
    return changes.add_once(session, row)


def _most_waiting(sitter: Sitter) -> int:
    most = int(sitter.options.get("submissions", 0))
    if not most:
        raise NoSubmissions("This study takes no prompts from raters.")
    return most


def _is_open(sitter: Sitter) -> bool:
    return sitter.state == StudyState.OPEN and not sitter.is_over


def _check_room(counted: submissions.Counted, most_waiting: int) -> None:
    if counted.waiting >= most_waiting:
        raise TooManySubmissions(
            "Thank you! Yours are waiting to be looked at. Send more once some of them have been."
        )
    if counted.lately >= submission.MOST_A_DAY or counted.ever >= submission.MOST_OF_RATER:
        raise TooManySubmissions("Thank you! That is as many as one person can send here for now.")
    if counted.of_study >= submission.MOST_OF_STUDY:
        raise TooManySubmissions(
            "So many prompts are waiting here that no more can be kept. Please try again another "
            "day."
        )
