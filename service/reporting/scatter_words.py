"""What the charts of quality against cost and latency show: a sentence, a legend and a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard, Part
from service.domain.priced import COST, MEASURES, Mean
from service.reporting import scatter
from service.reporting.scatter import Point, Scatter
from service.reporting.tables import Table
from service.reporting.words import Words

_LEVEL = "95 %"


def title(measure: str, words: Words) -> str:
    """Return what stands above a chart of quality against a measure."""
    if measure == COST:
        return words.gettext("Quality against cost")
    return words.gettext("Quality against latency")


def axes(measure: str, words: Words) -> str:
    """Return how to read the two directions of a chart."""
    if measure == COST:
        return words.gettext(
            "Cost per 1,000 requests in powers of ten, left is cheaper; expected share of votes, "
            "up is better."
        )
    return words.gettext(
        "Time to answer in powers of ten, left is sooner; expected share of votes, up is better."
    )


def says(picture: Scatter, words: Words) -> str:
    """Say what the chart shows, how sure its frontier is, and who is missing in it."""
    return " ".join([*_of_frontier(picture, words), *_of_points(picture, words)])


def _of_frontier(picture: Scatter, words: Words) -> Iterator[str]:
    on = picture.frontier
    if not on:
        return
    names = words.names(one.name for one in on)
    if len(on) == 1:
        if picture.measure == COST:
            yield words.gettext(
                "%(name)s has the largest share, and nobody costs less.", name=names
            )
        else:
            yield words.gettext(
                "%(name)s has the largest share, and nobody answers sooner.", name=names
            )
    elif picture.measure == COST:
        yield words.gettext(
            "The line joins those that nobody beats at their cost or below: %(names)s.", names=names
        )
    else:
        yield words.gettext(
            "The line joins those that nobody beats in their time or less: %(names)s.", names=names
        )
    chances = [one.frontier.chance for one in on if one.frontier is not None]
    if min(chances) < scatter.SURE:
        least = min(on, key=lambda one: one.frontier.chance if one.frontier else 1.0)
        yield words.gettext(
            "It is uncertain, as shares and means are: that %(name)s belongs to it has a "
            "probability of %(chance)s.",
            name=words.name(least.name),
            chance=words.share(min(chances)),
        )


def _of_points(picture: Scatter, words: Words) -> Iterator[str]:
    alone = [one.name for one in picture.points if one.is_open]
    if alone:
        yield words.gettext(
            "Drawn open, as a single prompt was measured: %(names)s.", names=words.names(alone)
        )
    if picture.unknown:
        names = words.names(picture.unknown)
        if picture.measure == COST:
            yield words.gettext("Cost unknown, so not shown: %(names)s.", names=names)
        else:
            yield words.gettext("Latency unknown, so not shown: %(names)s.", names=names)


def legend(picture: Scatter, words: Words) -> str:
    """Return what the size of points means, "" where all are of one size."""
    if picture.sizes is None:
        return ""
    least, most = picture.sizes
    values = {
        "least": _value(scatter.other_than(picture.measure), least.third, words),
        "most": _value(scatter.other_than(picture.measure), most.third, words),
    }
    if picture.measure == COST:
        return words.gettext("Size: time to answer, from %(least)s to %(most)s.", **values)
    return words.gettext("Size: cost per 1,000, from %(least)s to %(most)s.", **values)


def table(picture: Scatter, words: Words) -> Table:
    """Return the numbers of a chart."""
    other = scatter.other_than(picture.measure)
    return Table(
        label=words.gettext("The numbers of “%(title)s”", title=title(picture.measure, words)),
        columns=(
            words.gettext("Configuration"),
            f"{_column(picture.measure, words)} [{_LEVEL}]",
            words.gettext("Prompts"),
            words.gettext("Expected share [%(level)s]", level=_LEVEL),
            _column(other, words),
            words.gettext("On the line, probably"),
        ),
        rows=tuple(_row(point, picture.measure, other, words) for point in picture.points),
    )


def _row(point: Point, measure: str, other: str, words: Words) -> tuple[str, ...]:
    return (
        words.name(point.name),
        with_interval(measure, point.mean, words),
        words.count(point.mean.prompts),
        (
            f"{words.share(point.rating.expected_share)} "
            f"[{words.interval(point.rating.expected_low, point.rating.expected_high)}]"
        ),
        _value(other, point.third, words),
        words.unknown() if point.frontier is None else words.share(point.frontier.chance),
    )


def with_interval(measure: str, mean: Mean, words: Words) -> str:
    """Return a mean with its interval, which a single prompt does not have."""
    said = scatter.taken(measure, mean.value, words)
    if mean.low is None or mean.high is None or mean.low == mean.high:
        return said
    return f"{said} [{between(measure, mean.low, mean.high, words)}]"


def between(measure: str, low: float, high: float, words: Words) -> str:
    """Return the two ends of an interval of costs or latencies."""
    ends = (scatter.taken(measure, low, words), scatter.taken(measure, high, words))
    return words.gettext("%(low)s to %(high)s", low=ends[0], high=ends[1])


def _value(measure: str, mean: Mean | None, words: Words) -> str:
    return words.unknown() if mean is None else scatter.taken(measure, mean.value, words)


def _column(measure: str, words: Words) -> str:
    return words.gettext("Cost per 1,000") if measure == COST else words.gettext("Latency, mean")


@dataclass(frozen=True)
class Told:
    """A chart with all that stands around it, and its name among the pictures to keep."""

    name: str
    title: str
    drawn: Scatter
    says: str
    axes: str
    table: Table


def of_part(board: Leaderboard, part: Part, colour: Mapping[str, int], words: Words) -> list[Told]:
    """Return the charts of quality against cost and latency, those that have something to show."""
    found = ((measure, scatter.draw(board, part, measure, colour)) for measure in MEASURES)
    return [
        Told(
            f"quality-{measure}",
            title(measure, words),
            drawn,
            says(drawn, words),
            " ".join(filter(None, [axes(measure, words), legend(drawn, words)])),
            table(drawn, words),
        )
        for measure, drawn in found
        if drawn is not None
    ]
