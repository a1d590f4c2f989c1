"""The panel of results by tag of the prompts: what is drawn, the table, and what it says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard, Part
from service.domain.slices import Slice, SliceRow
from service.reporting import charts
from service.reporting.behind import Tagged
from service.reporting.charts import Axis, Interval
from service.reporting.tables import Table
from service.reporting.words import Words

# Of each tag so many of the best are drawn; the table has all.
MOST_DRAWN = 6


@dataclass(frozen=True)
class TagPlot:
    """One tag as an interval plot: its best configurations, none where there is not enough."""

    tag: str
    says: str
    rows: tuple[Interval, ...]


@dataclass(frozen=True)
class SliceCell:
    """One field of the table: a share with its interval, or why there is none, and its votes."""

    figure: str
    counted: str
    behind: Tagged | None


@dataclass(frozen=True)
class Panel:
    """The results by tag of one part."""

    says: str
    axis: Axis
    plots: tuple[TagPlot, ...]
    rows: tuple[tuple[str, tuple[SliceCell, ...]], ...]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a plot of any tag."""
        return any(one.rows for one in self.plots)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, as they stand above the columns of the table."""
        return tuple(one.tag for one in self.plots)


def panel(board: Leaderboard, part: Part, colour: Mapping[str, int], words: Words) -> Panel | None:
    """Return the results by tag of a part; None where no prompt with votes has a tag."""
    found = part.slices
    if not found.slices:
        return None
    approaches = {row.configuration: row.approach for row in board.ratings}
    at = board.parts.index(part)
    shares = [row.expected for one in found.slices for row in one.rows if row.expected is not None]
    return Panel(
        says=" ".join(_says(found.slices, found.left_out, words)),
        axis=charts.axis_of(
            end for share in shares for end in (share.low, share.share, share.high)
        ),
        plots=tuple(_plot(one, colour, approaches, words) for one in found.slices),
        rows=tuple(
            (name, tuple(_cell(one, name, at, words) for one in found.slices))
            for name in part.configurations
        ),
    )


def table(board: Leaderboard, part: Part, words: Words) -> Table | None:
    """Return the results by tag as a table of words; None where no prompt with votes has a tag."""
    found = panel(board, part, {}, words)
    if found is None:
        return None
    return Table(
        words.gettext("Table of results by tag"),
        (words.gettext("Configuration"), *found.tags),
        tuple(
            (
                words.name(name),
                *(
                    f"{cell.figure} · {cell.counted}" if cell.counted else cell.figure
                    for cell in cells
                ),
            )
            for name, cells in found.rows
        ),
        says=found.says,
    )


def lines(board: Leaderboard, part: Part, words: Words) -> list[str]:
    """Return the results by tag as lines of plain text, a tag each; the first says how to read."""
    found = panel(board, part, {}, words)
    if found is None:
        return []
    return [
        found.says,
        *(f"{one.tag} ({one.says}): " + _listed(one.rows, words) for one in found.plots),
    ]


def _listed(rows: Iterable[Interval], words: Words) -> str:
    told = [f"{words.name(row.name)} {row.figure(words)}" for row in rows]
    return " · ".join(told) if told else words.gettext("not enough votes")


def _says(found: Iterable[Slice], left_out: int, words: Words) -> Iterator[str]:
    yield words.gettext(
        "The share of votes (ties count half) that is expected against each of the others in turn, "
        "on prompts of one tag, with %(level)s intervals. Each tag leans on all votes as far as it "
        "has few of its own, so that luck is not taken for a difference.",
        level=words.share(0.95),
    )
    short = [one.tag for one in found if not one.is_enough]
    if short:
        yield words.gettext(
            "Not enough votes or prompts: %(tags)s.",
            tags=words.listed(f"“{tag}”" for tag in short),
        )
    if left_out:
        yield words.ngettext(
            "%(number)s tag with fewer votes is left out.",
            "%(number)s tags with fewer votes are left out.",
            left_out,
        )


def _plot(
    one: Slice, colour: Mapping[str, int], approaches: Mapping[str, str], words: Words
) -> TagPlot:
    votes = words.ngettext("%(number)s vote", "%(number)s votes", one.votes)
    prompts = words.ngettext("%(number)s prompt", "%(number)s prompts", one.prompts)
    known = [(row, row.expected) for row in one.rows if row.expected is not None]
    rows = tuple(
        Interval(
            name=row.configuration,
            approach=approaches.get(row.configuration, ""),
            colour=colour.get(row.configuration, 0),
            share=share.share,
            low=share.low,
            high=share.high,
            brackets=(),
        )
        for row, share in known[:MOST_DRAWN]
    )
    return TagPlot(one.tag, f"{prompts} · {votes}", rows)


def _cell(one: Slice, name: str, part: int, words: Words) -> SliceCell:
    row = next((row for row in one.rows if row.configuration == name), None)
    if row is None or not row.votes:
        return SliceCell(words.gettext("no votes"), "", None)
    return SliceCell(
        _figure(row, words),
        words.ngettext("%(number)s vote", "%(number)s votes", row.votes),
        Tagged(part, name, one.tag, row.votes),
    )


def _figure(row: SliceRow, words: Words) -> str:
    found = row.expected
    if found is None:
        return words.gettext("not enough votes")
    return f"{words.share(found.share)} [{words.interval(found.low, found.high)}]"
