"""Lets a researcher decide about completions that were kept back since they name their maker."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.domain.study import LeakPolicy
from service.errors import Conflict, Invalid, NotFound
from service.store import completions, prompts, studies
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.lookup import find

MOST_SHOWN = 50
KEEP_OUT = "keep_out"
# How what is shown is made, by what was decided.
_POLICIES = {"accept": LeakPolicy.REPORT, "mask": LeakPolicy.MASK}


class UnknownCompletion(NotFound):
    """The study has no such completion."""


class NothingToReview(Conflict):
    """The completion is not kept back, or no longer."""


@dataclass(frozen=True)
class LeakView:
    """A completion that waits for a decision, with the places that name its maker."""

    completion_id: int
    prompt_key: str
    configuration: str
    excerpts: tuple[str, ...]


def waiting(session: Session, name: str) -> list[LeakView]:
    """Return what is kept back in a study and undecided.

    Raises
    ------
    UnknownStudy
    """
    rows = completions.quarantined(session, find(session, name).id, MOST_SHOWN)
    return [
        LeakView(row.id, key, by, tuple(leak["excerpt"] for leak in row.leaks.get("found", ())))
        for row, key, by in rows
    ]


def decide(
    session: Session, name: str, completion_id: int, verdict: str, by: str, now: datetime
) -> None:
    """Show a completion that was kept back as it is or masked, or keep it out for good.

    The decision stays with the completion: what, by whom, when.

    Raises
    ------
    UnknownStudy, UnknownCompletion, NothingToReview
    """
    if verdict not in {*_POLICIES, KEEP_OUT}:
        raise Invalid("Decide to show the text, to mask it, or to keep it out.")
    study = studies.lock(session, find(session, name).id)
    row = completions.by_id(session, completion_id)
    if row is None or row.study_id != study.id:
        raise UnknownCompletion("The study has no such completion.")
    prompt = prompts.locked(session, [row.prompt_id])[0]
    session.refresh(row)
    if row.state != CompletionState.QUARANTINED or publishing.REVIEWED in row.details:
        raise NothingToReview("This is decided already. Reload the page.")
    said = {"verdict": verdict, "by": by, "at": now.isoformat()}
    row.details = {**row.details, publishing.REVIEWED: said}
    session.flush()
    if verdict == KEEP_OUT:
        return
    row.details = {**row.details, publishing.SHOWN_BY: str(_POLICIES[verdict])}
    row.state = CompletionState.RECORDED
    session.flush()
    (recorded,) = publishing.recorded(session, 1, [row.id])
    shown = replace(recorded, leak_policy=_POLICIES[verdict])
    if prompt.is_plain:
        made = publishing.prepare_plainly(shown, "another answer")
    else:
        made = publishing.prepare(shown)
    publishing.finish(session, [made], now)
