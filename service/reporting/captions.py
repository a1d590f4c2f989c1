"""What the charts of a leaderboard show, said in sentences beside them."""

from collections.abc import Iterable, Sequence
from math import sqrt

from service.reporting.charts import Cell, Interval
from service.reporting.words import Words


def of_intervals(rows: Sequence[Interval], words: Words) -> str:
    """Say what the interval plot shows."""
    said = words.gettext(
        "The tick is the share of votes (ties count half) that is expected against each of the "
        "others in turn, the bar its %(level)s interval.",
        level="95 %",
    )
    if any(row.brackets for row in rows):
        pairs = len(rows) * (len(rows) - 1) // 2
        more = words.gettext("A bracket joins configurations that cannot be told apart.")
        if pairs > 1:
            many = words.gettext(
                "Brackets allow for all %(number)s pairs at once: two that share none are not told "
                "apart by the luck of asking often.",
                number=words.count(pairs),
            )
            return f"{said} {more} {many}"
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
