"""What the columns of a file mean, as somebody says it: its rows become ones that readers know."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.errors import Invalid
from service.formats import columns
from service.formats.rows import Found, Row, RowError
from service.formats.said import said
from service.formats.sniffing import Kind

# Column by column what it means; columns that are not named are not imported.
Meanings = Mapping[str, str]

ANSWER_OF = "answer:"
MEANINGS = (
    *("prompt", "messages", "prompt_id", "context", "reference", "tags", "variable"),
    *("configuration", "answer", "choices", "sample", "latency_ms", "latency_s", "cost"),
    *("left", "right", "left_answer", "right_answer", "winner", "one_winner"),
    *("rater", "time", "id"),
)
MOST_COLUMNS = 200
_OF_MANY = frozenset(("tags", "variable", "one_winner"))
# How readers call what has another name here.
_COLUMNS = {"answer": "completion", "left_answer": "response_a", "right_answer": "response_b"}
_ABOUT_PROMPT = ("prompt", "messages", "prompt_id", "context", "reference")
_TAKEN: dict[Kind, tuple[str, ...]] = {
    "prompts": _ABOUT_PROMPT,
    "completions": (
        *(*_ABOUT_PROMPT, "configuration", "answer", "choices", "sample"),
        *("latency_ms", "latency_s", "cost"),
    ),
    "votes": (
        *("prompt", "prompt_id", "left", "right", "winner", "one_winner"),
        *("rater", "time", "id"),
    ),
    "battles": (
        *("prompt", "messages", "context", "left", "right", "left_answer", "right_answer"),
        *("winner", "one_winner", "rater", "time", "id"),
    ),
}


class MappingInvalid(Invalid):
    """What the columns are said to mean makes no rows that could be imported."""


def header(found: Iterable[Row]) -> list[str]:
    """Return the columns of some rows, in the order in which they appear, at most 200."""
    return list(dict.fromkeys(name for row in found for name in row.values))[:MOST_COLUMNS]


def signature(names: Iterable[str]) -> str:
    """Return what files with the same columns share, in whatever order these stand."""
    return hashlib.sha256(json.dumps(sorted(names)).encode()).hexdigest()


def by_words(words: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return the mapping that ``column=meaning`` words tell of a file with these columns.

    Raises
    ------
    MappingInvalid
    """
    found: dict[str, str] = {}
    for word in words:
        column, is_there, meaning = word.rpartition("=")
        if not is_there or not column:
            raise MappingInvalid(
                "Write %(word)s as COLUMN=MEANING, such as Frage=prompt.", word=repr(word)
            )
        if column not in names:
            raise MappingInvalid(
                "The file has no column %(column)s. It has: %(known)s.",
                column=repr(column),
                known=", ".join(names),
            )
        found[column] = meaning
    check(found)
    return found


def check(meanings: Meanings) -> None:
    """Raise `MappingInvalid` where a meaning is none that we know."""
    for column, meaning in meanings.items():
        name = meaning.removeprefix(ANSWER_OF)
        is_answer = name != meaning and bool(name.strip()) and len(name) <= columns.MAX_NAME
        if meaning not in MEANINGS and not is_answer:
            raise MappingInvalid(
                "The column %(column)s cannot mean %(meaning)s. Known are %(known)s, and "
                "answer:NAME for the answers of the configuration NAME.",
                column=repr(column),
                meaning=repr(meaning),
                known=", ".join(MEANINGS),
            )


def kind_of(meanings: Meanings) -> Kind:
    """Return what rows hold whose columns mean this.

    Raises
    ------
    MappingInvalid
        Says which column is missing, or which two cannot stand beside each other.
    """
    told = list(meanings.values())
    _refuse_doubles(told)
    has_answers = any(meaning.startswith(ANSWER_OF) for meaning in told)
    if {"left", "right", "winner", "one_winner"} & set(told):
        return _of_two(told)
    if not {"prompt", "messages", "prompt_id"} & set(told):
        raise MappingInvalid("Say which column holds the prompt.")
    has_one = "answer" in told or "choices" in told
    if has_answers and (has_one or "configuration" in told):
        raise MappingInvalid(
            "Either each configuration has a column for its answers, or one column holds the "
            "answers and another says which configuration wrote them. This mapping has both."
        )
    if has_answers:
        return "completions"
    if has_one and "configuration" not in told:
        raise MappingInvalid(
            "Say which column names the configuration that answered, or whose answers they are."
        )
    if has_one:
        return "completions"
    if "configuration" in told:
        raise MappingInvalid("Say which column holds the answers.")
    if not {"prompt", "messages"} & set(told):
        raise MappingInvalid("Say which column holds the prompt.")
    return "prompts"


def _refuse_doubles(told: list[str]) -> None:
    for meaning in dict.fromkeys(told):
        if told.count(meaning) < 2 or meaning in _OF_MANY:  # noqa: PLR2004 - a pair is too many
            continue
        if meaning.startswith(ANSWER_OF):
            raise MappingInvalid(
                "Two columns cannot both hold the answers of %(name)s.",
                name=meaning.removeprefix(ANSWER_OF),
            )
        raise MappingInvalid("Two columns cannot both mean %(meaning)s.", meaning=meaning)
    if {"prompt", "messages"} <= set(told):
        raise MappingInvalid("The prompt stands in two columns. Leave one of them out.")
    if {"answer", "choices"} <= set(told):
        raise MappingInvalid("The answers stand in two columns. Leave one of them out.")
    if {"winner", "one_winner"} <= set(told):
        raise MappingInvalid("The winner stands in several columns. Leave some of them out.")
    if {"latency_ms", "latency_s"} <= set(told):
        raise MappingInvalid("The latency stands in two columns. Leave one of them out.")


def _of_two(told: list[str]) -> Kind:
    if not {"left", "right"} <= set(told) or not {"winner", "one_winner"} & set(told):
        raise MappingInvalid("Votes need three columns: left, right, and the winner.")
    with_texts = [meaning for meaning in ("left_answer", "right_answer") if meaning in told]
    if len(with_texts) == 1:
        raise MappingInvalid("The answers of both sides are needed, or of neither.")
    if with_texts:
        return "battles"
    if not {"prompt", "prompt_id"} & set(told):
        raise MappingInvalid("Say which column holds the prompt.")
    return "votes"


def mapped(found: Found, meanings: Meanings, kind: Kind) -> Iterator[Row | RowError]:
    """Yield rows under the names that the readers of this kind know.

    A row with the answers of several configurations becomes a row for each of them; an empty
    cell is no answer.
    """
    answers = {
        column: meaning.removeprefix(ANSWER_OF).strip()
        for column, meaning in meanings.items()
        if meaning.startswith(ANSWER_OF)
    }
    for row in found:
        if isinstance(row, RowError):
            yield row
            continue
        values = _values(row, meanings, kind)
        if kind != "completions" or not answers:
            yield Row(row.line, values)
            continue
        given = [(name, row.values.get(column)) for column, name in answers.items()]
        given = [(name, value) for name, value in given if value is not None and value != ""]
        if not given:
            yield RowError(row.line, said("the row holds no answer"))
        elif values.keys().isdisjoint(("prompt", "turns", "messages", "prompt_id")):
            yield RowError(row.line, said("the row does not say which prompt was answered"))
            continue
        for name, value in given:
            yield Row(row.line, {**values, "configuration": name, "completion": _as_text(value)})


def _values(row: Row, meanings: Meanings, kind: Kind) -> dict[str, Any]:
    values: dict[str, Any] = {}
    tags: list[Any] = []
    variables: dict[str, Any] = {}
    for column, meaning in meanings.items():
        value = row.values.get(column)
        if value is None or value == "":
            continue
        if meaning == "tags":
            tags += _tags(column, value)
        elif meaning == "variable":
            variables |= _variables(column, value)
        elif meaning == "one_winner":
            values[columns.plain(column)] = value
        elif meaning in _TAKEN[kind]:
            name, value = _named(meaning, value, kind)
            values[name] = value
    if kind == "completions":
        values = _of_answer(values, meanings)
    if kind in {"prompts", "completions"}:
        values |= {"tags": list(dict.fromkeys(tags))} if tags else {}
        values |= {"variables": variables} if variables else {}
    return values


def _of_answer(values: dict[str, Any], meanings: Meanings) -> dict[str, Any]:
    """Return a row as readers of answers know them: of MT-bench, or with an answer, if empty."""
    if "choices" in values and "configuration" in values:
        return {**values, "model_id": values["configuration"]}
    return {"completion": None, **values} if "answer" in meanings.values() else values


def _named(meaning: str, value: Any, kind: Kind) -> tuple[str, Any]:
    """Return how readers call a value, and the value as they take it."""
    if meaning == "prompt" and kind in {"prompts", "completions"}:
        has_parts = isinstance(value, list)
        # As turns a prompt is a text even where it is a bare number.
        return ("prompt", value) if has_parts else ("turns", [_as_text(value)])
    if meaning in {
        "messages",
        "choices",
        "prompt_id",
        "sample",
        "time",
        "id",
        "winner",
        "left",
        "right",
    }:
        return _COLUMNS.get(meaning, meaning), value
    if meaning in {"latency_ms", "latency_s", "cost", "configuration", "rater"}:
        return meaning, value
    return _COLUMNS.get(meaning, meaning), _as_text(value)


def _as_text(value: Any) -> Any:
    """Return a number as text, an object as the JSON that it is; lists and texts as they are."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value) if isinstance(value, int | float) else value


def _tags(column: str, value: Any) -> list[Any]:
    value = _unpacked(value)
    if isinstance(value, str) and columns.plain(column) not in {"category", "type", "topic"}:
        return [part.strip() for part in re.split("[,;]", value) if part.strip()]
    return value if isinstance(value, list) else [str(value)]


def _unpacked(value: Any) -> Any:
    """Return what a cell holds when it is JSON that can be stored, else the value."""
    try:
        return columns.unpacked(value)
    except columns.BadValue:
        return value


def _variables(column: str, value: Any) -> dict[str, Any]:
    held = _unpacked(value)
    if isinstance(held, dict):
        return held
    name = re.sub(r"\W+", "_", columns.plain(column)).strip("_") or "variable"
    name = name if name.isidentifier() else f"v_{name}"
    return {name: held if isinstance(held, str | int | float) else _as_text(value)}
