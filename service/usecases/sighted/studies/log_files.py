"""Reads prompts out of logs of past requests: only what users said, whatever else stands there."""

import io
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from service.domain import draft
from service.domain.prompt import Prompt
from service.errors import Invalid
from service.formats import columns, encodings, guessing, mapping, prompts
from service.formats.prompts import PromptRow
from service.formats.rows import Found, Row, RowError
from service.store import uploads
from service.usecases.sighted.studies import previews

_ARCHIVE = b"PK\x03\x04"
_ABOUT_PROMPTS = frozenset({"prompt", "messages", "context", "reference", "tags"})


class LogInvalid(Invalid):
    """A file in which no past request is found."""


def meanings_of(session: Session, name: str, content: bytes) -> dict[str, str]:
    """Return what the columns of a log mean: as they did in the last file with its header.

    Raises
    ------
    FileUnreadable, LogInvalid
    """
    first = previews.first_rows(name, io.BytesIO(content))
    if not first:
        why = previews.first_fault(name, io.BytesIO(content)) if content.strip() else ""
        raise LogInvalid("The file has no row that can be read. %(why)s", why=why)
    known = uploads.meanings(session, mapping.signature(mapping.header(first)))
    return dict(known or guessing.guess(first))


def plain(content: bytes) -> bytes:
    """Return the content of a file in UTF-8, a workbook as it is.

    Raises
    ------
    FileUnreadable
    """
    return content if content.startswith(_ARCHIVE) else encodings.as_utf8(content)[0]


def read(
    name: str, content: bytes, meanings: Mapping[str, str]
) -> tuple[list[tuple[int, Prompt]], int]:
    """Return the requests of a log with their lines, and how many rows held none.

    At most 100,000 rows are read.

    Raises
    ------
    FileUnreadable, MappingInvalid, LogInvalid
    """
    said = {column: told for column, told in meanings.items() if told in _ABOUT_PROMPTS}
    mapping.kind_of(said)

    def prepare(found: Found) -> Found:
        return _only_users(mapping.mapped(_first(found), said, "prompts"))

    found: list[tuple[int, Prompt]] = []
    bad, why = 0, ""
    for row in prompts.read(io.BytesIO(content), name, prepare):
        if isinstance(row, PromptRow) and all(map(str.isdecimal, row.prompt.turns)):
            # An id of a request that stands in another file.
            bad, why = bad + 1, why or f"{row.line}: {row.prompt.turns[0][:40]}"
        elif isinstance(row, PromptRow):
            found.append((row.line, row.prompt))
        else:
            bad, why = bad + 1, why or f"{row.line}: {row.message}"
    if not found:
        raise LogInvalid("The file has no request that can be used. %(why)s", why=why)
    return found, bad


def _first(found: Found) -> Found:
    for number, row in enumerate(found, 1):
        if number > draft.MOST_ROWS:
            raise LogInvalid(
                "The file has more than %(most)s rows. Take a part of it.",
                most=f"{draft.MOST_ROWS:,}",
            )
        yield row


def _only_users(found: Found) -> Iterator[Row | RowError]:
    """Yield rows whose messages are the users' alone; a log has what was answered as well."""
    for row in found:
        if isinstance(row, Row):
            for name in ("messages", "prompt"):
                try:
                    held = columns.unpacked(row.values.get(name))
                except columns.BadValue:
                    continue  # its reader says why
                if isinstance(held, list) and any(_role(each) for each in held):
                    row.values[name] = [each for each in held if _role(each) in {"", "user"}]
        yield row


def _role(message: object) -> str:
    return str(message.get("role", "")) if isinstance(message, dict) else ""
