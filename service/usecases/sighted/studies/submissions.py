"""Looks at prompts that raters suggest: shows them, takes them into the study, or declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.blinding import canonical
from service.domain import sitting, submission
from service.domain.prompt import Prompt
from service.domain.study import LEAST_CONFIGURATIONS, StudyState
from service.domain.submission import SubmissionState
from service.errors import Conflict, Invalid, NotFound
from service.formats.exports.personal import Redactor
from service.store import incoming, models, prompts, studies, submissions
from service.usecases.sighted import lookup
from service.usecases.sighted.generation import requests
from service.usecases.sighted.studies import prompt_sets, rows

MOST_AT_ONCE = 50
PAGE = 50
MOST_TAGS = 10
LONGEST_TAG = 60
LONGEST_REASON = 300


class UnknownSubmission(NotFound):
    """The study has no submission of that number."""


class NothingWouldAnswer(Conflict):
    """The study is not open, or has fewer than two configurations that call a model."""


@dataclass(frozen=True)
class SubmissionView:
    """A prompt that a rater suggested, as the researcher sees it.

    Attributes
    ----------
    doubts : tuple of str
        `asks_who`, `personal`, or `known`: the study has a prompt of this text, or one that was
        made of what reads the same.
    prompt : str
        The id of the prompt that was made of it, "" where there is none.
    because : str
        Why it was declined, "" where nobody said so.
    became : str
        The prompt's text where it was changed, else "".
    """

    number: int
    text: str
    pseudonym: str
    state: str
    doubts: tuple[str, ...]
    prompt: str
    became: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    because: str


@dataclass(frozen=True)
class Counts:
    """How many submissions there are, and whether the study takes them."""

    waiting: int
    accepted: int
    declined: int
    is_asked: bool

    @property
    def are_any(self) -> bool:
        """Whether there is something to see."""
        return self.is_asked or bool(self.waiting or self.accepted or self.declined)


@dataclass(frozen=True)
class Accepted:
    """How many prompts were made, and how many suggestions that settled."""

    prompts: int
    settled: int


def counts(session: Session, study_name: str) -> Counts:
    """Return how many submissions a study has.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, study_name)
    found = submissions.count_by_state(session, study.id)
    return Counts(
        waiting=found.get(SubmissionState.WAITING, 0),
        accepted=found.get(SubmissionState.ACCEPTED, 0),
        declined=found.get(SubmissionState.DECLINED, 0),
        is_asked=bool(sitting.from_stored(study.options).submissions),
    )


def of_study(
    session: Session, study_name: str, state: SubmissionState | None = None, after: int = 0
) -> list[SubmissionView]:
    """Return submissions behind a number, `PAGE` of them, the oldest first.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, study_name)
    found = submissions.of_study(session, study.id, state, after, PAGE)
    asked = [Prompt(turns=(one.row.text,)) for one in found]
    known = prompts.fingerprints_among(session, study.id, [each.fingerprint for each in asked])
    known |= submissions.sounds_taken(session, study.id, [one.row.sound for one in found])
    redactor = Redactor(())
    return [
        SubmissionView(
            number=one.row.id,
            text=one.row.text,
            pseudonym=one.pseudonym,
            state=one.row.state,
            doubts=_doubts(one, each, known, redactor),
            prompt=one.prompt_key or "",
            became=one.turns[0] if one.turns and one.turns[0] != one.row.text else "",
            created_at=one.row.created_at,
            decided_at=one.row.decided_at,
            decided_by=one.row.decided_by,
            because=one.row.because if one.row.state == SubmissionState.DECLINED else "",
        )
        for one, each in zip(found, asked, strict=True)
    ]


def _doubts(
    one: submissions.Told, asked: Prompt, known: set[str], redactor: Redactor
) -> tuple[str, ...]:
    if one.row.state != SubmissionState.WAITING:
        return ()
    is_known = not known.isdisjoint({asked.fingerprint, one.row.sound})
    return prompt_sets.doubts_about(asked, redactor) + ("known",) * is_known


def accept(
    session: Session,
    study_name: str,
    numbers: Sequence[int],
    tags: Sequence[str],
    by: str,
    now: datetime,
    text: str | None = None,
) -> Accepted:
    """Make prompts of submissions, with their answers still to be generated.

    `text` is what one of them becomes where somebody changed it; what the rater wrote stays. What
    reads the same is settled with it, so that nobody who wrote it is dealt it. What the study has
    already makes no prompt. Those that were accepted before stay as they are.

    Raises
    ------
    UnknownStudy, UnknownSubmission, NothingWouldAnswer
    Invalid
        A text or tags that no prompt can have.
    TemplateInvalid
        A configuration's template asks for what such a prompt does not have.
    """
    study = studies.lock(session, lookup.find(session, study_name).id)
    active = _answering(session, study)
    found = _locked(session, study, numbers)
    if text is not None and len(found) > 1:
        raise Invalid("Change one text at a time.")
    named = checked_tags(tags)
    made = settled = 0
    for row in found:
        session.refresh(row)
        if row.state == SubmissionState.ACCEPTED:
            continue
        asked = Prompt(turns=(_changed(row.text, text),), tags=named)
        prompt_id = _add(session, study, active, asked, now)
        made += prompt_id is not None
        row.state, row.decided_at, row.decided_by = SubmissionState.ACCEPTED, now, by
        row.prompt_id = prompt_id or row.prompt_id
        session.flush()
        settled += 1
        for sound in {row.sound, submission.sound_of(asked.turns[0])}:
            settled += submissions.settle(session, study.id, sound, prompt_id, by, now)
    return Accepted(made, settled)


def decline(
    session: Session,
    study_name: str,
    numbers: Sequence[int],
    by: str,
    now: datetime,
    because: str = "",
) -> int:
    """Decline submissions that wait; return how many. Nothing is deleted.

    `because` may say why, on sighted pages alone: whoever suggested it does not read it.

    Raises
    ------
    UnknownStudy, UnknownSubmission
    Invalid
        The reason is too long.
    """
    why = " ".join(because.split())
    if len(why) > LONGEST_REASON:
        raise Invalid("A reason has %(most)s characters at most.", most=LONGEST_REASON)
    study = lookup.find(session, study_name)
    waiting = [
        row for row in _locked(session, study, numbers) if row.state == SubmissionState.WAITING
    ]
    for row in waiting:
        row.state, row.decided_at, row.decided_by = SubmissionState.DECLINED, now, by
        row.because = why
    session.flush()
    return len(waiting)


def take_no_more(session: Session, study_name: str) -> None:
    """Take no more prompts from raters; those that wait are still to be looked at.

    Raises
    ------
    UnknownStudy
    """
    study = studies.lock(session, lookup.find(session, study_name).id)
    study.options = {name: value for name, value in study.options.items() if name != "submissions"}


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags, each once and without white space around it.

    Raises
    ------
    Invalid
    """
    named = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    if len(named) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in named):
        raise Invalid(
            "A prompt takes %(most)s tags of up to %(longest)s characters here.",
            most=MOST_TAGS,
            longest=LONGEST_TAG,
        )
    return named


def _changed(written: str, text: str | None) -> str:
    if text is None:
        return written
    shown = canonical.canonical(text).strip()
    if not shown or len(shown) > submission.LONGEST:
        raise Invalid("A prompt here has 1 to %(most)s characters.", most=submission.LONGEST)
    return shown


def _answering(session: Session, study: models.Study) -> list[models.Configuration]:
    """Return the configurations that will answer what is taken now."""
    if study.state != StudyState.OPEN:
        raise NothingWouldAnswer("Only an open study takes prompts that raters suggested.")
    active = [
        row
        for row in studies.configurations(session, study.id)
        if row.retired_at is None and row.model is not None
    ]
    if len(active) < LEAST_CONFIGURATIONS:
        raise NothingWouldAnswer(
            "Fewer than two configurations of this study call a model, so there would be nothing "
            "to compare."
        )
    return active


def _locked(
    session: Session, study: models.Study, numbers: Sequence[int]
) -> Sequence[models.Submission]:
    if not 0 < len(set(numbers)) <= MOST_AT_ONCE:
        raise Invalid("Choose 1 to %(most)s of them.", most=MOST_AT_ONCE)
    found = submissions.locked(session, study.id, numbers)
    missing = sorted(set(numbers) - {row.id for row in found})
    if missing:
        raise UnknownSubmission("The study has no suggested prompt %(number)s.", number=missing[0])
    return found


def _add(
    session: Session,
    study: models.Study,
    active: Sequence[models.Configuration],
    asked: Prompt,
    now: datetime,
) -> int | None:
    """Add a prompt with what is to be generated; None where the study has it already."""
    sound = submission.sound_of(asked.turns[0])
    if prompts.fingerprints_among(session, study.id, [asked.fingerprint]):
        return None
    if submissions.sounds_taken(session, study.id, [sound]):
        # A second one that reads the same could be dealt to whoever suggested the first.
        return None
    for configuration in active:
        requests.turns_for(configuration, asked)
    row = rows.prompt_row(study, asked, incoming.last_position(session, study.id) + 1, now)
    session.add(row)
    session.flush()
    rows.ask_for(session, study, [row.id], now)
    return row.id
