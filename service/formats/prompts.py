"""Prompts out of files: a text, messages or turns per row, with what belongs to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from service.domain.prompt import MAX_PROMPT_BYTES, Prompt
from service.formats import columns, rows
from service.formats.columns import BadValue, Values
from service.formats.rows import RowError
from service.formats.said import said


@dataclass(frozen=True)
class PromptRow:
    """A prompt and the line it stands on."""

    line: int
    prompt: Prompt


def read(
    stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged
) -> Iterator[PromptRow | RowError]:
    """Yield the prompts of a JSONL, JSON, CSV, TSV or XLSX file, each bad row as a `RowError`.

    Columns: `text` (or `prompt`, `question`, `instruction`), `messages` or `turns`; optional
    `id`, `context`, `reference`, `tags` (or `category`, `type`), `variables`. Others are ignored.
    Raises `FileUnreadable` when the whole file cannot be read.
    """
    for row in prepare(rows.read(stream, name)):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield PromptRow(row.line, from_values(columns.by_plain_name(row.values)))
        except BadValue as error:
            yield RowError(row.line, error.message)


def from_values(values: Values) -> Prompt:
    """Return the prompt that a row (by `columns.by_plain_name`) describes, or raise `BadValue`."""
    key = columns.pick(values, ("id", *columns.PROMPT_ID, "key"))
    prompt = Prompt(
        turns=turns(values),
        key="" if key is None else columns.label(key, "id"),
        context=columns.text(values.get("context", ""), "context"),
        reference=_reference(columns.pick(values, columns.REFERENCE)),
        tags=columns.tags(values),
        variables=_variables(columns.unpacked(columns.pick(values, columns.VARIABLES))),
    )
    size = len(prompt.context.encode()) + sum(len(turn.encode()) for turn in prompt.turns)
    if size > MAX_PROMPT_BYTES:
        raise BadValue(
            said(
                "the prompt has %(size)s bytes; the most is %(most)s (1 MiB)",
                size=f"{size:,}",
                most=f"{MAX_PROMPT_BYTES:,}",
            )
        )
    return prompt


def turns(values: Values) -> tuple[str, ...]:
    """Return the user's turns of a row, none of them empty, or raise `BadValue`."""
    names = (*columns.PROMPT_TURNS, "text", *columns.PROMPT_TEXT)
    column = next((name for name in names if name in values), None)
    if column is None:
        raise BadValue(said("the prompt is empty; give it as text or as messages"))
    value = values[column]
    if column in columns.PROMPT_TURNS or _has_roles(value):
        found = _user_turns(columns.unpacked(value), column)
    else:
        found = (columns.text(value, column),)
    if not found or not all(turn.strip() for turn in found):
        raise BadValue(
            said("the prompt is empty") if len(found) < 2 else said("a turn is empty")  # noqa: PLR2004
        )
    return found


def _has_roles(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(item, dict) and "role" in item for item in value
    )


def _user_turns(value: Any, column: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadValue(
            said("%(column)s must be a list, not %(value)s", column=column, value=f"{value!r:.40}")
        )
    return tuple(_user_turn(item, column) for item in value)


def _user_turn(item: Any, column: str) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict) or "content" not in item:
        raise BadValue(
            said("%(column)s must hold messages, each with a role and a content", column=column)
        )
    role = item.get("role", "user")
    if role == "system":
        raise BadValue(
            said(
                "%(column)s hold a system message; a system prompt belongs to a configuration, "
                "material for all of them into context",
                column=column,
            )
        )
    if role != "user":
        raise BadValue(
            said(
                "%(column)s hold a message of %(role)s; a prompt has the user's messages only, "
                "configurations answer each of them",
                column=column,
                role=f"{role!r:.20}",
            )
        )
    return columns.text(item["content"], column)


def _reference(value: Any) -> str:
    value = columns.unpacked(value)
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n\n".join(columns.text(item, "reference") for item in value if item)
    return (
        columns.label(value, "reference")
        if isinstance(value, int)
        else columns.text(value, "reference")
    )


def _variables(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadValue(
            said("variables must be names with values, not %(value)s", value=f"{value!r:.40}")
        )
    for name, content in value.items():
        if not name.isidentifier():
            raise BadValue(
                said(
                    "the variable %(name)s must be named like a word, without spaces",
                    name=f"{name!r:.40}",
                )
            )
        if not isinstance(content, str | int | float):
            raise BadValue(
                said(
                    "the variable %(name)s must be text or a number, not %(value)s",
                    name=name,
                    value=f"{content!r:.40}",
                )
            )
    return value
