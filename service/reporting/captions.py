"""What the charts of a leaderboard show, said in sentences beside them."""

from collections.abc import Iterable, Sequence
from math import sqrt

from service.reporting.charts import Cell, Interval, Scatter
from service.reporting.words import Words


def of_intervals(rows: Sequence[Interval], words: Words) -> str:
    """Say what the interval plot shows."""
    said = words.gettext(
        "The tick is the share of votes (ties count half) that is expected against each of the "
        "others in turn, the bar its %(level)s interval.",
        level="95 %",
    )
    if any(row.brackets for row in rows):
        more = words.gettext("A bracket joins configurations that cannot be told apart.")
        return f"{said} {more}"
    return said


def of_matrix(cells: Iterable[Cell], words: Words) -> str:
    """Say what the win matrix shows, and its clearest field."""
    every = list(cells)
    if not every:
        return words.gettext("No matchup has a vote yet.")
    # The share alone would name a matchup with one vote.
    opens = words.gettext("A field opens the votes behind it.")
    shows = words.gettext("Wins and losses of the row against the column.")
    most = max(every, key=lambda cell: (cell.share - 0.5) * sqrt(cell.votes))
    if most.share <= 0.5:  # noqa: PLR2004 - even: no field is clear
        return f"{shows} {opens}"
    clearest = words.gettext(
        "The clearest: %(first)s won %(wins)s of %(votes)s against %(second)s.",
        first=words.name(most.first),
        wins=words.count(most.wins),
        votes=words.count(most.votes),
        second=words.name(most.second),
    )
    return f"{shows} {clearest} {opens}"


def of_scatter(picture: Scatter | None, words: Words) -> str:
    """Say what the picture of quality against cost shows, and who is missing in it."""
    if picture is None:
        return ""
    best = max(picture.points, key=lambda point: point.share)
    cheapest = min(picture.points, key=lambda point: point.cost)
    if best.name == cheapest.name:
        said = words.gettext(
            "%(name)s has the largest share and costs the least.", name=words.name(best.name)
        )
    else:
        said = words.gettext(
            "%(cheapest)s is the cheapest (%(low)s per 1,000 requests); "
            "%(best)s has the largest share and costs %(high)s.",
            cheapest=words.name(cheapest.name),
            low=words.money(cheapest.cost),
            best=words.name(best.name),
            high=words.money(best.cost),
        )
    if picture.unknown:
        names = words.names(picture.unknown)
        missing = words.gettext("Cost unknown, so not shown: %(names)s.", names=names)
        return f"{said} {missing}"
    return said
