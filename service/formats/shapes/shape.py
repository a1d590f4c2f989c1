"""What a shape is, and the values that shapes take out of other tools' rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.formats import columns
from service.formats.columns import BadValue, Values
from service.formats.said import said

if TYPE_CHECKING:
    from service.formats.sniffing import Kind

# Makes rows that our readers know out of one row of the tool; raises `BadValue`.
Rows = Callable[[Values], list[dict[str, Any]]]

# Where other tools keep a text, tried in this order.
TEXT_KEYS = (
    *("input", "question", "prompt", "query", "text", "content", "instruction", "message"),
    *("output", "answer", "response", "completion", "result", "generation"),
)
_SYSTEM = ("system", "developer")


def as_they_are(values: Values) -> list[dict[str, Any]]:
    """Return a row whose columns our readers know already."""
    return [dict(values)]


def _always_as_they_are(first: Sequence[Values]) -> Rows:
    del first
    return as_they_are


@dataclass(frozen=True)
class Shape:
    """What rows of a tool look like, and how they become rows that our readers know.

    Attributes
    ----------
    name : str
        What `--shape` calls it.
    title : str
        What the report says that the file was read as.
    holds : Kind
        What its rows become.
    fits : function
        Tells from the first row, by its plain column names, whether a file is of this shape.
    reader : function
        Gets the first rows and returns what is made of each row.
    note : str
        What of the file is left out, for whoever imports it.
    """

    name: str
    title: str
    holds: "Kind"
    fits: Callable[[Values], bool]
    reader: Callable[[Sequence[Values]], Rows] = _always_as_they_are
    note: str = ""


def by_row(rows: Rows) -> Callable[[Sequence[Values]], Rows]:
    """Return the reader of a shape whose rows are understood one by one."""
    return lambda _first: rows


def held(value: Any) -> Any:
    """Return what a cell holds: JSON written as text is read."""
    return columns.unpacked(value)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, also one written as JSON text; {} where there is none."""
    found = held(value)
    return found if isinstance(found, dict) else {}


def text(value: Any, column: str) -> str:
    """Return the one text that a value stands for: itself, of its content parts, or JSON.

    An object that has one text, or one under a name that texts have, is that text.
    """
    value = held(value)
    if value is None or isinstance(value, bool | int | float | str):
        return "" if value is None else str(value)
    if isinstance(value, list) and value and all(_is_part(part) for part in value):
        return columns.text(value, column)
    if isinstance(value, dict):
        texts = {name: one for name, one in value.items() if isinstance(one, str)}
        if len(value) == 1 and texts:
            return next(iter(texts.values()))
        named = next((texts[name] for name in TEXT_KEYS if name in texts), None)
        if named is not None:
            return named
    return json.dumps(value, ensure_ascii=False, indent=2)


def asked(value: Any, column: str) -> dict[str, Any]:
    """Return what was asked as the columns of a prompt: `turns`, and `context` for a system text.

    Given as a text, as messages, or as an object that holds either. Answers between the
    messages are left out, for each configuration gives its own. Raises `BadValue`.
    """
    messages = messages_in(value)
    if messages is None:
        return {"turns": [text(value, column)]}
    turns = [content for role, content in messages if role == "user"]
    if not turns:
        raise BadValue(
            said(
                "%(column)s holds no message of the user; a prompt has one at least", column=column
            )
        )
    system = "\n\n".join(
        content for role, content in messages if role in _SYSTEM and content.strip()
    )
    return {"turns": turns, **({"context": system} if system else {})}


def answered(value: Any, column: str) -> str:
    """Return the last answer of the assistant in messages, or the text that a value is."""
    messages = messages_in(value)
    if messages is None:
        return text(value, column)
    answers = [content for role, content in messages if role == "assistant"]
    if not answers:
        raise BadValue(said("%(column)s holds messages, but none of the assistant", column=column))
    return answers[-1]


def messages_in(value: Any) -> list[tuple[str, str]] | None:
    """Return the messages of a value as (role, text), None where it holds none.

    They may stand under `messages`, or behind `choices` as providers answer.
    """
    value = held(value)
    if isinstance(value, dict):
        if isinstance(value.get("role"), str) and "content" in value:
            value = [value]
        elif isinstance(value.get("choices"), list):
            value = [_message(choice) for choice in value["choices"][:1]]
        else:
            value = held(value.get("messages"))
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(one, dict) and ("role" in one or "from" in one) for one in value):
        return None
    return [(_role(one), _content(one.get("content", one.get("value")))) for one in value]


def first_of(values: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return the first of the named values that is there and not empty, else None."""
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def _message(choice: Any) -> Any:
    return choice.get("message", {}) if isinstance(choice, dict) else {}


def _role(message: Mapping[str, Any]) -> str:
    role = str(message.get("role") or message.get("from"))
    return {"human": "user", "gpt": "assistant", "ai": "assistant", "model": "assistant"}.get(
        role, role
    )


def _content(value: Any) -> str:
    return "" if value is None else columns.text(value, "content")


def _is_part(part: Any) -> bool:
    return isinstance(part, str) or (isinstance(part, dict) and ("text" in part or "type" in part))
