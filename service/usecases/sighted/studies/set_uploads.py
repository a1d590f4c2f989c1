"""Files for prompt sets: kept some days, their columns mapped, and made a version from there."""

import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.prompt_set import SetVersion
from service.domain.study import RenderMode
from service.errors import NotFound
from service.formats import guessing, mapping, readings
from service.formats.rows import Row
from service.store import models, uploads
from service.usecases.sighted.studies import previews, prompt_sets, set_files
from service.usecases.sighted.studies.previews import Preview
from service.usecases.sighted.studies.set_files import Read

MOST_HELD = 20
KEPT = timedelta(days=7)
# What a column can mean here; of answers and votes nothing is taken.
MEANINGS = ("prompt", "messages", "prompt_id", "context", "reference", "tags", "variable")
# What such a file's columns meant is remembered apart: in a study they may hold answers too.
_OF_SETS = "\N{NULL}prompt set"


class UnknownSetFile(NotFound):
    """There is no such file any more."""


@dataclass(frozen=True)
class Target:
    """What a file is to become: the next version of a set, or a set of that title.

    With `keeps` its prompts are added to what the set has.
    """

    prompt_set: str
    title: str
    note: str = ""
    keeps: bool = False


@dataclass(frozen=True)
class SetUpload:
    """A file that waits; `is_known` where its columns mean what they meant the last time."""

    token: str
    prompt_set: str
    title: str
    keeps: bool
    name: str
    meanings: Mapping[str, str]
    is_known: bool


@dataclass(frozen=True)
class Opened:
    """A file that waits with its columns, its first rows, and what its text was encoded in."""

    upload: SetUpload
    content: bytes
    first: Sequence[Row]
    encoding: str

    @property
    def columns(self) -> list[str]:
        """The columns of its first rows."""
        return mapping.header(self.first)

    def preview(self) -> Preview:
        """Return what its first rows would bring.

        Raises
        ------
        FileUnreadable, MappingInvalid
        """
        how = readings.of_meanings(self.upload.meanings)
        mode = RenderMode.FULL
        file = io.BytesIO(self.content)
        return previews.look(self.upload.name, file, how, mode, shows_variables=False)


@dataclass(frozen=True)
class Ready:
    """A file that was read whole, as its columns were said to mean then."""

    read: Read
    columns: Sequence[str]
    meanings: Mapping[str, str]


def keep(session: Session, target: Target, filename: str, content: bytes, now: datetime) -> str:
    """Keep a file for a set; return the token by which it is found.

    What is older than a week goes, and what is more than twenty files.

    Raises
    ------
    UnknownSet, SetInvalid, SetTaken, SetFileInvalid, FileUnreadable
    """
    prompt_sets.check_target(session, target.prompt_set, target.title)
    title = target.title
    if target.prompt_set:
        title = prompt_sets.of_name(session, target.prompt_set).title
    name, _, first, _ = set_files.opened(filename, content)
    columns = mapping.header(first)
    known = uploads.meanings(session, _signature(columns))
    guessed = uploads.meanings(session, mapping.signature(columns)) or guessing.guess(first)
    said = known or {column: each for column, each in guessed.items() if each in MEANINGS}
    uploads.remove_older_of_sets(session, now - KEPT)
    uploads.remove_of_sets(session, uploads.of_sets(session)[MOST_HELD - 1 :])
    row = models.SetUpload(
        token=secrets.token_urlsafe(12),
        prompt_set=target.prompt_set,
        title=title,
        note=target.note,
        keeps=target.keeps,
        name=name,
        content=content,
        meanings=dict(said),
        is_known=bool(known),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.token


def opened(session: Session, token: str) -> Opened:
    """Return a file that waits, opened.

    Raises
    ------
    UnknownSetFile
    """
    row = _row(session, token)
    _, content, first, encoding = set_files.opened(row.name, row.content)
    return Opened(_view(row), content, first, encoding)


def choose(session: Session, token: str, meanings: Mapping[str, str]) -> None:
    """Note what the columns of a file mean.

    Raises
    ------
    UnknownSetFile, MappingInvalid
    """
    mapping.check(meanings)
    row = _row(session, token)
    row.meanings, row.is_known = dict(meanings), False


def read(session: Session, token: str) -> Ready:
    """Read a file whole, which takes seconds and writes nothing: votes are stored meanwhile.

    Raises
    ------
    UnknownSetFile, MappingInvalid, SetFileInvalid
    """
    row = _row(session, token)
    found = set_files.read(session, row.name, row.content, row.meanings)
    _, _, first, _ = set_files.opened(row.name, row.content)
    return Ready(found, mapping.header(first), row.meanings)


def take(session: Session, token: str, ready: Ready, by: str, now: datetime) -> SetVersion:
    """Make the set or the version that a file was uploaded for, and forget the file.

    What its columns meant is remembered for the next file with that header.

    Raises
    ------
    UnknownSetFile, SetInvalid, SetTaken, TooManySets
    """
    row, found = _row(session, token), ready.read
    if row.prompt_set:
        had = prompt_sets.prompts_of(session, row.prompt_set) if row.keeps else []
        made = prompt_sets.add_version(
            session, row.prompt_set, [*had, *found.prompts], found.origin, row.note, by, now
        )
    else:
        made = prompt_sets.make(session, row.title, found.prompts, found.origin, by, now)
    uploads.remember(session, _signature(ready.columns), ready.meanings, now)
    uploads.remove_of_sets(session, [row.id])
    return made


def discard(session: Session, token: str) -> SetUpload:
    """Forget a file; return what it was for.

    Raises
    ------
    UnknownSetFile
    """
    row = _row(session, token)
    uploads.remove_of_sets(session, [row.id])
    return _view(row)


def _signature(columns: Sequence[str]) -> str:
    return mapping.signature([_OF_SETS, *columns])


def _row(session: Session, token: str) -> models.SetUpload:
    found = uploads.for_set(session, token)
    if found is None:
        raise UnknownSetFile(
            "This file is not here any more. Files are kept for a week; upload it again."
        )
    return found


def _view(row: models.SetUpload) -> SetUpload:
    return SetUpload(
        token=row.token,
        prompt_set=row.prompt_set,
        title=row.title,
        keeps=row.keeps,
        name=row.name,
        meanings=row.meanings,
        is_known=row.is_known,
    )
