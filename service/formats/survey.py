"""What the first rows of a file say of all of them: units, from where samples count, notes."""

import itertools
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.formats import columns
from service.formats.rows import Row, RowError

LOOK_AT_ROWS = 500
# A completion takes seconds: a median of fewer than 50 is in seconds, of 150 and more in
# milliseconds. Between these nobody can tell.
_SECONDS_BELOW = 50.0
_MILLISECONDS_FROM = 150.0
_FEW = 3
_SHORT = 60
_NO_TEXT = re.compile(
    r"[-+]?[\d.,]{1,60}%?|true|false|yes|no|null|none|nan|n/?a|[a-z]{1,20}://\S{1,60}"
    r"|[^\s@]{1,60}@[^\s@]{1,60}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]{1,20}(Z|[-+]\d\d:?\d\d)?)?|\d\d?[./]\d\d?[./]\d{2,4}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Survey:
    """What was found out, and what somebody should be told of it.

    `milliseconds` tells how many one is in each column of latencies, where that could be told;
    `first_sample` is the number that the file gives to the first sample; `notes` are columns of
    a wide table that hold no answers, as their names are compared; `said` are sentences.
    """

    milliseconds: dict[str, float] = field(default_factory=dict)
    first_sample: int = 0
    notes: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()


def head(found: Iterator[Row | RowError]) -> tuple[list[Row], Iterator[Row | RowError]]:
    """Return the first good rows of a file, and an iterator over all that it has."""
    first = list(itertools.islice(found, LOOK_AT_ROWS))
    return [row for row in first if isinstance(row, Row)], itertools.chain(first, found)


def look(rows: Sequence[Row]) -> Survey:
    """Return what the first rows of a file of completions say of all of them."""
    of_columns: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in columns.by_plain_name(row.values).items():
            of_columns.setdefault(name, []).append(value)
    said: list[str] = []
    milliseconds = _units(of_columns, said)
    samples = [value for name in columns.SAMPLE for value in of_columns.get(name, ())]
    has_first = any(str(value).strip() == "0" for value in samples)
    notes = frozenset(name for name, values in of_columns.items() if is_note(name, values))
    named = {columns.plain(name) for row in rows for name in row.values}
    is_wide = named.isdisjoint((*columns.COMPLETION, "choices"))
    ignored = sorted(notes - columns.ABOUT_PROMPT) if is_wide else []
    if ignored:
        said.append(f"Not taken for configurations: {', '.join(ignored[:12])}.")
    return Survey(milliseconds, 0 if has_first or not samples else 1, notes, tuple(said))


def is_note(name: str, values: Iterable[Any]) -> bool:
    """Tell whether a column of a wide table holds no answers, by its name or by what it holds."""
    if name in columns.BESIDE_ANSWERS:
        return True
    shown = [str(value) for value in values if not isinstance(value, list | dict)]
    if not shown:
        return False
    if all(_NO_TEXT.fullmatch(text[:_SHORT].strip()) and len(text) <= _SHORT for text in shown):
        return True
    return len(shown) >= _FEW and len(set(shown)) == 1 and len(shown[0]) <= _SHORT


def _units(of_columns: dict[str, list[Any]], said: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, one in columns.LATENCY.items():
        if one or name not in of_columns:
            found[name] = one
            continue
        amounts = [amount for amount in map(_amount, of_columns[name]) if amount > 0]
        middle = statistics.median(amounts) if amounts else 0.0
        if not amounts or _SECONDS_BELOW <= middle < _MILLISECONDS_FROM:
            said.append(
                f"{name} was left out: nothing says whether {middle:g} are seconds or "
                f"milliseconds. Call the column {name}_s or {name}_ms and import again."
            )
            found[name] = 0.0
        else:
            is_seconds = middle < _SECONDS_BELOW
            found[name] = 1000.0 if is_seconds else 1.0
            said.append(
                f"{name} was read as {'seconds' if is_seconds else 'milliseconds'} "
                f"(half of it is below {middle:g}); "
                f"call it {name}_{'ms' if is_seconds else 's'} if it is not."
            )
    return {name: one for name, one in found.items() if one}


def _amount(value: Any) -> float:
    try:
        return columns.number(value, "") or 0.0
    except columns.BadValue:
        return 0.0
