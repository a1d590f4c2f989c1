"""Files that somebody uploads to a study: kept for some days, mapped, and imported from there."""

import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from service.domain import intake
from service.domain.intake import IntakeState
from service.domain.study import StudyNotOpen, StudyState
from service.errors import Conflict, Invalid, NotFound
from service.formats import encodings, guessing, mapping, readings, said
from service.formats.readings import Asked
from service.formats.rows import Row
from service.formats.shapes import known
from service.formats.sniffing import Kind
from service.store import models, uploads
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import previews
from service.usecases.sighted.studies.imported import Imported

MOST_HELD = 10
MOST_PROMPTS = 100_000
KEPT = timedelta(days=7)
# From the disk into the database, not over the network.
ARRIVES_WITHIN = timedelta(hours=1)
_LONGEST_NAME = 120
_LOOK_AT = 4096


class UploadUnusable(Invalid):
    """A file that cannot be kept."""


class TooManyUnderWay(Conflict):
    """As many files as are kept wait for a worker: none of them may go for another one."""


class UnknownUpload(NotFound):
    """The study has no such file any more."""


@dataclass(frozen=True)
class Upload:
    """A file that waits.

    `encoding` names what its text was in, where that was not UTF-8. `meanings` is what its
    columns mean: guessed, known from an earlier file (`is_known`), or said; `shape` is whose file
    it is, where that was seen or said, "" where its columns tell; `names` are of the
    configurations that answered, where rows do not say. `most` is how many prompts are wanted,
    `report` what the last import did. `state` and `done` tell of one that a worker does, and how
    many rows are in.
    """

    id: int
    token: str
    name: str
    encoding: str
    size: int
    created_at: datetime
    meanings: Mapping[str, str]
    is_known: bool
    most: int | None
    report: Mapping[str, Any]
    shape: str = ""
    names: tuple[str, ...] = ()
    state: IntakeState = IntakeState.NONE
    done: int = 0

    @property
    def asked(self) -> Asked:
        """How the file is to be read."""
        return Asked(meanings=self.meanings, shape=self.shape, names=self.names)


def check_size(size: int) -> None:
    """Raise `UploadUnusable` where a file is larger than files may be, and say what to do."""
    if size > intake.MOST_BYTES:
        raise UploadUnusable(
            "The file is larger than %(most)s MB. Split it into several files.",
            most=intake.MOST_BYTES >> 20,
        )


def first_rows(shown: str, file: BinaryIO) -> list[Row]:
    """Return the first rows of a file in UTF-8, of which one at least can be read.

    Raises
    ------
    UploadUnusable, FileUnreadable
    """
    file.seek(0)
    if not file.read(_LOOK_AT).strip():
        raise UploadUnusable("The file is empty. Choose another one.")
    file.seek(0)
    first = previews.first_rows(shown, file)
    if not first:
        file.seek(0)
        raise UploadUnusable(
            "The file has no row that can be read. %(why)s",
            why=previews.first_fault(shown, file),
        )
    return first


def keep(session: Session, name: str, filename: str, content: bytes, now: datetime) -> str:
    """Keep a file of a few pieces; return the token by which it is found.

    Raises
    ------
    UnknownStudy, StudyNotOpen, UploadUnusable, FileUnreadable
    """
    check_size(len(content))
    content, encoding = encodings.as_utf8(content)
    shown = shown_name(filename)
    first = first_rows(shown, io.BytesIO(content))
    begun = begin(session, name, shown, encoding, len(content), first, now)
    put(session, begun, 0, content)
    return complete(session, begun)


def begin(
    session: Session,
    name: str,
    shown: str,
    encoding: str,
    size: int,
    first: Sequence[Row],
    now: datetime,
) -> int:
    """Let a file arrive at a study, in UTF-8 where it is a text; return its id.

    Its columns mean what those of the last file with this header meant, else what is guessed.
    What is older than a week goes, and what is more than ten files of a study, but for what is
    being imported; and of those that arrive, which nobody may ever complete, more than ten.

    Raises
    ------
    UnknownStudy, StudyNotOpen, TooManyUnderWay
    """
    study = lookup.find(session, name)
    if study.state == StudyState.CLOSED:
        raise StudyNotOpen("The study is closed and takes nothing more.")
    meant = uploads.meanings(session, mapping.signature(mapping.header(first)))
    shape = known.recognise(first)
    uploads.remove_older(session, now - KEPT, now - ARRIVES_WITHIN)
    uploads.remove(session, uploads.arriving(session, study.id)[MOST_HELD - 1 :])
    held = uploads.of_study(session, study.id)
    ended = [row.id for row in held if row.state not in intake.UNFINISHED]
    under_way = len(held) - len(ended)
    if under_way >= MOST_HELD:
        raise TooManyUnderWay(
            "%(most)s files of this study wait to be imported. Wait until one is in.",
            most=MOST_HELD,
        )
    uploads.remove(session, ended[MOST_HELD - 1 - under_way :])
    row = models.Upload(
        token=secrets.token_urlsafe(12),
        study_id=study.id,
        name=shown,
        encoding=encoding,
        size=size,
        state=str(IntakeState.ARRIVING),
        choices={
            "meanings": dict(meant or guessing.guess(first)),
            "is_known": bool(meant),
            "shape": "" if shape is None or meant else shape.name,
        },
        report={},
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def put(session: Session, upload_id: int, start: int, content: bytes) -> None:
    """Keep a piece of a file that arrives; its first byte is the file's `start`.

    Raises
    ------
    UnknownUpload
        Its study was deleted meanwhile, or too many others arrive.
    """
    _arriving(session, upload_id)
    session.add(models.UploadPiece(upload_id=upload_id, start=start, content=content))


def complete(session: Session, upload_id: int) -> str:
    """Let a file that has arrived be seen; return its token.

    Raises
    ------
    UnknownUpload
        As in `put`.
    """
    row = _arriving(session, upload_id)
    row.state = str(IntakeState.NONE)
    return row.token


def _arriving(session: Session, upload_id: int) -> models.Upload:
    row = session.get(models.Upload, upload_id, with_for_update={"key_share": True})
    if row is None:
        raise unknown()
    return row


def piece(session: Session, upload: Upload, place: int) -> tuple[int, bytes]:
    """Return the piece of a file in which a byte stands, behind where the piece begins.

    Raises
    ------
    UnknownUpload
    """
    found = uploads.piece(session, upload.id, place)
    if found is None:
        raise unknown()
    return found.start, found.content


def find(session: Session, name: str, token: str) -> Upload:
    """Return what is known of a file.

    Raises
    ------
    UnknownStudy, UnknownUpload
    """
    return _view(_row(session, name, token))


def held(session: Session, name: str) -> list[Upload]:
    """Return the files that wait, the newest first."""
    rows = uploads.of_study(session, lookup.find(session, name).id)
    return [_view(row) for row in rows]


def discard(session: Session, name: str, token: str) -> None:
    """Forget a file; what was imported from it stays.

    Raises
    ------
    UnknownStudy, UnknownUpload
    """
    uploads.remove(session, [_row(session, name, token).id])


def choose(
    session: Session, name: str, token: str, meanings: Mapping[str, str], most: int | None
) -> None:
    """Note what the columns of a file mean and how many of its prompts are wanted.

    Raises
    ------
    UnknownStudy, UnknownUpload, MappingInvalid
    """
    mapping.check(meanings)
    row = _row(session, name, token)
    row.choices = {**row.choices, "meanings": dict(meanings), "is_known": False, "most": most}


def choose_reading(
    session: Session, name: str, token: str, shape: str, names: Sequence[str]
) -> None:
    """Note whose file it is, "" where its columns tell, and who answered where rows do not say.

    Raises
    ------
    UnknownStudy, UnknownUpload, UnknownShape, ReadingInvalid
    """
    if shape:
        known.by_name(shape)
    readings.check(Asked(names=names))
    row = _row(session, name, token)
    meanings = row.choices["meanings"]
    answers = [column for column, told in meanings.items() if told.startswith(mapping.ANSWER_OF)]
    if len(names) == len(answers) == 1:
        # The one column of answers is then whose they are said to be.
        meanings = {**meanings, answers[0]: mapping.ANSWER_OF + names[0]}
    row.choices = {**row.choices, "meanings": meanings, "shape": shape, "names": list(names)}


def note(
    session: Session,
    name: str,
    token: str,
    columns: list[str],
    kind: Kind,
    done: Imported,
    thin: int,
    now: datetime,
) -> None:
    """Keep what an import did, and what its columns meant for the next file of that header.

    `thin` is how many prompts stay with fewer than two answers.

    Raises
    ------
    UnknownStudy, UnknownUpload
    """
    row = _row(session, name, token)
    report = {
        "thin": thin,
        **{field: getattr(done, field) for field in _COUNTED},
        "kind": kind,
        "new_configurations": done.new_configurations[:MOST_HELD],
        "errors": [{"line": error.line, **said.stored(error.message)} for error in done.errors],
        "notes": [said.stored(note) for note in done.told],
    }
    row.report = report
    if done.used and not row.choices.get("shape"):
        uploads.remember(session, mapping.signature(columns), row.choices["meanings"], now)


_COUNTED = (
    *("added", "unchanged", "filled", "replaced", "refused", "differing"),
    *("votes_on_replaced", "new_prompts"),
)


def settle(session: Session, name: str, token: str) -> None:
    """Leave the texts that a study has where a file has others: nothing is asked any more.

    Raises
    ------
    UnknownStudy, UnknownUpload
    """
    row = _row(session, name, token)
    row.report = {**row.report, "differing": 0}


def _row(session: Session, name: str, token: str) -> models.Upload:
    study_id = lookup.find(session, name).id
    found = uploads.find(session, study_id, token)
    if found is None:
        raise unknown()
    return found


def unknown() -> UnknownUpload:
    """Return the error that a file is not there."""
    return UnknownUpload(
        "This file is not here any more. Files are kept for a week; upload it again."
    )


def _view(row: models.Upload) -> Upload:
    return Upload(
        id=row.id,
        token=row.token,
        name=row.name,
        encoding=row.encoding,
        size=row.size,
        created_at=row.created_at,
        meanings=row.choices["meanings"],
        is_known=row.choices.get("is_known", False),
        most=row.choices.get("most"),
        report=row.report,
        shape=row.choices.get("shape", ""),
        names=tuple(row.choices.get("names", ())),
        state=IntakeState(row.state),
        done=row.done,
    )


def shown_name(filename: str) -> str:
    """Return a file's own name, without folders and without what cannot be shown."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    return name[-_LONGEST_NAME:] or "file"
