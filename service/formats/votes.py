"""Votes out of files: who stood left and right, who won, who said so."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from service.domain.vote import Choice
from service.formats import columns, rows
from service.formats.columns import BadValue, Values
from service.formats.rows import RowError

_CHOICES = {word: choice for choice in Choice for word in (choice.value, *choice.row.names)}
_KNOWN = ", ".join(Choice)


@dataclass(frozen=True)
class VoteRow:
    """One vote as a file tells it; `key` is the same whenever the same file is read again.

    `prompt` is an id when `prompt_is_id`; otherwise look for an id first, then for the text.
    `rater` is empty when the file does not tell.
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


def read(stream: BinaryIO, name: str) -> Iterator[VoteRow | RowError]:
    """Yield the votes of a JSONL, CSV or TSV file, each bad row as a `RowError`.

    Columns: `prompt` (text, or an id) or `prompt_id`, `left`, `right` (or `model_a`, `model_b`),
    `winner` (left, right, a, b, left_much, right_much, both_good, both_bad, tie, or the winner's
    name); optional `rater` (or `worker`, `judge`), `id`, `time` (ISO 8601 or Unix seconds; UTC
    where no zone is told). Raises `FileUnreadable` for the whole file.
    """
    seen: Counter[str] = Counter()
    for row in rows.read(stream, name):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield _vote(row.line, columns.by_plain_name(row.values), seen)
        except BadValue as error:
            yield RowError(row.line, str(error))


def _vote(line: int, values: Values, seen: Counter[str]) -> VoteRow:
    left = _needed(values, columns.LEFT)
    right = _needed(values, columns.RIGHT)
    if left == right:
        raise BadValue(f"left and right are both {left}; a configuration never meets itself")
    prompt, prompt_is_id = _prompt(values)
    told_rater = columns.pick(values, columns.RATER)
    vote = VoteRow(
        line=line,
        key="",
        prompt=prompt,
        prompt_is_id=prompt_is_id,
        left=left,
        right=right,
        choice=choice_of(columns.pick(values, columns.WINNER), left, right),
        rater="" if told_rater is None else columns.label(told_rater, "rater"),
        voted_at=_time(columns.pick(values, columns.TIME)),
    )
    digest = _digest(vote, values.get("id"))
    seen[digest] += 1
    return VoteRow(**{**vars(vote), "key": f"{digest}-{seen[digest]}"})


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
        raise BadValue(f"{names[0]} is missing")
    return columns.label(value, names[0])


def _prompt(values: Values) -> tuple[str, bool]:
    named = columns.pick(values, columns.PROMPT_ID)
    if named is not None:
        return columns.label(named, "prompt_id"), True
    given = columns.pick(values, columns.PROMPT_TEXT)
    if given is None:
        raise BadValue("the row does not say which prompt the vote is about; add `prompt`")
    if columns.is_bare_number(given):
        return columns.label(given, "prompt"), True
    return columns.text(given, "prompt"), False


def choice_of(value: Any, left: str, right: str) -> Choice:
    """Return the choice that a file's winner stands for: a word, or the name of a side.

    Raises `BadValue` with what may be written.
    """
    if not isinstance(value, str):
        raise BadValue(f"winner is missing; write one of {_KNOWN}")
    by_name = {left: Choice.LEFT, right: Choice.RIGHT}.get(value.strip())
    by_word = _CHOICES.get(columns.plain(value))
    if by_name and by_word and by_name.side != by_word.side:
        raise BadValue(f"winner {value!r:.40} is both a side and a name; write left or right")
    choice = by_name if by_name and not by_word else by_word
    if choice is None:
        raise BadValue(f"winner is {value!r:.60}; write one of {_KNOWN}, or the winner's name")
    return choice


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
            f"time is {value!r:.40}; write it like 2026-03-01T12:00:00Z or as Unix seconds"
        ) from None


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
        return None
    return float(value)
