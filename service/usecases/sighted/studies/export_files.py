"""Exports that somebody asks for on a page: a worker makes the file, kept for some days."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import export
from service.domain.export import ExportLost, ExportState, TooManyExports, UnknownExport
from service.domain.webhook import Event
from service.formats import said
from service.formats.exports import kinds, parquet, policy
from service.formats.exports.personal import Redactor
from service.formats.exports.policy import Policy, Split
from service.store import held_exports, models, preferences
from service.usecases.sighted import lookup, webhooks
from service.usecases.sighted.results.read import is_sealed
from service.usecases.sighted.studies import exports


@dataclass(frozen=True)
class ExportFile:
    """An export as a page tells it; `done` of `matchups` are written, about."""

    token: str
    form: str
    state: ExportState
    done: int
    matchups: int
    rows: int
    size: int
    digest: str
    note: str
    created_at: datetime
    expires_at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether its file can be fetched."""
        return self.state is ExportState.READY

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is made."""
        return self.state in export.UNFINISHED


@dataclass(frozen=True)
class Claimed:
    """What a worker makes: an export of a study, as it was asked for."""

    id: int
    fence: int
    study: str
    study_id: int
    form: kinds.Format
    policy: Policy
    split: Split


def ask(session: Session, name: str, form: str, wanted: Policy, split: Split, now: datetime) -> str:
    """Ask for an export of a study; return the token by which it is found.

    Who asks again for what is waiting gets the same one. The oldest beyond ten of a study go.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownFormat, UnknownConfiguration, ParquetMissing, UnknownCountry
    TooManyExports
    """
    study = lookup.find(session, name)
    exports.refuse_sealed(study)
    exports.check_names(session, name, wanted.not_trained_on)
    if kinds.by_name(form).ending == kinds.PARQUET:
        parquet.check()
    if wanted.redacted:
        Redactor(wanted.countries)
    held_exports.remove(session, held_exports.old(session, now))
    rows = held_exports.of_study(session, study.id)
    asked = {"policy": wanted.told(), "test_share": split.test_share}
    unfinished = [row for row in rows if held_exports.is_unfinished(row)]
    for row in unfinished:
        if (row.form, row.asked) == (form, asked):
            return row.token
    if len(unfinished) >= export.MOST_UNFINISHED:
        raise TooManyExports(
            "%(most)s exports of this study wait already. Wait for one of them, or remove it.",
            most=export.MOST_UNFINISHED,
        )
    finished = [row.id for row in rows if row not in unfinished]
    held_exports.remove(session, finished[export.MOST_KEPT - len(unfinished) - 1 :])
    row = models.Export(
        token=secrets.token_urlsafe(16),
        study_id=study.id,
        form=form,
        asked=asked,
        state=str(ExportState.WAITING),
        fence=0,
        lease_until=None,
        matchups=0,
        done=0,
        rows=0,
        size=0,
        digest="",
        note="",
        created_at=now,
        expires_at=now + export.KEPT,
    )
    session.add(row)
    session.flush()
    return row.token


def held(session: Session, name: str, now: datetime) -> list[ExportFile]:
    """Return a study's exports whose time is not over, the newest first; none while it is sealed.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, name)
    rows = () if is_sealed(study) else held_exports.of_study(session, study.id)
    return [_view(row) for row in rows if row.expires_at >= now]


def find(session: Session, name: str, token: str, now: datetime) -> ExportFile:
    """Return an export of a study.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownExport
        Also where the file was made before the study was sealed.
    """
    exports.refuse_sealed(lookup.find(session, name))
    return _view(_row(session, name, token, now))


def read(
    session: Session, name: str, token: str, first: int, last: int, now: datetime
) -> Iterator[bytes]:
    """Yield the bytes of a file from one place to another, both among them.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownExport
        The latter also where the file is not ready.
    """
    exports.refuse_sealed(lookup.find(session, name))
    row = _row(session, name, token, now)
    if row.state != ExportState.READY:
        raise unknown()
    start = first // export.PIECE_BYTES
    found = held_exports.pieces(session, row.id, start, last // export.PIECE_BYTES)
    for number, content in enumerate(found, start=start):
        place = number * export.PIECE_BYTES
        yield content[max(0, first - place) : last - place + 1]


def discard(session: Session, name: str, token: str, now: datetime) -> None:
    """Forget an export with its file; a worker that makes it stops.

    Raises
    ------
    UnknownStudy, UnknownExport
    """
    held_exports.remove(session, [_row(session, name, token, now).id])


def due(session: Session, now: datetime) -> int:
    """Return how many exports wait for a worker, to be made or to be forgotten."""
    return held_exports.number_due(session, now)


def sweep(session: Session, now: datetime) -> int:
    """Forget the exports whose time is over; return how many."""
    ids = held_exports.old(session, now)
    if ids:
        held_exports.remove(session, ids)
    return len(ids)


def claim(session: Session, now: datetime) -> Claimed | None:
    """Take the oldest export that nobody makes, under a lease; None where there is none.

    One that ended several workers fails.
    """
    while row := held_exports.next_due(session, now):
        if row.fence >= export.MOST_ATTEMPTS:
            _fail(
                row, said.said("Making this export has failed several times. See the worker's log.")
            )
            session.flush()
            continue
        row.fence += 1
        row.state, row.done, row.lease_until = str(ExportState.RUNNING), 0, now + export.LEASE
        held_exports.remove_pieces(session, row.id)
        session.flush()
        return Claimed(
            row.id,
            row.fence,
            lookup.name_of(session, row.study_id),
            row.study_id,
            kinds.by_name(row.form),
            policy.from_told(row.asked["policy"]),
            Split(row.asked["test_share"]),
        )
    return None


def measure(session: Session, one: Claimed, now: datetime) -> None:
    """Note how many matchups there are to write, once their votes are folded.

    Raises
    ------
    ExportLost
    """
    row = _held(session, one)
    row.matchups = preferences.number_judged(session, one.study_id)
    row.lease_until = now + export.LEASE


def note(session: Session, one: Claimed, done: int, now: datetime) -> None:
    """Note how many matchups are written, and keep the lease.

    Raises
    ------
    ExportLost
    """
    row = _held(session, one)
    row.done, row.lease_until = done, now + export.LEASE


def put(session: Session, one: Claimed, number: int, content: bytes, now: datetime) -> None:
    """Keep a piece of the file, and the lease.

    Raises
    ------
    ExportLost
    """
    _held(session, one).lease_until = now + export.LEASE
    session.add(models.ExportPiece(export_id=one.id, number=number, content=content))


def finish(
    session: Session, one: Claimed, rows: int, size: int, digest: str, now: datetime
) -> None:
    """Let the file be fetched.

    Raises
    ------
    ExportLost
    """
    row = _held(session, one)
    row.state, row.lease_until = str(ExportState.READY), None
    row.rows, row.size, row.digest, row.done = rows, size, digest, row.matchups
    row.expires_at = now + export.KEPT
    study = session.get_one(models.Study, row.study_id)
    webhooks.happened(session, study, Event.EXPORT_READY, f"export {row.id}", now)


def fail(session: Session, one: Claimed, why: str) -> None:
    """Say why there is no file.

    Raises
    ------
    ExportLost
    """
    _fail(_held(session, one), why)
    held_exports.remove_pieces(session, one.id)


def _fail(row: models.Export, why: str) -> None:
    row.state, row.lease_until, row.note = str(ExportState.FAILED), None, said.as_text(why)


def _held(session: Session, one: Claimed) -> models.Export:
    row = held_exports.held_by(session, one.id, one.fence)
    if row is None:
        raise ExportLost("The export was removed, or another worker makes it.")
    return row


def _row(session: Session, name: str, token: str, now: datetime) -> models.Export:
    row = held_exports.find(session, lookup.find(session, name).id, token)
    if row is None or row.expires_at < now:
        raise unknown()
    return row


def unknown() -> UnknownExport:
    """Return the error that an export is not there, or not yet."""
    return UnknownExport("This export is not here any more. Make it again.")


def _view(row: models.Export) -> ExportFile:
    return ExportFile(
        token=row.token,
        form=row.form,
        state=ExportState(row.state),
        done=min(row.done, row.matchups),
        matchups=row.matchups,
        rows=row.rows,
        size=row.size,
        digest=row.digest,
        note=said.from_text(row.note),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
