"""Votes out of files: who stood left and right, who won, who said so."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from service.domain.vote import Choice
from service.formats import columns, judging, rows, survey
from service.formats.columns import BadValue, Values
from service.formats.rows import Note, Row, RowError
from service.formats.said import said

_CHOICES = {word: choice for choice in Choice for word in (choice.value, *choice.row.names)}
_KNOWN = ", ".join(Choice)


@dataclass(frozen=True)
class VoteRow:
    """One vote as a file tells it; `key` is the same whenever the same file is read again.

    `prompt` is an id when `prompt_is_id`; otherwise look for an id first, then for the text.
    `rater` is empty when the file does not tell. A vote without an id (`has_id`) has a key that
    ends in its number among those of its file which nothing tells apart, after the last "-".
    Where the row holds the texts, `turns` are the prompt's, `left_turns` and `right_turns` what
    stood on each side. `turn` is the turn that the vote is about, from 1, where the file says it.
    `is_by_model` tells that no person cast it.
    """

    line: int
    key: str
    prompt: str
    prompt_is_id: bool
    left: str
    right: str
    choice: Choice
    rater: str = ""
    voted_at: datetime | None = None
    has_id: bool = False
    turns: tuple[str, ...] = ()
    left_turns: tuple[str, ...] = ()
    right_turns: tuple[str, ...] = ()
    turn: int | None = None
    is_by_model: bool = False


def read(
    stream: BinaryIO, name: str, prepare: rows.Prepare = rows.unchanged
) -> Iterator[VoteRow | RowError | Note]:
    """Yield the votes of a JSONL, JSON, CSV, TSV or XLSX file, each bad row as a `RowError`.

    Columns: `prompt` (text, or an id) or `prompt_id`, `left`, `right` (or `model_a`, `model_b`),
    `winner` (left, right, a, b, left_much, right_much, both_good, both_bad, tie, 1 and 2, signs
    such as A>B, or the winner's name); optional `rater` (or `worker`, `judge`), `id`, `time`
    (ISO 8601 or Unix seconds; UTC where no zone is told). Raises `FileUnreadable`.
    """
    first, found = survey.head(prepare(rows.read(stream, name)))
    reader = Reader(first)
    spaced = 0
    for row in found:
        if isinstance(row, RowError):
            yield row
            continue
        try:
            values = columns.by_plain_name(row.values)
            yield reader.vote(row.line, values)
        except BadValue as error:
            yield RowError(row.line, error.message)
        else:
            spaced += any(
                isinstance(name, str) and name != name.strip()
                for name in (columns.pick(values, names) for names in (columns.LEFT, columns.RIGHT))
            )
    if spaced:
        yield Note(f"{spaced} rows have white space around a configuration's name: left off.")


class Reader:
    """Reads the votes of one file, whose first rows say what its numbers mean."""

    def __init__(self, first: Sequence[Row]) -> None:
        """Look whether winners are numbered 1 and 2."""
        told = [columns.pick(columns.by_plain_name(row.values), columns.WINNER) for row in first]
        numbers = {number for number in map(_number, told) if number is not None}
        self._has_second = bool(numbers & {2.0, 1.5}) and min(numbers) >= 0
        # By the half of each digest: a million of them in a third of the memory.
        self._seen: Counter[int] = Counter()

    def vote(self, line: int, values: Values) -> VoteRow:
        """Return the vote of a row (by `columns.by_plain_name`), or raise `BadValue`."""
        prompt, prompt_is_id = _prompt(values)
        return self.keyed(
            VoteRow(
                line=line,
                key="",
                prompt=prompt,
                prompt_is_id=prompt_is_id,
                **self.told(values),
            ),
            values.get("id"),
        )

    def told(self, values: Values) -> dict[str, Any]:
        """Return who met, who won, who said so and when, or raise `BadValue`."""
        left = _needed(values, columns.LEFT)
        right = _needed(values, columns.RIGHT)
        if left == right:
            raise BadValue(
                said(
                    "left and right are both %(left)s; a configuration never meets itself",
                    left=left,
                )
            )
        named = columns.pick(values, columns.RATER)
        rater = "" if named is None else columns.label(named, "rater")
        return {
            "left": left,
            "right": right,
            "choice": self._choice(values, left, right),
            "rater": rater,
            "is_by_model": judging.is_by_model(values, rater),
            "voted_at": _time(columns.pick(values, columns.TIME)),
            "turn": _turn(values.get("turn")),
        }

    def keyed(self, vote: VoteRow, row_id: Any) -> VoteRow:
        """Return a vote with its key; rows that are alike in all that tells are numbered."""
        digest = _digest(vote, row_id)
        mark = int(digest[:16], 16)
        self._seen[mark] += 1
        return replace(vote, key=f"{digest}-{self._seen[mark]}", has_id=row_id is not None)

    def _choice(self, values: Values, left: str, right: str) -> Choice:
        told = columns.pick(values, columns.WINNER)
        marked = [name for name in columns.ONE_OF_WINNERS if _number(values.get(name)) == 1]
        if told is None and not columns.ONE_OF_WINNERS.keys().isdisjoint(values):
            if len(marked) != 1:
                raise BadValue(
                    said(
                        "%(number)s of the columns winner_model_a, winner_model_b, winner_tie "
                        "hold 1; exactly one must",
                        number=len(marked),
                    )
                )
            return choice_of(columns.ONE_OF_WINNERS[marked[0]], left, right)
        number = None if {left, right} & {str(told)} else _number(told)
        if number is None:
            return choice_of(told, left, right)
        if not self._has_second or not 0 <= number <= 2:  # noqa: PLR2004 - as alpaca_eval counts
            raise BadValue(
                said(
                    "winner is %(told)s; numbers are read as 1 for left, 2 for right and 0 "
                    "or 1.5 for a tie, which this file does not bear out; write one of "
                    "%(known)s",
                    told=f"{told!r:.40}",
                    known=_KNOWN,
                )
            )
        if number in {0.0, 1.5}:
            return Choice.TIE
        return Choice.LEFT if number < 1.5 else Choice.RIGHT  # noqa: PLR2004 - the middle


def _number(value: Any) -> float | None:
    """Return a value that is a number, or text that is one; None for all others."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _digest(vote: VoteRow, row_id: Any) -> str:
    """Hash what makes a vote this vote.

    With an id that is the id, but some files number matchups instead of votes, so who voted on
    what belongs to it as well; what was chosen does not. Without an id it is everything.
    """
    content: list[Any] = [vote.prompt, vote.left, vote.right, vote.rater]
    if row_id is not None:
        content.append(["id", columns.label(row_id, "id")])
    else:
        content.append([vote.choice.value, vote.voted_at and vote.voted_at.isoformat()])
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _needed(values: Values, names: tuple[str, ...]) -> str:
    value = columns.pick(values, names)
    if value is None:
        raise BadValue(
            said("%(names)s is missing; write the name of a configuration", names=names[0])
        )
    return columns.label(value, names[0])


def _prompt(values: Values) -> tuple[str, bool]:
    named = columns.pick(values, columns.PROMPT_ID)
    if named is not None:
        return columns.label(named, "prompt_id"), True
    given = columns.pick(values, columns.PROMPT_TEXT)
    if given is None:
        raise BadValue(said("the row does not say which prompt the vote is about; add `prompt`"))
    if columns.is_bare_number(given):
        return columns.label(given, "prompt"), True
    return columns.text(given, "prompt"), False


def choice_of(value: Any, left: str, right: str) -> Choice:
    """Return the choice that a file's winner stands for: a word, or the name of a side.

    Raises `BadValue` with what may be written.
    """
    if value is None:
        raise BadValue(said("winner is missing; write one of %(known)s", known=_KNOWN))
    if not isinstance(value, str):
        raise BadValue(
            said(
                "winner is %(value)s; write one of %(known)s", value=f"{value!r:.40}", known=_KNOWN
            )
        )
    by_name = {left: Choice.LEFT, right: Choice.RIGHT}.get(value.strip())
    word = columns.plain(value)
    # Signs may stand apart from what they are between: "A >> B".
    by_word = _CHOICES.get(word) or _CHOICES.get(word.replace("_", ""))
    if by_name and by_word and by_name.side != by_word.side:
        raise BadValue(
            said(
                "winner %(value)s is both a side and a name; write left or right",
                value=f"{value!r:.40}",
            )
        )
    choice = by_name if by_name and not by_word else by_word
    if choice is None:
        raise BadValue(
            said(
                "winner is %(value)s; write one of %(known)s, or the winner's name",
                value=f"{value!r:.60}",
                known=_KNOWN,
            )
        )
    return choice


def _turn(value: Any) -> int | None:
    """Return the turn that a vote is about; MT-bench counts from 1."""
    number = _number(value)
    return int(number) if number is not None and number >= 1 and number.is_integer() else None


def _time(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        seconds = _seconds(value)
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise BadValue(
            said(
                "time is %(value)s; write it like 2026-03-01T12:00:00Z or as Unix seconds",
                value=f"{value!r:.40}",
            )
        ) from None


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
        return None
    return float(value)
