"""Opens studies, closes them, and lets generation pause and go on."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.budget import CapMissing
from service.domain.ending import Met, Then
from service.domain.study import (
    LEAST_CONFIGURATIONS,
    Lacks,
    StudyNotOpen,
    StudyState,
    check_may_open,
)
from service.domain.webhook import Event
from service.store import completions, models, prompts, studies
from service.usecases.sighted import webhooks
from service.usecases.sighted.generation import brakes, estimates, publishing
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import preregistrations, unsealing
from service.usecases.sighted.studies import rows


@dataclass(frozen=True)
class Opened:
    """What opening a study set going."""

    name: str
    pending: int


def open_study(session: Session, name: str, now: datetime) -> Opened:
    """Open a draft: write its pending completions, which the caller then rings for.

    Raises
    ------
    StudyNotReady, StudyNotOpen, CapMissing
    """
    row = studies.lock(session, find(session, name).id)
    active = [
        configuration
        for configuration in studies.configurations(session, row.id)
        if configuration.retired_at is None
    ]
    check_may_open(
        state=StudyState(row.state),
        configurations=len(active),
        prompts=prompts.count(session, row.id),
        has_work=True,
    )
    estimates.check_cap(session, row, active)
    if row.state == StudyState.DRAFT:
        row.state = StudyState.OPEN
        row.opened_at = now
        preregistrations.freeze(session, row, now)
        webhooks.happened(session, row, Event.OPENED, "opened", now)
    pending = rows.add_pending(session, row, now)
    publishing.settle(session, *prompts.ids(session, row.id))
    return Opened(row.name, pending)


def lacks(session: Session, name: str) -> Lacks:
    """Return what a draft lacks before it can open; nothing is changed.

    Raises
    ------
    UnknownStudy
    """
    row = find(session, name)
    active = [each for each in studies.configurations(session, row.id) if each.retired_at is None]
    answered = completions.answering(session, row.id)
    silent = [each.name for each in active if each.model is None and each.id not in answered]
    short = max(0, LEAST_CONFIGURATIONS - len(active))
    found = Lacks(short, prompts.count(session, row.id) == 0, tuple(silent))
    try:
        estimates.check_cap(session, row, active)
    except CapMissing as error:
        unpriced = str(error.values.get("names", ""))
        return replace(found, cap=True, unpriced=unpriced, other_cap=_other_cap(row))
    return found


def _other_cap(row: models.Study) -> str:
    """Return which of calls and tokens is not capped where one of the two is, else ""."""
    if (row.cap_calls is None) == (row.cap_tokens is None):
        return ""
    return "calls" if row.cap_calls is None else "tokens"


def close_study(session: Session, name: str, now: datetime) -> None:
    """Close a study for good: nothing more is dealt or generated; late votes are kept apart.

    A sealed one stays sealed where its declared end is not reached.
    """
    row = studies.lock(session, find(session, name).id)
    if row.state == StudyState.DRAFT:
        raise StudyNotOpen("The study is still a draft. Open it first.")
    row.state = StudyState.CLOSED
    row.closed_at = row.closed_at or now
    unsealing.at_stop_rule(session, row, now)


def end_as_declared(session: Session, study_id: int, met: Met, now: datetime) -> bool:
    """Do at the declared end of a study what it declared, and unseal it; once.

    It closes, or stays open where the end is only to be told. Returns whether this was the first.
    """
    row = studies.lock(session, study_id)
    declared = unsealing.declared_end(row)
    if declared is None or row.end_met is not None:
        return False
    row.end_met = met.to_stored()
    if row.state == StudyState.OPEN and declared.then is Then.CLOSE:
        row.state = StudyState.CLOSED
        row.closed_at = now
    unsealing.at_stop_rule(session, row, now)
    return True


def pause(session: Session, name: str) -> None:
    """Stop new calls; what is being called is recorded."""
    studies.lock(session, find(session, name).id).is_paused = True


def resume(session: Session, name: str) -> None:
    """Let calls go on at once, also those of configurations that were paused, rest or wait."""
    row = studies.lock(session, find(session, name).id)
    row.is_paused = False
    brakes.forget(session, studies.configurations(session, row.id))
    studies.resume_configurations(session, row.id)
