"""A rater's own sitting: progress and pace, the list of what they said, the end."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import excerpts, reading, sitting
from service.domain.assignment import (
    DONE,
    FIRST_TIME,
    AssignmentKind,
    AssignmentState,
    Event,
    advance,
)
from service.domain.study import StudyState
from service.store import (
    assignments,
    closing_questions,
    gold,
    histories,
    judging,
    prompts,
    raters,
    studies,
    votes,
)
from service.store.raters import Sitter
from service.usecases.blind import panels, places

MIN_PACE_VOTES = 3
_SAMPLE = 60
_COUNTED = {*FIRST_TIME, AssignmentKind.REPEAT, AssignmentKind.GOLD}


@dataclass(frozen=True)
class Progress:
    """What the top bar and the pages around a sitting say."""

    study_title: str
    instructions: str
    done: int
    total: int
    skipped: int
    has_started: bool
    is_finished: bool
    is_over: bool
    is_waiting: bool
    pace_seconds: float | None
    quota: int = 0
    follows_practice: bool = False
    takes_prompts: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether all that this rater was asked for is done; they may go on all the same."""
        return 0 < self.quota <= self.done


@dataclass(frozen=True)
class Asked:
    """What a newcomer is asked for: how many, and about how many minutes that takes."""

    number: int
    minutes: int | None


@dataclass(frozen=True)
class OwnVote:
    """One line of a rater's own list."""

    token: str
    number: int
    choice: str
    revision: int
    prompt_excerpt: str


@dataclass(frozen=True)
class Consistency:
    """How many repeats a rater judged, and how many of them as before."""

    repeated: int
    agreed: int


def is_withdrawn(session: Session, rater_id: int) -> bool:
    """Tell whether the rater's own link was withdrawn."""
    invite = raters.invite_of_rater(session, rater_id)
    return invite is not None and invite.revoked_at is not None


def progress(
    session: Session, rater_id: int, sitter: Sitter | None = None, *, with_pace: bool = True
) -> Progress:
    """Return a rater's progress; skipped matchups count as done, and so do repeats and gold.

    `total` is what is done, what lies before the rater, and what may still come as of the last
    deal. No figure depends on the kind of anything. `sitter` is the rater, where this transaction
    has read them already. Without `with_pace` nobody asks how long votes took.
    """
    sitter = sitter or raters.sitter(session, rater_id)
    states: Counter[str] = Counter()
    counts = sitter.counts or histories.counts(session, rater_id)
    for (kind, state), number in counts.items():
        if state != AssignmentState.EXPIRED and kind in _COUNTED:
            states[state] += number
    to_come = sitter.to_come
    if to_come is None:
        regular = panels.to_come(session, sitter)
        if regular is None:
            regular = histories.to_come(session, sitter.study_id, rater_id)
        gold_to_come = gold_for(session, sitter, 0)
        to_come = regular + sitting.beside_wanted(sitter.options, regular, gold_to_come)
    done = sum(states[state] for state in DONE)
    lying = states[AssignmentState.DEALT]
    is_closed = sitter.state == StudyState.CLOSED
    quota = int(sitter.options.get("quota", sitting.DEFAULT_SITTING.quota))
    there_are = done + lying + (0 if is_closed else to_come)
    durations = votes.recent_durations(session, rater_id) if with_pace else []
    return Progress(
        study_title=sitter.title,
        instructions=sitter.instructions,
        done=done,
        total=sitting.total_asked(quota, done, there_are),
        skipped=states[AssignmentState.SKIPPED],
        has_started=sitter.started_at is not None,
        is_finished=sitter.finished_at is not None,
        is_over=is_closed,
        is_waiting=sitter.state == StudyState.OPEN and lying + to_come == 0,
        pace_seconds=statistics.median(durations) / 1000
        if len(durations) >= MIN_PACE_VOTES
        else None,
        quota=quota,
        follows_practice=done == 0 and bool(sitter.options.get("practice", True)),
        takes_prompts=bool(sitter.options.get("submissions")),
    )


def gold_for(session: Session, sitter: Sitter, had: int) -> int:
    """Return how much gold there is for a rater who `had` so much: what flags withdrew is none."""
    written = len(sitter.options.get("gold", ()))
    if not written or not sitter.options.get("withdraws_flagged"):
        return written
    return had + len(gold.candidates(session, sitter.study_id, sitter.rater_id))


def asked(session: Session, study_id: int) -> Asked | None:
    """Return what a study asks of each rater, None where it does not say.

    The time is told by a few texts as they are shown, whoever wrote them: the same for all who
    ask, and nothing of what was thought or left out before.
    """
    quota = sitting.from_stored(studies.by_id(session, study_id).options).quota
    if not quota:
        return None
    texts = closing_questions.some_texts(session, study_id, _SAMPLE)
    minutes = reading.minutes_for(quota, [one[0] for one in texts], [one[1] for one in texts])
    return Asked(quota, minutes)


def may_practise(session: Session, rater_id: int) -> bool:
    """Tell whether a rater who has been dealt nothing yet may try the page first."""
    study = studies.by_id(session, raters.by_id(session, rater_id).study_id)
    has_practice = bool(sitting.from_stored(study.options).practice)
    return has_practice and not histories.has_any(session, rater_id)


def finish(session: Session, rater_id: int, now: datetime) -> None:
    """End a rater's work for good and free what lay before them; twice is once."""
    raters.lock(session, rater_id)
    rater = raters.fresh(session, rater_id)
    if rater.finished_at is not None:
        return
    rater.finished_at = now
    session.flush()
    study = studies.by_id(session, rater.study_id)
    lying = sorted(histories.lying(session, rater_id), key=lambda one: one.prompt_id)
    for one in lying:
        prompts.lock(session, one.prompt_id)
        # A vote may have come in while we waited for the prompt: then it is no longer there.
        before = AssignmentState.DEALT
        if assignments.move(session, one.id, before, advance(before, Event.LAPSE), now):
            places.recount(session, study, one.prompt_id)


def own_votes(session: Session, rater_id: int) -> list[OwnVote]:
    """Return the rater's votes that stand, numbered in the order they were cast."""
    standing = votes.standing_of_rater(session, rater_id)
    asked = [prompts.by_id(session, one.prompt_id).turns[0] for _, one in standing]
    return [
        OwnVote(
            token=assignment.token,
            number=number,
            choice=str(vote.choice),
            revision=vote.revision,
            prompt_excerpt=excerpt,
        )
        for number, ((vote, assignment), excerpt) in enumerate(
            zip(standing, excerpts.excerpts(asked), strict=True), start=1
        )
    ]


def consistency(session: Session, rater_id: int) -> Consistency:
    """Count a rater's repeats whose first judgement still stands."""
    return consistencies(session, [rater_id])[rater_id]


def consistencies(session: Session, rater_ids: Sequence[int]) -> dict[int, Consistency]:
    """Count repeats whose first judgement still stands, by rater."""
    return {
        identity: Consistency(
            repeated=len(pairs),
            agreed=sum(sitting.agree_exchanged(first, again) for first, again in pairs),
        )
        for identity, pairs in judging.repeated(session, rater_ids).items()
    }
