"""Charts as files to keep: the same SVG as on a page, in a frame that needs nothing around it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from types import MappingProxyType

from service.domain.leaderboard import Leaderboard, Part
from service.domain.priced import COST, LATENCY
from service.reporting import (
    captions,
    charts,
    course,
    incumbent,
    scatter,
    scatter_words,
    slices,
)
from service.reporting.charts import Axis, Interval
from service.reporting.words import Words

WIDTH = 900
_EDGE, _HEAD, _ROW, _AXIS = 20, 44, 40, 24
_FONT = "DejaVu Sans, system-ui, -apple-system, Segoe UI, Roboto, sans-serif"
# Letters that fit beside a track; what is longer ends in dots.
_MOST_LETTERS = 30
_INK, _QUIET, _HAIRLINE, _PAPER = "#1c1b19", "#5e5b55", "#e3e0d8", "#ffffff"
_WIN, _LOSS = "#0072b2", "#d55e00"
# Those of pages, in the order of their classes c0, c1, …
_COLOURS = re.findall(
    r"--c: (#[0-9a-f]{6})",
    (resources.files("service.reporting") / "static" / "pictures.css").read_text("utf-8"),
)
_STYLE = " ".join(
    [
        f"text{{fill:{_QUIET};font-size:12.5px}}",
        (
            f"text.label{{fill:{_INK};font-size:13.5px;paint-order:stroke;stroke:{_PAPER};"
            "stroke-width:4px;stroke-linejoin:round}"
        ),
        f"text.title{{fill:{_INK};font-size:17px;font-weight:600}}",
        f"text.name{{fill:{_INK};font-size:14px}} text.won{{fill:{_INK}}}",
        f".grid{{stroke:{_HAIRLINE};stroke-width:1}}",
        f".grid.middle{{stroke:{_QUIET};stroke-dasharray:2 3}}",
        ".span{stroke-width:10} .span.thin{stroke-width:2}",
        f".tick{{stroke:{_INK};stroke-width:3}}",
        f".dot{{stroke:{_PAPER};stroke-width:1.5}}",
        f".dot.open{{fill:{_PAPER};stroke-width:2.5}}",
        f".frontier{{stroke:{_INK};stroke-width:1.5}} .unsure{{stroke-dasharray:5 4}}",
        f".bracket{{stroke:{_QUIET};stroke-width:2;fill:none}} .pass{{stroke-dasharray:2 3}}",
        *(
            f".span.c{at},.line.c{at}{{stroke:{colour}}} .dot.c{at}{{fill:{colour}}} "
            f".dot.open.c{at}{{fill:{_PAPER};stroke:{colour}}}"
            for at, colour in enumerate(_COLOURS)
        ),
    ]
)


@dataclass(frozen=True)
class Shown:
    """What a picture is made from: a leaderboard, one part of it, its colours, a language."""

    board: Leaderboard
    part: Part
    words: Words
    colour: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """One chart as a file: what it is called, what it says, and its SVG within a frame."""

    title: str
    says: str
    height: float
    inside: tuple[str, ...]

    def svg(self) -> str:
        """Return a whole SVG file, which needs no stylesheet and loads nothing."""
        height = self.height + _HEAD + _EDGE
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
                    f'viewBox="0 0 {WIDTH} {height:g}" font-family="{_FONT}" role="img">'
                ),
                f"<title>{escape(self.title)}</title>",
                f"<desc>{escape(self.says)}</desc>",
                f"<style>{_STYLE}</style>",
                f'<rect width="100%" height="100%" fill="{_PAPER}"></rect>',
                f'<text class="title" x="{_EDGE}" y="28">{escape(self.title)}</text>',
                f'<g transform="translate(0 {_HEAD})">',
                *self.inside,
                "</g>",
                "</svg>",
                "",
            ]
        )


def placed(drawn: str, x: float, y: float, width: float, height: float) -> str:
    """Return an SVG of a page at a place in a picture: what it draws in percentages stays true."""
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" overflow="visible"'
    return drawn.replace("<svg", f"<svg {place}", 1)


def cut(name: str) -> str:
    """Return a name that fits beside a chart."""
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def _intervals(shown: Shown) -> Picture:
    """Draw the interval plot of a part."""
    rows = charts.intervals(shown.board, shown.part, shown.colour)
    axis = charts.share_axis(rating for _, rating in shown.board.of_part(shown.part))
    return Picture(
        shown.words.gettext("How sure is it?"),
        captions.of_intervals(rows, shown.words),
        len(rows) * _ROW + _AXIS,
        tuple(_tracks(rows, axis, shown.words)),
    )


def _incumbent(shown: Shown) -> Picture | None:
    """Draw the differences from the incumbent, in the part that it stands in."""
    found = incumbent.panel(shown.board, shown.words)
    if found is None or found.incumbent not in shown.part.configurations:
        return None
    rows = incumbent.drawn(found, shown.colour)
    if not rows:
        return None
    axis = charts.axis_of(end for row in rows for end in (row.low, row.share, row.high))
    return Picture(
        shown.words.gettext("Against what is live"),
        found.says,
        len(rows) * _ROW + _AXIS,
        tuple(_tracks(rows, axis, shown.words)),
    )


def _tags(shown: Shown) -> Picture | None:
    """Draw the results by tag of a part, one tag below the other."""
    found = slices.panel(shown.board, shown.part, shown.colour, shown.words)
    if found is None or not found.is_drawn:
        return None
    inside: list[str] = []
    top = 0.0
    for one in found.plots:
        if not one.rows:
            continue
        inside += [
            f'<g transform="translate(0 {top:g})">',
            f'<text class="name" x="{_EDGE}" y="18">{escape(f"{one.tag} · {one.says}")}</text>',
            *_tracks(one.rows, found.axis, shown.words, top=_AXIS),
            "</g>",
        ]
        top += len(one.rows) * _ROW + 3 * _AXIS
    return Picture(shown.words.gettext("By tag of the prompts"), found.says, top, tuple(inside))


def _tracks(rows: Sequence[Interval], axis: Axis, words: Words, top: float = 0.0) -> list[str]:
    """Return the rows of an interval plot with their axis below."""
    left, width, figures = 250.0, 430.0, 700.0
    inside: list[str] = []
    for at, row in enumerate(rows):
        middle = top + at * _ROW + _ROW / 2
        inside += [
            f'<circle class="dot c{row.colour}" cx="{_EDGE + 6}" cy="{middle:g}" r="6"></circle>',
            (
                f'<text class="name" x="{_EDGE + 20}" y="{middle + 5:g}">'
                f"{escape(cut(words.name(row.name)))}</text>"
            ),
            placed(row.svg(axis), left, top + at * _ROW, width, _ROW),
            f'<text x="{figures:g}" y="{middle + 4:g}">{escape(row.figure(words))}</text>',
            *_brackets(row, top + at * _ROW),
        ]
    below = top + len(rows) * _ROW + 4
    return [*inside, placed(charts.axis_svg(axis, words), left, below, width, 20)]


def _brackets(row: Interval, top: float) -> Sequence[str]:
    """Return what joins this row with those it cannot be told from."""
    ends = {
        "start": "M {x} {middle} h 6 V {bottom}",
        "end": "M {x} {middle} h 6 V {top}",
        "mid": "M {x} {middle} h 6 M {right} {top} V {bottom}",
        "pass": "M {right} {top} V {bottom}",
    }
    drawn = []
    for at, mark in enumerate(row.brackets):
        if mark in ends:
            x = 835 + 10 * at
            path = ends[mark].format(
                x=x, right=x + 6, top=top, middle=top + _ROW / 2, bottom=top + _ROW
            )
            drawn.append(f'<path class="bracket {mark}" d="{path}"></path>')
    return drawn


def _against(measure: str) -> Callable[[Shown], Picture | None]:
    """Return what draws quality against cost or latency."""

    def draw(shown: Shown) -> Picture | None:
        found = scatter.draw(shown.board, shown.part, measure, shown.colour)
        if found is None:
            return None
        left, width = 70.0, 760.0
        below = [
            scatter_words.axes(measure, shown.words),
            scatter_words.legend(found, shown.words),
        ]
        lines = [line for line in below if line]
        return Picture(
            scatter_words.title(measure, shown.words),
            scatter_words.says(found, shown.words),
            scatter.HEIGHT + 34 + 18 * len(lines),
            (
                placed(found.share_axis_svg(shown.words), 0, 0, left, scatter.HEIGHT),
                placed(found.svg(shown.words), left, 0, width, scatter.HEIGHT),
                placed(found.across_svg(shown.words), left, scatter.HEIGHT, width, 20),
                *(
                    f'<text x="{left:g}" y="{scatter.HEIGHT + 44 + 18 * at}">{escape(line)}</text>'
                    for at, line in enumerate(lines)
                ),
            ),
        )

    return draw


def _course(shown: Shown) -> Picture | None:
    """Draw how ratings went over time, which is known of the largest part."""
    found = course.lines(shown.board.course, shown.colour)
    if found is None or shown.part is not shown.board.parts[0]:
        return None
    left, width, step = 70.0, 760.0, 20
    keys = [
        part
        for at, name in enumerate(found.names)
        for part in (
            (
                f'<circle class="dot c{found.colour.get(name, 0)}" cx="{_EDGE + 6}" '
                f'cy="{at * step + 8}" r="6"></circle>'
            ),
            (
                f'<text class="name" x="{_EDGE + 20}" y="{at * step + 13}">'
                f"{escape(shown.words.name(name))}</text>"
            ),
        )
    ]
    top = len(found.names) * step + 12
    return Picture(
        shown.words.gettext("How did it go?"),
        course.says(shown.board.course, shown.words),
        top + course.HEIGHT + 24,
        (
            *keys,
            placed(found.share_axis_svg(shown.words), 0, top, left, course.HEIGHT),
            placed(found.svg(), left, top, width, course.HEIGHT),
            placed(found.votes_axis_svg(shown.words), left, top + course.HEIGHT, width, 20),
        ),
    )


# Of more configurations a picture of all pairs is read by nobody; the page shows them in steps.
_MOST_PAIRED = 20
_CELL, _NUMBERED = 34, 64
# How strongly a field is coloured where all votes go one way, as on pages.
_STRONGEST = 0.5


def has_pairs(part: Part) -> bool:
    """Tell whether there is a picture of all pairs of a part."""
    return 1 < len(part.configurations) <= _MOST_PAIRED


def _wins(shown: Shown) -> Picture | None:
    """Draw the win matrix of a part: wins and losses of the row against the column."""
    names = shown.part.configurations
    if not has_pairs(shown.part):
        return None
    _, cells = charts.matrix(shown.board)
    left, width = 250.0, min((WIDTH - 250.0 - _EDGE) / len(names), _NUMBERED)
    inside: list[str] = []
    for at, name in enumerate(names):
        top = _AXIS + at * _CELL
        middle = f'text-anchor="middle" x="{left + (at + 0.5) * width:g}"'
        said = escape(cut(f"{at + 1} {shown.words.name(name)}"))
        inside += [
            f'<text {middle} y="{_AXIS - 8}">{at + 1}</text>',
            f'<text class="name" x="{_EDGE}" y="{top + 22}">{said}</text>',
        ]
        for place, other in enumerate(names):
            cell = cells.get((name, other))
            if cell is not None:
                inside += _field(cell, left + place * width, top, width)
    return Picture(
        shown.words.gettext("Head to head"),
        shown.words.gettext("Wins and losses of the row against the column."),
        _AXIS + len(names) * _CELL + 8,
        tuple(inside),
    )


def _field(cell: charts.Cell, x: float, y: float, width: float) -> list[str]:
    colour = _WIN if cell.share >= 0.5 else _LOSS  # noqa: PLR2004 - even
    strength = 2 * abs(cell.share - 0.5) * _STRONGEST
    return [
        (
            f'<rect x="{x + 1:g}" y="{y + 1:g}" width="{width - 2:g}" height="{_CELL - 2}" '
            f'fill="{colour}" fill-opacity="{strength:.2f}"></rect>'
        ),
        (
            f'<text class="won" text-anchor="middle" x="{x + width / 2:g}" y="{y + 21:g}">'
            f"{cell.wins}–{cell.losses}</text>"
        ),
    ]


# A chart joins by one line: its name in addresses, and what draws it; None where there is nothing
# to draw.
PLOTS: Mapping[str, Callable[[Shown], Picture | None]] = MappingProxyType(
    {
        "intervals": _intervals,
        "incumbent": _incumbent,
        "tags": _tags,
        "quality-cost": _against(COST),
        "quality-latency": _against(LATENCY),
        "course": _course,
        "wins": _wins,
    }
)
