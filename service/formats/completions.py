"""Completions out of files: one per row, one column per configuration, or MT-bench answers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from service.domain.prompt import Prompt
from service.formats import columns, prompts, rows, survey
from service.formats.columns import BadValue, Values
from service.formats.rows import Note, Row, RowError
from service.formats.said import said
from service.formats.survey import Survey


@dataclass(frozen=True)
class CompletionRow:
    """One configuration's answer to one prompt, as a file tells it.

    The prompt is named by `prompt_id`, given in full as `prompt`, or both. A short `prompt` may
    also be the id of a known one: look for that first. `turns` holds one answer per user turn;
    an empty text is an answer that was not given. `sample` counts from 0; where the file does not
    number them (`is_numbered`), different answers count in the order in which they stand.
    """

    line: int
    configuration: str
    turns: tuple[str, ...]
    prompt_id: str = ""
    prompt: Prompt | None = None
    sample: int = 0
    latency_ms: float | None = None
    cost_usd: float | None = None
    row_id: str = ""
    is_numbered: bool = False
    # The whole texts, where only a field of each is shown.
    whole: tuple[str, ...] = ()


Found = CompletionRow | RowError | Note


def read(stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged) -> Iterator[Found]:
    """Yield the completions of a JSONL, JSON, CSV, TSV or XLSX file, each bad row as a `RowError`.

    Long: `prompt` (or `question`, `instruction`; a bare number is an id) or `prompt_id`,
    `configuration` (or `generator`, `model`), `completion` (or `output`, `response`, `result`);
    optional `id`, `latency_ms` (or `latency_s`, `duration`), `cost`, `context`, `tags`, `sample`.
    Wide: a prompt and one column per configuration, where an empty cell is no completion.
    MT-bench: `question_id`, `model_id`, `choices`. What was told from the first rows comes first,
    as `Note`s. Raises `FileUnreadable` for the whole file.
    """
    samples = Samples()
    first, found = survey.head(prepare(rows.read(stream, name)))
    seen = survey.look(first)
    yield from map(Note, seen.said)
    for row in found:
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield from [samples.placed(completion) for completion in _completions(row, seen)]
        except BadValue as error:
            yield RowError(row.line, error.message)


@dataclass
class Samples:
    """Numbers different answers of one configuration to one prompt; the same text is the same one.

    Holds a short hash of each, no text.
    """

    _numbers: dict[bytes, dict[bytes, int]] = field(default_factory=dict)

    def placed(self, found: CompletionRow) -> CompletionRow:
        """Return an answer with the number that it has among those of its file."""
        if found.is_numbered:
            return found
        fingerprint = "" if found.prompt is None else found.prompt.fingerprint
        about = _hash(found.prompt_id or fingerprint, found.configuration)
        earlier = self._numbers.setdefault(about, {})
        return replace(found, sample=earlier.setdefault(_hash(*found.turns), len(earlier)))


def _hash(*texts: str) -> bytes:
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=12).digest()


def _completions(row: Row, seen: Survey) -> list[CompletionRow]:
    values = columns.by_plain_name(row.values)
    if columns.CHOSEN in values and columns.REJECTED in values:
        raise BadValue(
            said(
                "chosen and rejected do not say which configuration wrote which; write "
                "`prompt`, `configuration` and `completion` instead"
            )
        )
    if "choices" in values and "model_id" in values:
        return _from_choices(row.line, values)
    given = {columns.plain(name) for name in row.values}
    if given.isdisjoint(columns.COMPLETION):
        return _from_wide(row, values, seen)
    return [_from_long(row.line, values, seen)]


def _from_long(line: int, values: Values, seen: Survey) -> CompletionRow:
    prompt_id, prompt = _prompt(values, columns.PROMPT_ID)
    row_id = values.get("id")
    sample = _sample(columns.pick(values, columns.SAMPLE), seen.first_sample)
    return CompletionRow(
        line=line,
        configuration=_configuration(values),
        turns=answers(columns.pick(values, columns.COMPLETION)),
        prompt_id=prompt_id,
        prompt=prompt,
        sample=sample or 0,
        is_numbered=sample is not None,
        latency_ms=_milliseconds(values, seen),
        cost_usd=columns.number(columns.pick(values, columns.COST), "cost"),
        row_id="" if row_id is None else columns.label(row_id, "id"),
    )


def _from_wide(row: Row, values: Values, seen: Survey) -> list[CompletionRow]:
    prompt_id, prompt = _prompt(values, ("id", *columns.PROMPT_ID))
    found = {
        columns.label(name, "a column's name"): answers(value)
        for name, value in row.values.items()
        if columns.plain(name) not in columns.ABOUT_PROMPT | columns.BESIDE_ANSWERS | seen.notes
        and value is not None
        and value != ""
    }
    if not found:
        raise BadValue(said("the row holds no completion; name a column after each configuration"))
    return [
        CompletionRow(
            line=row.line,
            configuration=name,
            turns=answers,
            prompt_id=prompt_id,
            prompt=prompt,
        )
        for name, answers in found.items()
    ]


def _from_choices(line: int, values: Values) -> list[CompletionRow]:
    prompt_id, prompt = _prompt(values, columns.PROMPT_ID)
    choices = values["choices"]
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise BadValue(
            said(
                "choices must be a list of objects with turns, not %(value)s",
                value=f"{choices!r:.40}",
            )
        )
    return [
        CompletionRow(
            line=line,
            configuration=columns.label(values["model_id"], "model_id"),
            turns=answers(choice.get("turns")),
            prompt_id=prompt_id,
            prompt=prompt,
            sample=place,
            is_numbered=True,
            row_id=str(values.get("answer_id", "")),
        )
        for place, choice in enumerate(choices)
    ]


def _configuration(values: Values) -> str:
    column = next((name for name in columns.CONFIGURATION if name in values), None)
    if column is None:
        raise BadValue(
            said(
                "the row does not say which configuration answered; add "
                "`configuration`, or say --configuration NAME where one answered all"
            )
        )
    name = columns.label(values[column], column)
    # A number names nobody to a reader; files that number their models carry the name beside it.
    return columns.label(values["name"], "name") if name.isdecimal() and "name" in values else name


def _prompt(values: Values, id_columns: tuple[str, ...]) -> tuple[str, Prompt | None]:
    named = columns.pick(values, id_columns)
    prompt_id = "" if named is None else columns.label(named, "prompt_id")
    given = columns.pick(values, (*columns.PROMPT_TURNS, *columns.PROMPT_TEXT))
    if columns.is_bare_number(given):
        return prompt_id or columns.label(given, "prompt"), None
    if given is None:
        if not prompt_id:
            raise BadValue(said("the row does not say which prompt was answered; add `prompt`"))
        return prompt_id, None
    told = {name: value for name, value in values.items() if name not in {"id", "key", "text"}}
    return prompt_id, prompts.from_values({**told, **({"id": prompt_id} if prompt_id else {})})


def _milliseconds(values: Values, seen: Survey) -> float | None:
    for name in columns.LATENCY:
        amount = columns.number(values.get(name), name)
        if amount is not None:
            one = columns.LATENCY[name] or seen.milliseconds.get(name, 0.0)
            return amount * one if one else None
    return None


def answers(value: Any) -> tuple[str, ...]:
    """Return what a configuration answered: a text, one for each turn, or a conversation's.

    Raises `BadValue`.
    """
    if value is None:
        return ("",)
    value = columns.unpacked(value) if isinstance(value, str) and '"role"' in value else value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, list) and any(isinstance(item, dict) and "role" in item for item in value):
        answered = [
            item for item in value if isinstance(item, dict) and item.get("role") == "assistant"
        ]
        if not answered:
            raise BadValue(said("the completion holds messages, but none of the assistant"))
        return tuple(columns.text(item.get("content"), "completion") for item in answered)
    return (columns.text(value, "completion"),)


def _sample(value: Any, first: int) -> int | None:
    """Return a sample's number from 0, None where the row gives none."""
    if value is None:
        return None
    if not columns.is_bare_number(value):
        raise BadValue(
            said("sample must be a whole number from 0, not %(value)s", value=f"{value!r:.40}")
        )
    if len(str(value).strip()) > 3 or int(value) < 0:  # noqa: PLR2004 - nobody compares 1,000
        raise BadValue(
            said("sample must be a whole number from 0 to 999, not %(value)s", value=value)
        )
    return max(0, int(value) - first)
