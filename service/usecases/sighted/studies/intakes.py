"""Imports of uploaded files that a worker does, since they take longer than somebody waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import intake
from service.domain.intake import IntakeLost, IntakeState, IntakeUnderWay
from service.formats.said import said, stored
from service.store import models, uploads
from service.usecases.sighted import lookup
from service.usecases.sighted.studies.uploads import unknown


@dataclass(frozen=True)
class Claimed:
    """What a worker imports: an uploaded file of a study."""

    id: int
    fence: int
    study: str
    study_id: int
    token: str
    replaces: bool


def ask(session: Session, name: str, token: str, *, replaces: bool) -> None:
    """Ask a worker to import an uploaded file.

    Raises
    ------
    UnknownStudy, UnknownUpload, IntakeUnderWay
    """
    row = uploads.find(session, lookup.find(session, name).id, token)
    if row is None:
        raise unknown()
    if row.state in intake.UNFINISHED:
        raise IntakeUnderWay("This file is being imported already.")
    row.state, row.fence, row.done = str(IntakeState.WAITING), 0, 0
    row.choices = {**row.choices, "replaces": replaces}


def due(session: Session, now: datetime) -> int:
    """Return how many imports wait for a worker."""
    return uploads.number_due(session, now)


def claim(session: Session, now: datetime) -> Claimed | None:
    """Take the oldest import that nobody does, under a lease; None where there is none.

    One that ended several workers fails. What they brought in stays, and adds nothing twice.
    """
    while row := uploads.next_due(session, now):
        if row.fence >= intake.MOST_ATTEMPTS:
            _end(row, said("Importing has failed several times. See the worker's log."))
            session.flush()
            continue
        row.fence += 1
        row.state, row.lease_until = str(IntakeState.RUNNING), now + intake.LEASE
        session.flush()
        return Claimed(
            row.id,
            row.fence,
            lookup.name_of(session, row.study_id),
            row.study_id,
            row.token,
            bool(row.choices.get("replaces")),
        )
    return None


def note(session: Session, one: Claimed, done: int, now: datetime) -> None:
    """Note how many rows are in, and keep the lease.

    Raises
    ------
    IntakeLost
    """
    row = _held(session, one)
    row.done, row.lease_until = done, now + intake.LEASE


def finish(session: Session, one: Claimed) -> None:
    """Say that all is in; the report stands beside the file.

    Raises
    ------
    IntakeLost
    """
    row = _held(session, one)
    row.state, row.lease_until = str(IntakeState.NONE), None


def fail(session: Session, one: Claimed, why: str) -> None:
    """Say why the file was not imported to its end; what was brought in before stays.

    Raises
    ------
    IntakeLost
    """
    _end(_held(session, one), why)


def _end(row: models.Upload, why: str) -> None:
    row.state, row.lease_until = str(IntakeState.NONE), None
    row.report = {"failed": stored(why)}


def _held(session: Session, one: Claimed) -> models.Upload:
    row = uploads.held_by(session, one.id, one.fence)
    if row is None:
        raise IntakeLost("The file was removed, or another worker imports it.")
    return row
