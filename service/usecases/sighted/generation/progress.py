"""Tells how far the generation of studies has come, for whoever watches the log."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.completion import SETTLED, CompletionState
from service.store import completions, studies


@dataclass(frozen=True)
class Progress:
    """How a study's completions stand; `to_come` are those that are not settled."""

    study: str
    ready: int
    failed: int
    to_come: int


def unfinished(session: Session) -> set[int]:
    """Return the ids of studies with completions that are still to come."""
    return completions.unfinished_studies(session)


def of(session: Session, study_ids: Iterable[int]) -> list[Progress]:
    """Return how these studies stand, by name; those that are gone are left out."""
    found = []
    for study_id in study_ids:
        states: Counter[str] = Counter()
        for (_, state), number in completions.states(session, study_id).items():
            states[state] += number
        if states:
            found.append(
                Progress(
                    study=studies.by_id(session, study_id).name,
                    ready=states[CompletionState.READY],
                    failed=states[CompletionState.FAILED],
                    to_come=sum(n for state, n in states.items() if state not in SETTLED),
                )
            )
    return sorted(found, key=lambda one: one.study)
