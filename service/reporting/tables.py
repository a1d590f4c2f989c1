"""The tables of the leaderboard's page as words: names of columns, and rows of figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.beside_votes import (
    Answers,
    Blinding,
    Criterion,
    Flags,
    Gold,
    GradeRow,
    Recognised,
)
from service.domain.leaderboard import Leaderboard, Rating, Row
from service.domain.marks import SCALE
from service.reporting import blindness, marks, notes
from service.reporting.words import NONE, Words, msgid

_LEVEL = "95 %"
_RECOGNISED = msgid(
    "Recognised is how many points more often this was said where it is true than where it is "
    "not: 0 is as by habit, 100 is plain to see. Its interval takes answers as independent: it is "
    "too narrow where few people or texts stand behind many of them."
)


@dataclass(frozen=True)
class Table:
    """A table whose first column names what the figures of a row are about.

    `texts` are the columns, from 0, that hold words and no figures: these begin at the left.
    """

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: str = ""
    texts: tuple[int, ...] = ()


def rests_on(board: Leaderboard, age: str, pending: int, words: Words) -> str:
    """Return what a leaderboard counts, how old it is, and what is not in it yet."""
    told = [notes.rests_on(board, words), words.gettext("computed %(age)s", age=age)]
    if pending:
        told.append(
            words.ngettext(
                "%(number)s change not yet counted", "%(number)s changes not yet counted", pending
            )
        )
    return " · ".join(told)


@dataclass(frozen=True)
class FigureRow:
    """One configuration in the table of all figures, with the words for why it has no rating.

    `counted` is the share of its own votes, which a click opens; "" without any. `opens` holds for
    each of `figures` what opens the votes that it counts; None where it counts none.
    """

    name: str
    colour: int
    is_retired: bool
    rating: str
    place: str
    expected: str
    missing: str
    counted: str
    figures: tuple[str, ...]
    opens: tuple[Mapping[str, str] | None, ...]


def figures(
    board: Leaderboard, colour: Mapping[str, int], one_off: Mapping[str, float], words: Words
) -> list[FigureRow]:
    """Return the table of all figures, in the order of its columns."""
    return [_figure_row(row, colour, one_off, words) for row in board.ratings]


def figure_names(one_off: Mapping[str, float], words: Words) -> list[str]:
    """Return what stands above the columns of `figures`."""
    return [
        words.gettext("Rating [%(level)s]", level=_LEVEL),
        words.gettext("Place"),
        words.gettext("Expected share"),
        words.gettext("Counted share"),
        words.gettext("Won–lost–tied"),
        words.gettext("Both bad"),
        words.gettext("Complete"),
        words.gettext("Cut off"),
        words.gettext("Refused"),
        words.gettext("Failed"),
        words.gettext("Cost per 1,000"),
        *([words.gettext("Cost once")] if one_off else []),
        words.gettext("Latency p50, p95"),
    ]


def _figure_row(
    row: Row, colour: Mapping[str, int], one_off: Mapping[str, float], words: Words
) -> FigureRow:
    rating, place, expected = ("", "", "") if row.rating is None else _rated(row.rating, words)
    found = tuple(_figures(row, one_off, words))
    opened: tuple[Mapping[str, str] | None, ...] = (
        {} if row.votes else None,
        {"outcomes": "both_bad"} if row.both_bad else None,
    )
    return FigureRow(
        name=row.configuration,
        colour=colour.get(row.configuration, 0),
        is_retired=row.is_retired,
        rating=rating,
        place=place,
        expected=expected,
        missing=_missing(row, words),
        counted=_counted(row, words),
        figures=found,
        opens=opened + (None,) * (len(found) - len(opened)),
    )


def _rated(found: Rating, words: Words) -> tuple[str, str, str]:
    """Return a rating, the places it may have, and the share expected of it."""
    return (
        f"{words.count(found.points)} [{words.count_between(found.low, found.high)}]",
        place(found),
        (
            f"{words.share(found.expected_share)} "
            f"[{words.interval(found.expected_low, found.expected_high)}]"
        ),
    )


def place(found: Rating) -> str:
    """Return the places that a configuration may have within its part, such as "1–3"."""
    low, high = found.rank_low, found.rank_high
    return str(low) if low == high else f"{low}–{high}"


def _missing(row: Row, words: Words) -> str:
    if row.rating is not None:
        return ""
    if row.is_retired:
        return words.gettext("retired")
    return words.gettext("too few votes yet") if row.votes else words.gettext("no votes yet")


def _counted(row: Row, words: Words) -> str:
    if not row.votes:
        return ""
    return words.ngettext(
        "%(share)s of %(number)s vote",
        "%(share)s of %(number)s votes",
        row.votes,
        share=words.share(row.observed_share),
    )


def _figures(row: Row, one_off: Mapping[str, float], words: Words) -> Iterator[str]:
    took = row.measured
    yield "–".join(words.tally(number) for number in (row.wins, row.losses, row.ties))
    yield _part(row.both_bad, row.both_bad_share, words)
    for rate in (took.rates.complete, took.rates.cut_off, took.rates.refused, took.rates.failed):
        yield words.rate(rate)
    yield words.money(took.cost_per_1000)
    if one_off:
        known = row.configuration in one_off
        yield words.money(one_off[row.configuration]) if known else NONE
    yield f"{words.duration(took.latency_p50_ms)}, {words.duration(took.latency_p95_ms)}"


def _part(number: int, share: float | None, words: Words) -> str:
    """Return a number of votes with their share."""
    return words.tally(number) if not number else f"{words.tally(number)} ({words.rate(share)})"


def authors(found: Answers, words: Words) -> Table:
    """Return who was recognised as the same or another author, all together first."""
    every: list[tuple[str, int, Answers | Recognised]] = [
        (words.gettext("All"), found.number, found)
    ]
    every += [
        (words.name(each.configuration), each.answers, each) for each in found.by_configuration
    ]
    return Table(
        label=words.gettext("Table of recognised authors"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Answers"),
            words.gettext("Recognised"),
            _LEVEL,
        ),
        rows=tuple(
            (
                name,
                words.count(number),
                words.points(each.recognised),
                words.points_between(each.low, each.high),
            )
            for name, number, each in every
        ),
        says=" ".join(
            [
                words.gettext(
                    "After finishing, raters say whether two texts are by the same author."
                ),
                blindness.of_authors(found, words),
                words.gettext(_RECOGNISED),
            ]
        ),
    )


def labels(found: Answers, words: Words, *, explains: bool) -> Table:
    """Return which labels were guessed; `explains` what recognised means, if nothing did before."""
    return Table(
        label=words.gettext("Table of guessed labels"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Guesses"),
            words.gettext("Right"),
            words.gettext("By habit"),
            words.gettext("Not sure"),
            words.gettext("Recognised"),
            _LEVEL,
        ),
        rows=tuple(
            (
                words.name(each.configuration),
                words.count(each.answers),
                words.count(each.right),
                words.count(each.expected),
                words.count(each.unsure),
                words.points(each.recognised),
                words.points_between(each.low, each.high),
            )
            for each in found.by_configuration
        ),
        says=" ".join(
            [
                words.gettext(
                    "After finishing, raters guess who wrote a text, among the labels of the study."
                ),
                blindness.of_labels(found, words),
                words.gettext(
                    "By habit is how many would be right if this label were given as often to "
                    "all texts."
                ),
                *([words.gettext(_RECOGNISED)] if explains else []),
            ]
        ),
    )


def flags(found: Flags, words: Words) -> Table:
    """Return whose texts stood in matchups where raters said that they know who wrote them."""
    return Table(
        label=words.gettext("Table of flags"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Flagged"),
            words.gettext("Matchups"),
            words.gettext("Share"),
        ),
        rows=tuple(
            (
                words.name(each.configuration),
                words.count(each.flags),
                words.count(each.of),
                words.rate(each.flags / each.of),
            )
            for each in found.by_configuration
        ),
        says=words.gettext(
            "Matchups that raters flagged “I can tell who wrote this”, by whose texts stood in "
            "them."
        ),
    )


def grades(rows: Sequence[GradeRow], words: Words, *, is_computed: bool) -> Table:
    """Return mean grades and how often each grade was given; intervals once they are computed."""
    return Table(
        label=words.gettext("Table of grades"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Mean grade"),
            *((_LEVEL,) if is_computed else ()),
            words.gettext("Grades"),
            *(words.gettext("Graded %(grade)s", grade=grade) for grade in SCALE),
        ),
        rows=tuple(
            (
                words.name(each.configuration),
                words.decimals(each.mean),
                *((words.mean_between(each.low, each.high),) if is_computed else ()),
                words.count(each.number),
                *(words.count(number) for number in each.counts),
            )
            for each in rows
        ),
    )


def gold(found: Gold, words: Words) -> Table:
    """Return how often each rater preferred the better text of gold matchups."""
    return Table(
        label=words.gettext("Table of gold by rater"),
        columns=(words.gettext("Rater"), words.gettext("Preferred the better text")),
        rows=tuple(
            (
                each.rater,
                words.gettext("%(part)s of %(whole)s", part=each.right, whole=each.of),
            )
            for each in found.raters
        ),
        says=marks.gold_counted(found, words),
    )


def of_blinding(check: Blinding | None, words: Words) -> list[Table]:
    """Return the tables that the check of blindness rests on."""
    if check is None:
        return []
    found: list[Table] = []
    if check.authors:
        found.append(authors(check.authors, words))
    if check.labels:
        found.append(labels(check.labels, words, explains=not check.authors))
    if check.flags.flags:
        found.append(flags(check.flags, words))
    return found


def criteria(found: Sequence[Criterion], words: Words) -> Table:
    """Return how often each configuration was ahead in each criterion."""
    return Table(
        label=words.gettext("Table of criteria"),
        texts=(1,),
        columns=(
            words.gettext("Criterion"),
            words.gettext("Configuration"),
            words.gettext("Share"),
            _LEVEL,
            words.gettext("Ahead"),
            words.gettext("Equal"),
            words.gettext("Behind"),
        ),
        rows=tuple(
            (
                criterion.name,
                words.name(each.configuration),
                words.share(each.share),
                words.share_between(each.low, each.high),
                *(words.count(number) for number in (each.ahead, each.equal, each.behind)),
            )
            for criterion in found
            for each in criterion.rows
        ),
    )
