"""Ratings over time as a chart, a table and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from service.domain.course import Course
from service.reporting import charts
from service.reporting.charts import Axis
from service.reporting.tables import Table
from service.reporting.words import NONE, Words, msgid

# More lines than there are colours cannot be told apart; the table has all.
MOST_LINES = charts.COLOURS
HEIGHT = 300
_TOO_FEW = msgid("Too few votes yet to see how ratings went.")
_WHY = {
    "too_few_votes": _TOO_FEW,
    "too_many_votes": msgid(
        "There are more votes than are looked at one by one: compare two leaderboards instead."
    ),
}
_APART = 0.45


@dataclass(frozen=True)
class Lines:
    """Where expected shares stood at each moment: lines with intervals on two axes."""

    course: Course
    names: tuple[str, ...]
    colour: Mapping[str, int]
    votes: Axis
    share: Axis

    def svg(self) -> str:
        """Return the field of the picture, as SVG."""
        drawn = [
            charts.grid(charts.down(self.share, tick), tick, is_upright=False)
            for tick in self.share.ticks
        ]
        for at, name in enumerate(self.names):
            aside = (at - (len(self.names) - 1) / 2) * _APART
            places = []
            for moment in self.course.moments:
                found = next((one for one in moment.standings if one.configuration == name), None)
                if found is None:
                    continue
                x = f"{100 * self.votes.fraction(moment.votes) + aside:.2f}%"
                low, share, high = (
                    charts.down(self.share, end) for end in (found.low, found.share, found.high)
                )
                mark = f"c{self.colour.get(name, 0)}"
                drawn.append(
                    f'<line class="span thin {mark}" x1="{x}" x2="{x}" y1="{low}" y2="{high}">'
                    "</line>"
                )
                places.append((x, share))
            mark = f"c{self.colour.get(name, 0)}"
            drawn += [
                f'<line class="line {mark}" x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"></line>'
                for (x, y), (to_x, to_y) in pairwise(places)
            ]
            drawn += [
                f'<circle class="dot {mark}" cx="{x}" cy="{y}" r="4.5"></circle>' for x, y in places
            ]
        return charts.svg(drawn, "field")

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

    def votes_axis_svg(self, words: Words) -> str:
        """Return the numbers of votes that stand under the field, as SVG."""
        return charts.svg(
            [
                f'<text x="{self.votes.at(tick)}" y="19" text-anchor="middle">'
                f"{words.count(tick)}</text>"
                for tick in self.votes.ticks
            ],
            "x",
        )


def lines(course: Course, colour: Mapping[str, int]) -> Lines | None:
    """Return the picture, None where there are fewer than two moments."""
    if len(course.moments) < 2:  # noqa: PLR2004 - one moment is no course
        return None
    last = course.moments[-1]
    names = tuple(one.configuration for one in last.standings)[:MOST_LINES]
    ends = [
        end
        for moment in course.moments
        for one in moment.standings
        if one.configuration in names
        for end in (one.low, one.share, one.high)
    ]
    numbers = [moment.votes for moment in course.moments]
    shown = dict.fromkeys((numbers[0], numbers[len(numbers) // 2], numbers[-1]))
    width = numbers[-1] - numbers[0]
    votes = Axis(numbers[0] - 0.04 * width, numbers[-1] + 0.04 * width, tuple(map(float, shown)))
    return Lines(course, names, colour, votes, charts.axis_of(ends))


def says(course: Course, words: Words) -> str:
    """Return what the picture shows, or why there is none."""
    if course.why:
        return words.gettext(_WHY[course.why])
    if len(course.moments) < 2:  # noqa: PLR2004 - one moment is no course
        return words.gettext(_TOO_FEW)
    first, last = course.moments[0], course.moments[-1]
    told = [
        words.gettext(
            "Expected shares after so many votes, from %(first)s to %(last)s. Each bar is a "
            "%(level)s interval that holds however often one looks, for one configuration.",
            first=words.count(first.votes),
            last=words.count(last.votes),
            level="95 %",
        )
    ]
    before, after = first.standings[0].configuration, last.standings[0].configuration
    if before == after:
        told.append(
            words.gettext(
                "%(name)s stood first at the first and at the last of them.", name=words.name(after)
            )
        )
    else:
        told.append(
            words.gettext(
                "%(before)s stood first at the first of them, %(after)s at the last.",
                before=words.name(before),
                after=words.name(after),
            )
        )
    if len(last.standings) > MOST_LINES:
        told.append(
            words.gettext("The first %(number)s are drawn.", number=words.count(MOST_LINES))
        )
    return " ".join(told)


def table(course: Course, words: Words, most: int | None = None) -> Table | None:
    """Return the numbers of the picture, a row a moment; of the first so many configurations."""
    if not course.moments:
        return None
    names = [one.configuration for one in course.moments[-1].standings][:most]

    def cells(moment_at: int) -> tuple[str, ...]:
        moment = course.moments[moment_at]
        found = {one.configuration: one for one in moment.standings}
        return (
            moment.at[:16].replace("T", " "),
            words.count(moment.votes),
            *(
                f"{words.share(found[name].share)} "
                f"[{words.interval(found[name].low, found[name].high)}]"
                if name in found
                else NONE
                for name in names
            ),
        )

    return Table(
        label=words.gettext("Table of ratings over time"),
        columns=(
            words.gettext("Until (UTC)"),
            words.gettext("Votes"),
            *(words.name(name) for name in names),
        ),
        rows=tuple(cells(at) for at in range(len(course.moments))),
    )
