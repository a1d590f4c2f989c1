"""Quality against what it takes: a chart of points with intervals both ways and their frontier."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil, floor, log10, sqrt

from service.domain.leaderboard import Leaderboard, Part, Rating
from service.domain.priced import COST, LATENCY, Frontier, Mean
from service.reporting import charts
from service.reporting.charts import Axis
from service.reporting.words import Words

HEIGHT = 300
_LABEL = 17
# The part of the width that a label may take on a phone.
_LABEL_WIDTH = 0.4
# The part of the width for what is free, which has no place among powers of ten.
_FREE = 0.1
_MOST_TICKS = 6
# Of the width, from one tick to the next: less, and their words touch on a phone.
_TICKS_APART = 0.17
# From one end of an axis to the other at least so many times, so that it has ticks to read by.
_LEAST_RANGE = 4.0
_SMALL, _LARGE, _PLAIN = 4.0, 13.0, 5.5
# Of more points than this those on the frontier and the best are named; the table names all.
_MOST_NAMED = 12
# Below so surely on the frontier, its line says no more than "perhaps".
SURE = 0.95


@dataclass(frozen=True)
class LogAxis:
    """A scale of powers of ten with its ticks; what is free stands left of it, if anything is."""

    low: float
    high: float
    has_free: bool
    ticks: tuple[float, ...]

    def fraction(self, value: float) -> float:
        """Return where a value stands, from 0 to 1, held inside."""
        if value <= 0:
            return _FREE / 2 if self.has_free else 0.0
        start = _FREE if self.has_free else 0.0
        span = log10(self.high / self.low)
        along = min(1.0, max(0.0, log10(value / self.low) / span))
        return start + (1 - start) * along

    def at(self, value: float) -> str:
        """Return the same as a percentage of the width."""
        return f"{100 * self.fraction(value):.2f}%"


@dataclass(frozen=True)
class Point:
    """One configuration: quality, what it takes, and a third measure as its size, in pixels."""

    name: str
    colour: int
    rating: Rating
    mean: Mean
    third: Mean | None
    frontier: Frontier | None
    radius: float
    # None where so many stand there that a name would be read beside another's point.
    label: float | None
    label_left: bool

    @property
    def is_open(self) -> bool:
        """Whether a single prompt was measured: how exact that is, nobody can say."""
        return self.mean.low is None


@dataclass(frozen=True)
class Scatter:
    """The chart, which of the two measures it is about, and who is missing in it."""

    measure: str
    points: tuple[Point, ...]
    across: LogAxis
    share: Axis
    unknown: tuple[str, ...]

    @property
    def frontier(self) -> tuple[Point, ...]:
        """The points that nobody dominates by the estimates, from the least that they take."""
        on = [one for one in self.points if one.frontier is not None and one.frontier.is_on]
        return tuple(sorted(on, key=lambda one: (one.mean.value, one.rating.expected_share)))

    @property
    def sizes(self) -> tuple[Point, Point] | None:
        """The points with the least and the most of the third measure, None where all are alike."""
        known = [one for one in self.points if one.third is not None]
        if not known:
            return None
        least, most = (pick(known, key=_third) for pick in (min, max))
        return (least, most) if least.radius < most.radius else None

    def svg(self, words: Words) -> str:
        """Return the field of the chart as SVG: frontier, intervals, points and names."""
        lines = [
            charts.grid(charts.down(self.share, tick), tick, is_upright=False)
            for tick in self.share.ticks
        ]
        lines += self._frontier()
        for point in self.points:
            lines += self._point(point)
        for point in self.points:
            if point.label is None:
                continue
            aside = point.radius + 4  # above its interval, which a name would cover
            dx, anchor = (-aside, "end") if point.label_left else (aside, "start")
            lines.append(
                f'<text class="label" x="{self.across.at(point.mean.value)}" '
                f'y="{_percent(point.label)}" dx="{dx:g}" dy="-6" text-anchor="{anchor}">'
                f"{escape(words.name(point.name))}</text>"
            )
        return charts.svg(lines, "field")

    def _frontier(self) -> Iterable[str]:
        """Yield the line through those that nobody dominates, in steps; broken where unsure."""
        on = self.frontier
        for before, after in itertools.pairwise(on):
            left, right = (self.across.at(one.mean.value) for one in (before, after))
            low, high = (
                charts.down(self.share, one.rating.expected_share) for one in (before, after)
            )
            sure = all(one.frontier and one.frontier.chance >= SURE for one in (before, after))
            kind = "frontier" if sure else "frontier unsure"
            yield f'<line class="{kind}" x1="{left}" x2="{right}" y1="{low}" y2="{low}"></line>'
            yield f'<line class="{kind}" x1="{right}" x2="{right}" y1="{low}" y2="{high}"></line>'

    def _point(self, point: Point) -> Iterable[str]:
        x = self.across.at(point.mean.value)
        y, low, high = (
            charts.down(self.share, value)
            for value in (
                point.rating.expected_share,
                point.rating.expected_low,
                point.rating.expected_high,
            )
        )
        span = f"span thin c{point.colour}"
        yield f'<line class="{span}" x1="{x}" x2="{x}" y1="{low}" y2="{high}"></line>'
        if point.mean.low is not None and point.mean.high is not None:
            ends = f'x1="{self.across.at(point.mean.low)}" x2="{self.across.at(point.mean.high)}"'
            yield f'<line class="{span}" {ends} y1="{y}" y2="{y}"></line>'
        kind = f"dot open c{point.colour}" if point.is_open else f"dot c{point.colour}"
        yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{point.radius:g}"></circle>'

    def share_axis_svg(self, words: Words) -> str:
        """Return the shares that stand beside the field, as SVG."""
        return charts.svg(
            [
                f'<text x="100%" dx="-8" y="{charts.down(self.share, tick)}" dy="4" '
                f'text-anchor="end">{escape(words.share(tick))}</text>'
                for tick in self.share.ticks
            ],
            "y",
        )

    def across_svg(self, words: Words) -> str:
        """Return what stands under the field: costs or times, as SVG."""
        ticks = [0.0, *self.across.ticks] if self.across.has_free else list(self.across.ticks)
        return charts.svg(
            [
                f'<text x="{self.across.at(tick)}" y="19" text-anchor="middle">'
                f"{escape(taken(self.measure, tick, words))}</text>"
                for tick in ticks
            ],
            "x",
        )


def taken(measure: str, value: float, words: Words) -> str:
    """Return a cost or a latency in words."""
    return words.money(value) if measure == COST else words.duration(value)


def other_than(measure: str) -> str:
    """Return the third measure, which is not on an axis."""
    return LATENCY if measure == COST else COST


def draw(board: Leaderboard, part: Part, measure: str, colour: Mapping[str, int]) -> Scatter | None:
    """Return quality against a measure within a part, None with fewer than two to compare."""
    found = [
        (row.configuration, rating, board.prices.of(row.configuration))
        for row, rating in board.of_part(part)
    ]
    known = [
        (name, rating, mean, one)
        for name, rating, one in found
        if (mean := one.mean(measure)) is not None
    ]
    if len(known) < 2 or not any(mean.value for _, _, mean, _ in known):  # noqa: PLR2004 - a chart of one point says nothing
        return None
    across = _log_axis([mean for _, _, mean, _ in known])
    share = charts.share_axis(rating for _, rating, _, _ in known)
    places = [across.fraction(mean.value) for _, _, mean, _ in known]
    heights = [(1 - share.fraction(one.expected_share)) * HEIGHT for _, one, _, _ in known]
    thirds = [one.mean(other_than(measure)) for _, _, _, one in known]
    most = max((third.value for third in thirds if third), default=0.0)
    named = _named([one.frontier(measure) for _, _, _, one in known])
    labels = iter(_apart([(places[at], heights[at]) for at in named]))
    label_of = dict(zip(named, labels, strict=True))
    points = tuple(
        Point(
            name=name,
            colour=colour.get(name, 0),
            rating=rating,
            mean=mean,
            third=third,
            frontier=one.frontier(measure),
            radius=_radius(third, most),
            label=label_of.get(at),
            label_left=place > 0.5,  # noqa: PLR2004 - the middle
        )
        for at, ((name, rating, mean, one), third, place) in enumerate(
            zip(known, thirds, places, strict=True)
        )
    )
    unknown = tuple(name for name, _, one in found if one.mean(measure) is None)
    return Scatter(measure, points, across, share, unknown)


def _named(frontiers: Sequence[Frontier | None]) -> list[int]:
    """Return whose points are named: all, or of many those on the frontier and the best."""
    if len(frontiers) <= _MOST_NAMED:
        return list(range(len(frontiers)))
    on = [at for at, one in enumerate(frontiers) if one is not None and one.is_on]
    best = [at for at in range(len(frontiers)) if at not in on]
    return sorted([*on, *best][:_MOST_NAMED])


def _third(point: Point) -> float:
    return 0.0 if point.third is None else point.third.value


def _radius(third: Mean | None, most: float) -> float:
    """Return a radius so that areas are as the values; of an unknown one a plain size."""
    if third is None or not most:
        return _PLAIN
    return round(max(_SMALL, _LARGE * sqrt(third.value / most)), 1)


def _log_axis(means: Sequence[Mean]) -> LogAxis:
    """Return an axis that holds every mean and, within a factor of ten, its interval."""
    paid = [mean for mean in means if mean.value > 0]
    low = min(max(one.low or one.value, one.value / 10) for one in paid)
    high = max(min(one.high or one.value, one.value * 10) for one in paid)
    room = max(1.15, (_LEAST_RANGE * low / high) ** 0.5)
    low, high = low / room, high * room
    axis = LogAxis(low, high, len(paid) < len(means), ())
    return replace(axis, ticks=_readable(axis, _ticks(low, high)))


def _readable(axis: LogAxis, ticks: Sequence[float]) -> tuple[float, ...]:
    """Return those ticks whose words do not touch, from the left; what is free is one more."""
    kept: list[float] = []
    last = axis.fraction(0.0) if axis.has_free else -1.0
    for tick in ticks:
        if axis.fraction(tick) - last >= _TICKS_APART:
            kept.append(tick)
            last = axis.fraction(tick)
    return tuple(kept)


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Return round values between two ends: 1, 2 and 5 times powers of ten, or fewer."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    for steps in ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 5), (1, 3), (1,)):
        found = [step * 10.0**power for power in powers for step in steps]
        inside = tuple(float(f"{one:.3g}") for one in found if low <= one <= high)
        if len(inside) <= _MOST_TICKS:
            return inside
    return inside[:: ceil(len(inside) / _MOST_TICKS)]


def _percent(height: float) -> str:
    return f"{height / HEIGHT * 100:.2f}%"


def _apart(places: Sequence[tuple[float, float]]) -> list[float]:
    """Return the heights of labels, pushed down where one would cover another beside it."""
    placed: dict[int, float] = {}
    for index in sorted(range(len(places)), key=lambda index: places[index][1]):
        across, height = places[index]
        near = [placed[other] for other in placed if abs(places[other][0] - across) < _LABEL_WIDTH]
        for taken_up in sorted(near):  # one pass downwards: heights only grow, so it ends
            if abs(height - taken_up) < _LABEL:
                height = taken_up + _LABEL
        placed[index] = height
    return [placed[index] for index in range(len(places))]
