"""Where things stand in the charts of a leaderboard: percentages of a width, never pixels of it.

The charts are SVG and tables made on the server: they need no script, keep the strict policy
whole, print, and stay readable at any width since only positions scale and letters do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

from service.domain import leaderboard
from service.domain.leaderboard import Leaderboard, Part, Rating
from service.reporting.words import Words

COLOURS = 8
MOST_BRACKETS = 6


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
    share: float
    low: float
    high: float
    brackets: tuple[str, ...]

    def svg(self, axis: Axis) -> str:
        """Return the bar of the interval with its tick, on the lines of the axis, as SVG."""
        middle = axis.at(self.share)
        return svg(
            [
                *(grid(axis.at(tick), tick, is_upright=True) for tick in axis.ticks),
                (
                    f'<line class="span c{self.colour}" x1="{axis.at(self.low)}" '
                    f'x2="{axis.at(self.high)}" y1="50%" y2="50%"></line>'
                ),
                f'<line class="tick" x1="{middle}" x2="{middle}" y1="25%" y2="75%"></line>',
            ]
        )

    @property
    def kind(self) -> str:
        """What stands beside the name: its approach, where that is new."""
        return "" if self.approach == self.name else self.approach

    def figure(self, words: Words) -> str:
        """Return the share and its interval in words."""
        return f"{words.share(self.share)} [{words.interval(self.low, self.high)}]"


@dataclass(frozen=True)
class Cell:
    """One field of the win matrix, seen from its row: wins, losses, ties, its share and shade."""

    first: str
    second: str
    wins: int
    losses: int
    ties: int
    share: float
    shade: int

    @property
    def votes(self) -> int:
        """All votes on this matchup."""
        return self.wins + self.losses + self.ties


def axis_svg(axis: Axis, words: Words) -> str:
    """Return the shares that stand under the interval plot, as SVG."""
    return svg(
        [
            f'<text x="{axis.at(tick)}" y="14" text-anchor="middle">'
            f"{escape(words.share(tick))}</text>"
            for tick in axis.ticks
        ]
    )


def svg(lines: Sequence[str], kind: str = "") -> str:
    """Return a picture for the eyes alone: what it shows stands beside it in words."""
    named = f' class="{kind}"' if kind else ""
    return "\n".join([f'<svg{named} aria-hidden="true" focusable="false">', *lines, "</svg>"])


def grid(place: str, tick: float, *, is_upright: bool) -> str:
    """Return the line of a tick over the whole picture; even shares are marked."""
    kind = "grid middle" if tick == 0.5 else "grid"  # noqa: PLR2004 - even
    if is_upright:
        ends = f'x1="{place}" x2="{place}" y1="0" y2="100%"'
    else:
        ends = f'x1="0" x2="100%" y1="{place}" y2="{place}"'
    return f'<line class="{kind}" {ends}></line>'


def down(axis: Axis, value: float) -> str:
    """Return how far from the top a value stands, as a percentage of the height."""
    return f"{100 - 100 * axis.fraction(value):.2f}%"


def colours(names: Sequence[str]) -> dict[str, int]:
    """Return one colour for each configuration, the same on every picture of the study."""
    return {name: position % COLOURS for position, name in enumerate(names)}


def colours_of(board: Leaderboard, order: Sequence[str]) -> dict[str, int]:
    """Return the colours of a study's configurations, given in its order, retired ones last."""
    rated = sorted(row.configuration for row in board.ratings)
    return colours(list(dict.fromkeys([*order, *rated])))


def share_axis(ratings: Iterable[Rating]) -> Axis:
    """Return an axis of shares that holds every interval and the middle, in steps of ten points."""
    return axis_of(
        end
        for rating in ratings
        for end in (rating.expected_low, rating.expected_share, rating.expected_high)
    )


def axis_of(ends: Iterable[float]) -> Axis:
    """Return the same for any ends of intervals."""
    values = [0.45, 0.55, *ends]
    low, high = floor(min(values) * 10 + 1e-9) / 10, ceil(max(values) * 10 - 1e-9) / 10
    low, high = max(0.0, low), min(1.0, high)
    steps = round((high - low) * 10)
    width = 2 if steps > 6 else 1  # noqa: PLR2004 - more ticks would crowd a phone
    first = round(low * 10)
    ticks = tuple(tick / 10 for tick in range(first, first + steps + 1) if (tick - 5) % width == 0)
    return Axis(low, high, ticks)


def intervals(board: Leaderboard, part: Part, colour: Mapping[str, int]) -> list[Interval]:
    """Return the rows of a part's interval plot, best first, with the brackets that join groups.

    A row shows the expected share of votes against each other configuration of the part in turn.
    """
    marks = brackets(part.configurations, part.groups)
    return [
        Interval(
            name=row.configuration,
            approach=row.approach,
            colour=colour.get(row.configuration, 0),
            share=rating.expected_share,
            low=rating.expected_low,
            high=rating.expected_high,
            brackets=marks.get(row.configuration, ()),
        )
        for row, rating in board.of_part(part)
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


def matrix(board: Leaderboard) -> tuple[list[str], dict[tuple[str, str], Cell]]:
    """Return the names in order and each field that holds votes, from both sides."""
    cells: dict[tuple[str, str], Cell] = {}
    for counted in board.matrix:
        if counted.votes:
            cells[counted.first, counted.second] = _cell(counted)
            cells[counted.second, counted.first] = _cell(counted.turned())
    return [row.configuration for row in board.ratings], cells


def _cell(counted: leaderboard.Cell) -> Cell:
    """Return a field of the matrix; its shade is the share (ties half) in ten steps, five even."""
    ties = counted.ties + counted.both_bad
    share = counted.share
    return Cell(
        counted.first,
        counted.second,
        counted.first_wins,
        counted.second_wins,
        ties,
        share,
        round(10 * share),
    )
