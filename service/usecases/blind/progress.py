"""A rater's own progress: how many are done, how many may come, and the pace."""

import statistics
from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.assignment import DONE, AssignmentKind, AssignmentState
from service.domain.study import StudyState
from service.store import histories, raters, studies, votes
from service.usecases.blind import gold

MIN_PACE_VOTES = 3
_COUNTED = {AssignmentKind.REGULAR, AssignmentKind.REPEAT, AssignmentKind.GOLD}


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


def language(session: Session, rater_id: int) -> str | None:
    """Return the language that the rater's study fixes, None where it leaves it to the browser."""
    return raters.language_of_study(session, rater_id)


def is_withdrawn(session: Session, rater_id: int) -> bool:
    """Tell whether the rater's own link was withdrawn."""
    invite = raters.invite_of_rater(session, rater_id)
    return invite is not None and invite.revoked_at is not None


def progress(session: Session, rater_id: int) -> Progress:
    """Return a rater's progress; skipped matchups count as done, and so do repeats and gold.

    `total` is what is done, what lies before the rater, and what may still come: the open
    places of prompts, at most one for each matchup the rater has not seen.
    """
    rater = raters.by_id(session, rater_id)
    study = studies.by_id(session, rater.study_id)
    states: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for (kind, state), number in histories.counts(session, rater_id).items():
        if state != AssignmentState.EXPIRED and kind in _COUNTED:
            states[state] += number
            kinds[kind] += number
    to_come = histories.to_come(session, study.id, rater_id)
    done = sum(states[state] for state in DONE)
    lying = states[AssignmentState.DEALT]
    is_over = study.state == StudyState.CLOSED
    share = sitting.from_stored(study.options).repeats
    regular = kinds[AssignmentKind.REGULAR] + to_come
    beside = max(0, sitting.repeats_wanted(regular, share) - kinds[AssignmentKind.REPEAT])
    beside += gold.left(session, study, rater_id, regular)
    durations = votes.recent_durations(session, rater_id)
    return Progress(
        study_title=study.title,
        instructions=study.instructions,
        done=done,
        # Repeats and gold still to come are counted while there is a sitting for them to come in.
        total=done + lying + (to_come + beside if to_come + lying and not is_over else 0),
        skipped=states[AssignmentState.SKIPPED],
        has_started=rater.started_at is not None,
        is_finished=rater.finished_at is not None,
        is_over=is_over,
        is_waiting=study.state == StudyState.OPEN and lying + to_come == 0,
        pace_seconds=statistics.median(durations) / 1000
        if len(durations) >= MIN_PACE_VOTES
        else None,
    )


def may_practise(session: Session, rater_id: int) -> bool:
    """Tell whether a rater who has been dealt nothing yet may try the page first."""
    study = studies.by_id(session, raters.by_id(session, rater_id).study_id)
    has_practice = bool(sitting.from_stored(study.options).practice)
    return has_practice and not histories.has_any(session, rater_id)
