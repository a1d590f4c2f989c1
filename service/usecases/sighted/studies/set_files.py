"""Reads prompts for a set out of files and of what is pasted, and writes a version as a file."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain import intake, prompt_set
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.errors import Invalid
from service.formats import encodings, guessing, mapping, prompts, readings
from service.formats.prompts import PromptRow
from service.formats.rows import Row, RowError
from service.store import uploads
from service.usecases.sighted.studies import previews

_MOST_NAMED = 5
_ARCHIVE = b"PK\x03\x04"
_LONGEST_NAME = 120


class SetFileInvalid(Invalid):
    """A file that holds no prompts."""


@dataclass(frozen=True)
class Read:
    """The prompts of a file and where they are from; `bad` names the first rows that are none."""

    prompts: tuple[Prompt, ...]
    origin: Origin
    bad: tuple[str, ...] = ()
    bad_rows: int = 0


def read(
    session: Session, filename: str, content: bytes, meanings: Mapping[str, str] | None = None
) -> Read:
    """Return the prompts of a table or list, its columns as said, known, or guessed.

    Raises
    ------
    FileUnreadable, MappingInvalid, SetFileInvalid
    """
    digest = hashlib.sha256(content).hexdigest()
    name, content, first, _ = opened(filename, content)
    known = uploads.meanings(session, mapping.signature(mapping.header(first)))
    said = dict(meanings or known or guessing.guess(first))
    if mapping.kind_of(said) != "prompts":
        raise SetFileInvalid(
            "This file holds answers or votes. Upload it to a study, and keep the study's prompts "
            "as a set."
        )
    prepare = readings.of_meanings(said, "prompts").prepare
    rows = list(prompts.read(io.BytesIO(content), name, prepare))
    bad = [f"{row.line}: {row.message}" for row in rows if isinstance(row, RowError)]
    good = tuple(row.prompt for row in rows if isinstance(row, PromptRow))
    if not good:
        raise SetFileInvalid("The file has no prompt that can be used. %(why)s", why=bad[0])
    origin = Origin(OriginKind.FILE, name, digest)
    return Read(good, origin, tuple(bad[:_MOST_NAMED]), len(bad))


def opened(filename: str, content: bytes) -> tuple[str, bytes, list[Row], str]:
    """Return a file's name, its content in UTF-8, its first rows and what it was encoded in.

    Raises
    ------
    FileUnreadable, SetFileInvalid
    """
    if not content.strip():
        raise SetFileInvalid("The file is empty. Choose another one.")
    if len(content) > intake.MOST_HELD_BYTES:
        raise SetFileInvalid(
            "The file is larger than %(most)s MiB. Split it.", most=intake.MOST_HELD_BYTES >> 20
        )
    name, encoding = shown_name(filename), ""
    if not content.startswith(_ARCHIVE):
        content, encoding = encodings.as_utf8(content)
    first = previews.first_rows(name, io.BytesIO(content))
    if not first:
        why = previews.first_fault(name, io.BytesIO(content))
        raise SetFileInvalid("The file has no row that can be read. %(why)s", why=why)
    return name, content, first, encoding


def edited(text: str) -> tuple[Prompt, ...]:
    """Return the prompts of a text with one JSON object a line, as `written` gives it.

    Raises
    ------
    SetFileInvalid
        Names the first lines that are none.
    """
    lines = "\n".join(line for line in text.splitlines() if line.strip())
    if not lines:
        raise SetFileInvalid("A prompt set needs at least one prompt.")
    rows = list(prompts.read(io.BytesIO(lines.encode("utf-8", "replace")), "edited.jsonl"))
    bad = [f"{row.line}: {row.message}" for row in rows if isinstance(row, RowError)]
    if bad:
        told = "; ".join(bad[:_MOST_NAMED])
        raise SetFileInvalid("These lines cannot be read: %(lines)s", lines=told)
    return tuple(row.prompt for row in rows if isinstance(row, PromptRow))


def with_one_changed(
    found: Sequence[Prompt], place: int, turns: Sequence[str], context: str, tags: Iterable[str]
) -> list[Prompt]:
    """Return prompts of which the one at a place says something else; without it for no turns.

    Raises
    ------
    SetFileInvalid
        There is none at that place, or what it would say cannot be used.
    """
    if not 0 <= place < len(found):
        raise SetFileInvalid("There is no such prompt in this version. Reload the page.")
    said = tuple(turn.strip("\n") for turn in turns if turn.strip())
    if not said:
        return [*found[:place], *found[place + 1 :]]
    named = tuple(tag.strip() for tag in tags if tag.strip())
    changed = replace(found[place], turns=said, context=context.strip("\n"), tags=named)
    return [*found[:place], *edited(written([changed])), *found[place + 1 :]]


def pasted(text: str, *, by_line: bool, tags: Iterable[str] = ()) -> tuple[Prompt, ...]:
    """Return what was typed or pasted as prompts: one a line, or with empty lines between them."""
    parts = text.replace("\r\n", "\n").split("\n" if by_line else "\n\n")
    texts = dict.fromkeys(part.strip("\n") for part in parts if part.strip())
    named = tuple(tag.strip() for tag in tags if tag.strip())
    return tuple(Prompt(turns=(each,), tags=named) for each in texts)


def written(found: Iterable[Prompt]) -> str:
    """Return prompts with one JSON object a line, which files and the form take back."""
    return "".join(
        json.dumps(prompt_set.to_plain(each), ensure_ascii=False) + "\n" for each in found
    )


def shown_name(filename: str) -> str:
    """Return the name of a file without folders and signs that cannot be shown."""
    plain = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in plain if sign.isprintable())[-_LONGEST_NAME:] or "file"
