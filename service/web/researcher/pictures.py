"""Where things stand in the pictures of a leaderboard: percentages of a width, never pixels of it.

The pictures are SVG and tables made on the server: they need no script, keep the strict policy
whole, print, and stay readable at any width since only positions scale and letters do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from service.web.researcher import figures, speech

COLOURS = 8
# The published scale: 1000 is the average configuration, 400 points are odds of ten to one.
CENTRE, DECADE = 1000.0, 400.0
MOST_BRACKETS = 6
_HEIGHT = 300
_LABEL = 17
# The part of the width that a label may take on a phone.
_LABEL_WIDTH = 0.4


@dataclass(frozen=True)
class Axis:
    """A scale from low to high with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> str:
        """Return where a value stands, as a percentage of the width."""
        return f"{self.fraction(value) * 100:.2f}%"

    def fraction(self, value: float) -> float:
        """Return where a value stands, from 0 to 1, held inside."""
        span = self.high - self.low or 1.0
        return min(1.0, max(0.0, (value - self.low) / span))


@dataclass(frozen=True)
class Interval:
    """One row of the interval plot."""

    name: str
    approach: str
    colour: int
    share: float | None
    low: float | None
    high: float | None
    brackets: tuple[str, ...]
    is_retired: bool

    @property
    def figure(self) -> str:
        """The share and its interval in words."""
        if self.share is None:
            return speech.NOT_ENOUGH
        return f"{figures.share(self.share)} [{figures.interval(self.low, self.high)}]"


@dataclass(frozen=True)
class Cell:
    """One field of the win matrix, seen from its row: wins, losses, ties and their shade."""

    first: str
    second: str
    wins: float
    losses: float
    ties: float
    shade: int

    @property
    def votes(self) -> float:
        """All votes on this matchup."""
        return self.wins + self.losses + self.ties


@dataclass(frozen=True)
class Point:
    """One configuration in the picture of quality against cost."""

    name: str
    colour: int
    x: str
    y: str
    low: str
    high: str
    label_y: str
    label_left: bool
    cost: float
    share: float


@dataclass(frozen=True)
class Scatter:
    """The picture of quality against cost, and who is missing in it."""

    points: tuple[Point, ...]
    cost: Axis
    share: Axis
    unknown: tuple[str, ...]


def colours(names: Sequence[str]) -> dict[str, int]:
    """Return one colour for each configuration, the same on every picture of the study."""
    return {name: position % COLOURS for position, name in enumerate(names)}


def expected_share(rating: float | None) -> float | None:
    """Return the share of votes (ties half) expected against the average configuration."""
    if rating is None:
        return None
    power = min(300.0, max(-300.0, (CENTRE - rating) / DECADE))
    return float(1 / (1 + 10.0**power))


def share_axis(rows: Iterable[Mapping[str, Any]]) -> Axis:
    """Return an axis of shares that holds every interval and the middle, in steps of ten points."""
    ends = (expected_share(row.get(end)) for row in rows for end in ("low", "rating", "high"))
    values = [0.45, 0.55, *(end for end in ends if end is not None)]
    low, high = floor(min(values) * 10 + 1e-9) / 10, ceil(max(values) * 10 - 1e-9) / 10
    low, high = max(0.0, low), min(1.0, high)
    steps = round((high - low) * 10)
    width = 2 if steps > 6 else 1  # noqa: PLR2004 - more ticks would crowd a phone
    first = round(low * 10)
    ticks = tuple(tick / 10 for tick in range(first, first + steps + 1) if (tick - 5) % width == 0)
    return Axis(low, high, ticks)


def intervals(content: Mapping[str, Any], colour: Mapping[str, int]) -> list[Interval]:
    """Return the rows of the interval plot, best first, with the brackets that join groups."""
    rows = content.get("ratings", ())
    marks = brackets([str(row["configuration"]) for row in rows], content.get("groups") or ())
    return [
        Interval(
            name=str(row["configuration"]),
            approach=str(row.get("approach") or ""),
            colour=colour.get(str(row["configuration"]), 0),
            share=expected_share(row.get("rating")) if row.get("votes") else None,
            low=expected_share(row.get("low")),
            high=expected_share(row.get("high")),
            brackets=marks.get(str(row["configuration"]), ()),
            is_retired=bool(row.get("is_retired")),
        )
        for row in rows
    ]


def brackets(names: Sequence[str], groups: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return for each name what every bracket does beside it: start, mid, pass, end or nothing.

    Groups may overlap; each gets a column. A name between two members that is no member itself
    is passed by. Where there are too many to be read, none is drawn and the ranges in the table
    speak instead.
    """
    place = {name: position for position, name in enumerate(names)}
    columns = []
    for group in groups:
        members = sorted(place[name] for name in group if name in place)
        if len(members) > 1:
            columns.append(members)
    if len(columns) > MOST_BRACKETS:
        return {}
    return {
        name: tuple(_mark(position, members) for members in columns)
        for name, position in place.items()
    }


def _mark(position: int, members: Sequence[int]) -> str:
    if position == members[0]:
        return "start"
    if position == members[-1]:
        return "end"
    if members[0] < position < members[-1]:
        return "mid" if position in members else "pass"
    return "none"


def matrix(content: Mapping[str, Any]) -> tuple[list[str], dict[tuple[str, str], Cell]]:
    """Return the names in order and each field that holds votes, from both sides."""
    names = [str(row["configuration"]) for row in content.get("ratings", ())]
    cells: dict[tuple[str, str], Cell] = {}
    for row in content.get("matrix", ()):
        first, second = str(row["first"]), str(row["second"])
        total = float(row.get("n") or 0)
        if not total:
            continue
        wins, losses = float(row["first_wins"]), float(row["second_wins"])
        ties = total - wins - losses
        cells[first, second] = Cell(first, second, wins, losses, ties, _shade(wins, losses, ties))
        cells[second, first] = Cell(second, first, losses, wins, ties, _shade(losses, wins, ties))
    return names, cells


def _shade(wins: float, losses: float, ties: float) -> int:
    """Return the share of the row (ties half) in ten steps; five is even."""
    return round((wins + ties / 2) / (wins + losses + ties) * 10)


def scatter(content: Mapping[str, Any], colour: Mapping[str, int]) -> Scatter | None:
    """Return quality against cost, or None where fewer than two costs are known or all are 0."""
    rows = speech.competing(content)
    known = [row for row in rows if row.get("cost_per_1000") is not None]
    if len(known) < 2 or not any(row["cost_per_1000"] for row in known):  # noqa: PLR2004 - a picture of one point says nothing
        return None
    cost = _cost_axis(max(float(row["cost_per_1000"]) for row in known))
    quality = share_axis(known)
    heights = [[_height(quality, row[end]) for end in ("rating", "low", "high")] for row in known]
    across = [cost.fraction(row["cost_per_1000"]) for row in known]
    labels = _apart([(x, height[0]) for x, height in zip(across, heights, strict=True)])
    points = tuple(
        Point(
            name=str(row["configuration"]),
            colour=colour.get(str(row["configuration"]), 0),
            x=cost.at(row["cost_per_1000"]),
            y=_percent(height[0]),
            low=_percent(height[1]),
            high=_percent(height[2]),
            label_y=_percent(label),
            label_left=at > 0.5,  # noqa: PLR2004 - the middle
            cost=float(row["cost_per_1000"]),
            share=expected_share(row["rating"]) or 0.0,
        )
        for row, height, label, at in zip(known, heights, labels, across, strict=True)
    )
    unknown = tuple(str(row["configuration"]) for row in rows if row.get("cost_per_1000") is None)
    return Scatter(points, cost, quality, unknown)


def _height(axis: Axis, rating: float | None) -> float:
    """Return how many pixels below the top a rating stands; an unknown one in the middle."""
    share = expected_share(rating)
    return (1 - axis.fraction(0.5 if share is None else share)) * _HEIGHT


def _percent(height: float) -> str:
    return f"{height / _HEIGHT * 100:.2f}%"


def _cost_axis(most: float) -> Axis:
    """Return an axis from nothing to a round sum with three to five steps."""
    unit = 10.0 ** floor(log10(most))
    step = next(unit * part for part in (0.25, 0.5, 1.0, 2.0, 2.5) if most / (unit * part) <= 4)  # noqa: PLR2004 - four steps fit a phone
    steps = ceil(most / step - 1e-9)
    return Axis(0.0, steps * step, tuple(step * number for number in range(steps + 1)))


def _apart(places: Sequence[tuple[float, float]]) -> list[float]:
    """Return the heights of labels, pushed down where one would cover another beside it."""
    placed: dict[int, float] = {}
    for index in sorted(range(len(places)), key=lambda index: places[index][1]):
        across, height = places[index]
        near = [placed[other] for other in placed if abs(places[other][0] - across) < _LABEL_WIDTH]
        for taken in sorted(near):  # one pass downwards: heights only grow, so it ends
            if abs(height - taken) < _LABEL:
                height = taken + _LABEL
        placed[index] = height
    return [placed[index] for index in range(len(places))]
