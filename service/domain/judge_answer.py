"""Reads what a judge answered, strictly: a verdict in one of two forms, or none."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Of a longer answer the end is read: there the verdict stands.
_MOST_READ = 20_000
MOST_REASON = 2000
_FENCED = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n```\Z", re.DOTALL)
_LAST_LINE = re.compile(r"(?:(?:final )?verdict|answer)?\W{0,8}(a|b|tie)\W{0,4}", re.IGNORECASE)
_GRADES = range(1, 6)


class Said(StrEnum):
    """What a judge said of the two texts as it saw them, or why it said nothing."""

    A = "a"
    B = "b"
    TIE = "tie"
    REFUSED = "refused"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class JudgeAnswer:
    """A verdict, the grades of A and B where they were given, and the reason in the judge's words.

    What holds no verdict keeps its beginning as the reason, to be read by people.
    """

    said: Said
    a_grade: int | None = None
    b_grade: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Calls:
    """Where the calls of a version stand; each matchup takes two.

    `answered` hold a verdict; refusals and malformed answers are counted by themselves.
    """

    answered: int
    refused: int
    malformed: int
    failed: int
    blocked: int
    waiting: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(
            (
                self.answered, self.refused, self.malformed,
                self.failed, self.blocked, self.waiting,
            )
        )  # fmt: skip


def read(text: str, *, refused: bool = False) -> JudgeAnswer:
    """Return what an answer says: one JSON object, or a last line that is nothing but a verdict.

    The object may be the whole answer, fenced, or its last line. Two verdicts, a grade out of
    1 to 5 or any other word make it malformed; `refused` says that the model would not answer.
    """
    tail = text[-_MOST_READ:].strip()
    found = _objects(tail)
    if found is not None:
        return _of_object(found, tail)
    lines = tail.splitlines()
    last = lines[-1].strip().strip("*_`#> ") if lines else ""
    matched = _LAST_LINE.fullmatch(last)
    if matched:
        reason = "\n".join(lines[:-1]).strip()
        return JudgeAnswer(Said(matched[1].lower()), reason=reason[:MOST_REASON])
    return JudgeAnswer(Said.REFUSED if refused else Said.MALFORMED, reason=tail[:MOST_REASON])


def _objects(tail: str) -> dict[str, Any] | None:
    fenced = _FENCED.match(tail)
    lines = tail.splitlines()
    for each in (tail, fenced[1] if fenced else "", lines[-1] if lines else ""):
        if not each.strip().startswith("{"):
            continue
        try:
            found = json.loads(each, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and "verdict" in found:
            return found
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of which no name was said twice."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _of_object(found: dict[str, Any], tail: str) -> JudgeAnswer:
    verdict, reason = found["verdict"], found.get("reason")
    grades = [found.get("a"), found.get("b")]
    is_graded = all(type(each) is int and each in _GRADES for each in grades)
    is_one = isinstance(verdict, str) and verdict.strip().lower() in {"a", "b", "tie"}
    if not is_one or not (is_graded or grades == [None, None]):
        return JudgeAnswer(Said.MALFORMED, reason=tail[:MOST_REASON])
    a, b = grades if is_graded else (None, None)
    told = reason if isinstance(reason, str) else ""
    return JudgeAnswer(Said(str(verdict).strip().lower()), a, b, told[:MOST_REASON])
