"""Messages that can be said in another language: a text with places, and what fills them."""

import json
from collections.abc import Mapping
from typing import Any

from service.errors import ServiceError

_MARK = '{"message": '


class Said(str):
    """A message in English that knows the text it was made from, as catalogues hold it."""

    __slots__ = ("text", "values")
    text: str
    values: dict[str, object]


def of_error(error: ServiceError) -> Said:
    """Return what an error says, so that it can be said in another language later."""
    return said(error.text, **error.values)


def said(text: str, **values: object) -> Said:
    """Return a message with its places filled in: "%(name)s"."""
    made = Said(text % values if values else text)
    # Cells of spreadsheets are days and times as well: what JSON cannot keep is kept as it is said.
    plain = (str, int, float, bool, type(None))
    kept: dict[str, object] = {
        name: it if isinstance(it, plain) else str(it) for name, it in values.items()
    }
    made.text, made.values = text, kept
    return made


def stored(message: str) -> dict[str, object]:
    """Return a message as JSON keeps it."""
    if not isinstance(message, Said):
        return {"message": message}
    return {"message": str(message), "text": message.text, "values": message.values}


def as_text(message: str) -> str:
    """Return a message as a column of texts keeps it."""
    return json.dumps(stored(message)) if isinstance(message, Said) else message


def from_text(held: str) -> str:
    """Return a message out of such a column; what is no such message is a text."""
    if not held.startswith(_MARK):
        return held
    return from_stored(json.loads(held))


def from_stored(held: Mapping[str, Any]) -> str:
    """Return a message out of what JSON kept of it."""
    return said(held["text"], **held["values"]) if "text" in held else str(held["message"])
