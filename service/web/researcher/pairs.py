"""Which rows the table of wins shows: ten at a time, against all, so that a page stays a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from service.web import forms

ROWS = "rows"
# Up to so many configurations stand in one table; of more, so many rows at a time.
MOST, STEP = 12, 10


@dataclass(frozen=True)
class Page:
    """Some rows of the table: whose they are, their places in words, and what asks for them."""

    names: Sequence[str]
    places: str
    query: Mapping[str, str]
    is_shown: bool


def asked() -> dict[str, str]:
    """Return what the address says of the rows, for addresses that ask for the same again."""
    number = _number()
    return {ROWS: str(number)} if number > 1 else {}


def pages(names: Sequence[str], others: Mapping[str, str]) -> list[Page]:
    """Return the pages of the table; the first is shown where the address names none there is."""
    if len(names) <= MOST:
        return [Page(names, "", {}, is_shown=True)]
    starts = range(0, len(names), STEP)
    wanted = _number() - 1
    shown = wanted if wanted in starts else 0
    return [
        Page(
            names[start : start + STEP],
            f"{start + 1}–{min(start + STEP, len(names))}",
            {**others, ROWS: str(start + 1)},
            is_shown=start == shown,
        )
        for start in starts
    ]


def _number() -> int:
    return forms.whole(request.args.get(ROWS, "").strip()[:10], digits=6) or 1
