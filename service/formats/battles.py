"""Battles out of files: both texts and the verdict in one row, as arenas publish them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from service.domain.prompt import Prompt
from service.formats import columns, completions, prompts, rows, survey, votes
from service.formats.columns import BadValue, Values
from service.formats.completions import CompletionRow, Samples
from service.formats.rows import RowError
from service.formats.said import said
from service.formats.votes import VoteRow


def read_completions(
    stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged
) -> Iterator[CompletionRow | RowError]:
    """Yield the two completions of each battle, each bad row as a `RowError`.

    Columns: `model_a`, `model_b`; `response_a`, `response_b` (or conversations, completions,
    outputs, answers); the prompt, or the user's turns of the conversations. A list in a cell of a
    CSV file is one text for each turn. Raises `FileUnreadable` for the whole file.
    """
    samples = Samples()
    for row in prepare(rows.read(stream, name)):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            values = columns.by_plain_name(row.values)
            prompt, texts = _texts(values)
            yield from [
                samples.placed(
                    CompletionRow(
                        line=row.line,
                        configuration=_name(values, names),
                        turns=turns,
                        prompt=prompt,
                    )
                )
                for names, turns in zip((columns.LEFT, columns.RIGHT), texts, strict=True)
            ]
        except BadValue as error:
            yield RowError(row.line, error.message)


def read_votes(
    stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged
) -> Iterator[VoteRow | RowError]:
    """Yield the verdict of each battle, with the texts that it is about.

    The winner stands in `winner` as in files of votes, or in one column for each that may win
    (`winner_model_a`, `winner_model_b`, `winner_tie`). Raises `FileUnreadable`.
    """
    first, found = survey.head(prepare(rows.read(stream, name)))
    reader = votes.Reader(first)
    for row in found:
        if isinstance(row, RowError):
            yield row
            continue
        try:
            values = columns.by_plain_name(row.values)
            prompt, (left, right) = _texts(values)
            vote = VoteRow(
                line=row.line,
                key="",
                prompt=prompt.fingerprint,
                prompt_is_id=False,
                turns=prompt.turns,
                left_turns=left,
                right_turns=right,
                **reader.told(values),
            )
            yield reader.keyed(vote, columns.pick(values, ("id", "question_id")))
        except BadValue as error:
            yield RowError(row.line, error.message)


def _name(values: Values, names: tuple[str, ...]) -> str:
    value = columns.pick(values, names)
    if value is None:
        raise BadValue(said("%(names)s is missing; it names a configuration", names=names[1]))
    return columns.label(value, names[1])


def _texts(values: Values) -> tuple[Prompt, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the prompt of a battle and the answers on its left and right."""
    pair = next((pair for pair in columns.TEXTS_OF_BOTH if values.keys() >= set(pair)), None)
    if pair is None:
        raise BadValue(said("a text is missing; write both, as response_a and response_b"))
    told = [_listed(values[name]) for name in pair]
    left, right = (completions.answers(one) for one in told)
    named = columns.pick(values, (*columns.PROMPT_TEXT, *columns.PROMPT_TURNS))
    turns = _user_turns(_listed(named) if named is not None else told[0])
    if not turns:
        raise BadValue(said("the row does not say what was asked; add `prompt`"))
    if not len(turns) == len(left) == len(right):
        raise BadValue(
            said(
                "%(number)s turns were asked, %(number2)s and %(number3)s answered; "
                "write one answer for each turn on both sides",
                number=len(turns),
                number2=len(left),
                number3=len(right),
            )
        )
    context = columns.text(values.get("context", ""), "context")
    return replace(prompts.from_values({"turns": list(turns)}), context=context), (left, right)


def _listed(value: Any) -> Any:
    """Return the list that a text holds as JSON, else the value."""
    held = columns.unpacked(value)
    return held if isinstance(held, list) else value


def _user_turns(value: Any) -> tuple[str, ...]:
    """Return what the user said: a text, a list of texts, or out of a conversation."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        return ()
    said = [item for item in value if not isinstance(item, dict) or item.get("role") == "user"]
    return tuple(
        columns.text(item.get("content") if isinstance(item, dict) else item, "prompt")
        for item in said
    )
