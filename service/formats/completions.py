"""Completions out of files: one per row, one column per configuration, or MT-bench answers."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from service.domain.prompt import Prompt
from service.formats import columns, prompts, rows
from service.formats.columns import BadValue, Values
from service.formats.rows import Row, RowError


@dataclass(frozen=True)
class CompletionRow:
    """One configuration's answer to one prompt, as a file tells it.

    The prompt is named by `prompt_id`, given in full as `prompt`, or both. A short `prompt` may
    also be the id of a known one: look for that first. `turns` holds one answer per user turn;
    an empty text is an answer that was not given. `sample` counts from 0.
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


def read(stream: BinaryIO, name: str) -> Iterator[CompletionRow | RowError]:
    """Yield the completions of a JSONL, CSV or TSV file, each bad row as a `RowError`.

    Long: `prompt` (or `question`, `instruction`; a bare number is an id) or `prompt_id`,
    `configuration` (or `generator`, `model`), `completion` (or `output`, `response`, `result`);
    optional `id`, `latency_ms` (or `duration`), `cost`, `context`, `tags`, `sample`. Wide: a prompt
    and one column per configuration, where an empty cell is no completion. MT-bench:
    `question_id`, `model_id`, `choices`. Raises `FileUnreadable` for the whole file.
    """
    samples = _Samples()
    for row in rows.read(stream, name):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield from [samples.placed(completion) for completion in _completions(row)]
        except BadValue as error:
            yield RowError(row.line, str(error))


@dataclass
class _Samples:
    """Tells samples of one configuration for one prompt apart, and repeated rows from samples."""

    lines: dict[tuple[object, ...], dict[bytes, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def placed(self, found: CompletionRow) -> CompletionRow:
        about = (found.prompt_id, found.prompt and found.prompt.fingerprint, found.configuration)
        earlier = self.lines[about]
        digest = hashlib.sha256("\0".join(found.turns).encode()).digest()
        if digest in earlier:
            raise BadValue(
                f"the same completion by {found.configuration} stands on line {earlier[digest]}"
            )
        sample = found.sample if found.sample >= 0 else len(earlier)
        earlier[digest] = found.line
        return CompletionRow(**{**vars(found), "sample": sample})


def _completions(row: Row) -> list[CompletionRow]:
    values = columns.by_plain_name(row.values)
    named = {columns.plain(name) for name in row.values}
    if "choices" in values and "model_id" in values:
        return _from_choices(row.line, values)
    if named.isdisjoint(columns.COMPLETION):
        return _from_wide(row, values)
    return [_from_long(row.line, values)]


def _from_long(line: int, values: Values) -> CompletionRow:
    prompt_id, prompt = _prompt(values, columns.PROMPT_ID)
    row_id = values.get("id")
    return CompletionRow(
        line=line,
        configuration=_configuration(values),
        turns=_answers(columns.pick(values, columns.COMPLETION)),
        prompt_id=prompt_id,
        prompt=prompt,
        sample=_sample(columns.pick(values, columns.SAMPLE)),
        latency_ms=columns.number(columns.pick(values, columns.LATENCY_MS), "latency"),
        cost_usd=columns.number(columns.pick(values, columns.COST), "cost"),
        row_id="" if row_id is None else columns.label(row_id, "id"),
    )


def _from_wide(row: Row, values: Values) -> list[CompletionRow]:
    prompt_id, prompt = _prompt(values, ("id", *columns.PROMPT_ID))
    found = {
        columns.label(name, "a column's name"): _answers(value)
        for name, value in row.values.items()
        if columns.plain(name) not in columns.ABOUT_PROMPT and value is not None and value != ""
    }
    if not found:
        raise BadValue("the row holds no completion; name a column after each configuration")
    return [
        CompletionRow(
            line=row.line,
            configuration=name,
            turns=answers,
            prompt_id=prompt_id,
            prompt=prompt,
            sample=-1,
        )
        for name, answers in found.items()
    ]


def _from_choices(line: int, values: Values) -> list[CompletionRow]:
    prompt_id, prompt = _prompt(values, columns.PROMPT_ID)
    choices = values["choices"]
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise BadValue("choices must be a list of objects with turns")
    return [
        CompletionRow(
            line=line,
            configuration=columns.label(values["model_id"], "model_id"),
            turns=_answers(choice.get("turns")),
            prompt_id=prompt_id,
            prompt=prompt,
            sample=-1,
            row_id=str(values.get("answer_id", "")),
        )
        for choice in choices
    ]


def _configuration(values: Values) -> str:
    column = next((name for name in columns.CONFIGURATION if name in values), None)
    if column is None:
        raise BadValue("the row does not say which configuration answered; add `configuration`")
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
            raise BadValue("the row does not say which prompt was answered; add `prompt`")
        return prompt_id, None
    told = {name: value for name, value in values.items() if name not in {"id", "key", "text"}}
    return prompt_id, prompts.from_values({**told, **({"id": prompt_id} if prompt_id else {})})


def _answers(value: Any) -> tuple[str, ...]:
    if value is None:
        return ("",)
    value = columns.unpacked(value) if isinstance(value, str) and '"role"' in value else value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, list) and any(isinstance(item, dict) and "role" in item for item in value):
        said = [
            item for item in value if isinstance(item, dict) and item.get("role") == "assistant"
        ]
        if not said:
            raise BadValue("the completion holds messages, but none of the assistant")
        return tuple(columns.text(item.get("content"), "completion") for item in said)
    return (columns.text(value, "completion"),)


def _sample(value: Any) -> int:
    if value is None:
        return -1
    if not columns.is_bare_number(value):
        raise BadValue(f"sample must be a whole number from 0, not {value!r:.40}")
    if len(str(value).strip()) > 3 or int(value) < 0:  # noqa: PLR2004 - nobody compares 1,000
        raise BadValue("sample must be a whole number from 0 to 999")
    return int(value)
