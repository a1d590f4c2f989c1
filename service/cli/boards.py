"""The command that shows a leaderboard: ratings, then what raters gave beside votes."""

from collections.abc import Collection, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from service.cli import answers, checking, panels
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.domain import break_even
from service.domain.beside_votes import Blinding, Criterion, FlagRow, Gold, GradeRow, Marks
from service.domain.leaderboard import Leaderboard, Row, to_json
from service.errors import Conflict
from service.reporting import (
    blindness,
    changes,
    decided,
    decision,
    incumbent,
    judge_boards,
    ladder_words,
    marks,
    notes,
    price,
    retirement_words,
    slices,
    tables,
)
from service.reporting.words import ENGLISH, NONE, Words
from service.usecases.sighted.generation import retirements
from service.usecases.sighted.judges import labelling
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import decisions, elsewhere, read
from service.usecases.sighted.results.decisions import DecisionView

NONE_YET = "No leaderboard yet: it appears seconds after the first vote or grade."
OTHER_VERSION = (
    "This leaderboard was stored by an earlier Evenhand. A worker computes it anew from the same "
    "votes within seconds."
)
_MOST_NAMED = 10
MOST_ROWS = 12
MORE = (
    "In short. `--all` prints everything; `--section` tags, checks, why or course prints that as "
    "well."
)
PLACES = "Places are those that each may have, all of them at once."


class LeaderboardDiffers(Conflict):
    """Stored ratings do not follow from their stored counts."""


@click.command(cls=answers.Command)
@click.argument("study")
@click.option(
    "--verify", is_flag=True, help="Recompute its ratings from their stored counts and compare."
)
@click.option(
    "--since", type=int, metavar="ID", help="Say what changed since an earlier leaderboard."
)
@click.option(
    "--check",
    "checks",
    is_flag=True,
    help="For builds: end with 2 where something fell back, against the incumbent or `--since`.",
)
@click.option(
    "--requests-per-month",
    "per_month",
    type=click.IntRange(1, break_even.MOST_REQUESTS),
    help="Say in months when what was paid once has paid for itself.",
)
@click.option("--all", "whole", is_flag=True, help="Print everything, not the card and its ground.")
@click.option(
    "--section",
    "sections",
    type=click.Choice(panels.SECTIONS),
    multiple=True,
    help="Print this as well: results by tag, all checks, why votes fell so, ratings over time.",
)
@click.pass_obj
def leaderboard(
    outlet: Outlet,
    study: str,
    verify: bool,  # noqa: FBT001 - a flag
    since: int | None,
    checks: bool,  # noqa: FBT001 - a flag
    per_month: int | None,
    whole: bool,  # noqa: FBT001 - a flag
    sections: tuple[str, ...],
) -> int:
    """Show the leaderboard of STUDY: ratings, then what stands beside them."""
    if checks:
        return checking.check(outlet, study, since)
    if verify:
        said = _verified(outlet, study)
        outlet.answer({"follows": True, "said": said.split("\n")})
        click.echo(said)
        return 0
    if since is not None:
        _show_since(outlet, study, since)
        return 0
    with outlet.database.reading() as session:
        found = read.latest(session, study)
        made = decisions.of_study(session, study)
        retires = retirements.of_study(session, study)
        judged = labelling.is_judged(session, study)
        there = elsewhere.find_elsewhere(session, study)
        today = now(session).date()
    board = None if found is None else found.board
    outlet.answer(None if board is None else _plain(board, per_month))
    if found is None:
        click.echo(NONE_YET)
    elif board is None:
        click.echo(OTHER_VERSION)
    else:
        if judged:
            click.echo(judge_boards.beside_others(ENGLISH))
        _show(outlet.console, board, per_month, panels.SECTIONS if whole else sections, whole=whole)
        _say(retirement_words.sentences(retires, today, ENGLISH))
        panels.show_elsewhere(outlet.console, there, ENGLISH)
        if found.pending:
            click.echo(f"{found.pending} newer changes are not in it yet.")
    if made:
        _show_decision(made[0])
    return 0


def _show_since(outlet: Outlet, study: str, since: int) -> None:
    """Say what changed since a leaderboard that is kept; name those that are, where it is none."""
    with outlet.database.reading() as session:
        kept = read.kept(session, study)
        if since not in {one.id for one in kept}:
            listed = ", ".join(str(one.id) for one in kept[:_MOST_NAMED]) or "none yet"
            raise read.UnknownLeaderboard(
                "The study keeps no leaderboard %(number)s. The newest are: %(kept)s.",
                number=since,
                kept=listed,
            )
        before, after = read.at(session, study, since), read.latest(session, study)
    boards = [None if view is None else view.board for view in (before, after)]
    if boards[0] is None or boards[1] is None:
        click.echo(OTHER_VERSION)
        return
    said = changes.sentences(boards[0], boards[1], ENGLISH)
    outlet.answer({"since": since, "said": said})
    words = ENGLISH.naming(row.configuration for row in (*boards[1].ratings, *boards[0].ratings))
    outlet.answer({"since": since, "said": changes.sentences(boards[0], boards[1], words)})
    panels.show_changes(outlet.console, boards[0], boards[1], words)


def _plain(board: Leaderboard, per_month: int | None) -> dict[str, Any]:
    """Return the leaderboard as it is stored, and break-evens where they are asked for."""
    if per_month is None:
        return to_json(board)
    found = break_even.to_plain(break_even.find(board), per_month)
    return {**to_json(board), "break_even": found}


def _verified(outlet: Outlet, study: str) -> str:
    try:
        from service.usecases.sighted.results import verify
    except ModuleNotFoundError as error:
        raise LeaderboardDiffers(
            f"Recomputing needs {error.name}, which workers have: type this where a worker runs."
        ) from None

    with outlet.database.reading() as session:
        read.latest(session, study)  # a sealed study refuses here
        check = verify.verify(session, find(session, study).id)
        kept = [
            (one, verify.verify_decision(session, one))
            for one in decisions.of_study(session, study)
        ]
    told = {
        verify.Check.NONE_YET: NONE_YET,
        verify.Check.OTHER_VERSION: OTHER_VERSION,
        verify.Check.DIFFERS: "The stored ratings do not follow from their stored counts.",
    }
    if check is not verify.Check.FOLLOWS:
        raise LeaderboardDiffers(told[check])
    for one, found in kept:
        if found is verify.Check.DIFFERS:
            raise LeaderboardDiffers(
                f"Leaderboard {one.leaderboard_id}, which was decided on, is not as it was then."
            )
    said = ["The stored ratings follow from their stored counts."]
    said += [
        f"Leaderboard {one.leaderboard_id}, which was decided on, "
        + (
            "is as it was then, and follows as well."
            if found is verify.Check.FOLLOWS
            else "is as it was then; it was stored by an earlier Evenhand, which can recompute it."
        )
        for one, found in kept
    ]
    return "\n".join(said)


def _show(
    console: Console,
    board: Leaderboard,
    per_month: int | None,
    sections: Collection[str],
    *,
    whole: bool,
) -> None:
    words = ENGLISH.naming(row.configuration for row in board.ratings)
    if words.of_names():
        click.echo(words.of_names())
    if board.votes or not (board.marks and board.marks.grades):
        _show_ratings(console, board, words, most=None if whole else MOST_ROWS)
        if "tags" in sections:
            for part in board.parts:
                _say(slices.lines(board, part, words))
        _show_price(console, board, per_month, words)
    if board.marks is not None:
        _show_marks(console, board.marks, words)
    if board.gold is not None:
        _show_gold(console, board.gold)
    if board.blinding is not None:
        _show_blinding(console, board.blinding, words)
    panels.show(console, board, words, sections)
    if not whole:
        click.echo(MORE)


def _show_ratings(
    console: Console, board: Leaderboard, words: Words, most: int | None = None
) -> None:
    _say(decision.lines(board, words))
    _say(notes.verdicts(board, words))
    _say(incumbent.lines(board, words))
    console.print(_rating_table(board.ratings[:most], words, several=len(board.parts) > 1))
    left = len(board.ratings) - len(board.ratings[:most])
    if left:
        click.echo(f"And {left} more: `--all` prints them.")
    click.echo(f"{notes.rests_on(board, ENGLISH)}. {PLACES}")


def _show_price(console: Console, board: Leaderboard, per_month: int | None, words: Words) -> None:
    """Tell what quality costs: who is beaten, what each rung buys, and when something pays."""
    lines = [
        *price.weighed(board, words),
        *ladder_words.steps(board, words),
        *ladder_words.pays(board, per_month, words),
    ]
    if lines:
        click.echo(f"{words.gettext('What quality costs')}:")
    for line in lines:
        click.echo("· " + " · ".join(filter(None, [line.text, line.figure])))
    rungs = ladder_words.table(board, words)
    if rungs is not None:
        table = _table(*rungs.columns)
        for row in rungs.rows:
            table.add_row(*map(cell, row))
        console.print(table)


def _show_decision(made: DecisionView) -> None:
    click.echo(decided.sentence(made.chosen, made.decided_by, made.created_at, ENGLISH))
    click.echo(decided.grounds(made.reason, ENGLISH, is_against=made.is_against))
    click.echo(f"{decided.rests_on(made.leaderboard_id, made.digest, ENGLISH)}.")


def _rating_table(rows: Sequence[Row], words: Words, *, several: bool) -> Table:
    table = _table(
        "Configuration",
        "Rating",
        "95 %",
        "Place",
        "Expected",
        "95 %",
        "Counted",
        "Votes",
        "Ties",
        "Both bad",
    )
    for row in rows:
        table.add_row(
            cell(words.name(row.configuration)),
            *_rated(row, several=several),
            NONE if row.observed_share is None else ENGLISH.share(row.observed_share),
            str(row.votes),
            str(row.ties),
            str(row.both_bad),
        )
    return table


def _rated(row: Row, *, several: bool) -> tuple[str, ...]:
    """Return a rating and an expected share with their intervals, or why there are none."""
    one = row.rating
    if one is None:
        why = "retired" if row.is_retired else "too few votes" if row.votes else "no votes yet"
        return NONE, why, NONE, NONE, NONE
    place = f"{one.part + 1}: {tables.place(one)}" if several else tables.place(one)
    return (
        ENGLISH.count(one.points),
        ENGLISH.count_between(one.low, one.high),
        place,
        ENGLISH.share(one.expected_share),
        ENGLISH.interval(one.expected_low, one.expected_high),
    )


def _show_marks(console: Console, found: Marks, words: Words) -> None:
    if found.grades:
        _show_grades(console, found.grades, words)
        _say(marks.of_grades(found, words))
    if found.criteria:
        _show_criteria(console, found.criteria, words)
        _say(["A share counts equal half.", *marks.cautions(found, words)])


def _show_grades(console: Console, rows: Sequence[GradeRow], words: Words) -> None:
    table = _table("Configuration", "Mean grade", "95 %", "Grades")
    for row in rows:
        table.add_row(
            cell(words.name(row.configuration)),
            ENGLISH.decimals(row.mean),
            ENGLISH.mean_between(row.low, row.high),
            str(row.number),
        )
    console.print(table)


def _show_criteria(console: Console, criteria: Sequence[Criterion], words: Words) -> None:
    table = _table("Criterion", "Configuration", "Share", "95 %", "Ahead", "Equal", "Behind")
    for criterion in criteria:
        for place, row in enumerate(criterion.rows):
            table.add_row(
                "" if place else cell(criterion.name),
                cell(words.name(row.configuration)),
                ENGLISH.share(row.share),
                ENGLISH.share_between(row.low, row.high),
                *(str(number) for number in (row.ahead, row.equal, row.behind)),
            )
    console.print(table)


def _show_gold(console: Console, gold: Gold) -> None:
    table = _table("Rater", "Gold right", "Of")
    for row in gold.raters:
        table.add_row(cell(row.rater), str(row.right), str(row.of))
    console.print(table)
    _say([marks.gold_counted(gold, ENGLISH)])


def _show_blinding(console: Console, check: Blinding, words: Words) -> None:
    _say(blindness.sentences(check, words))
    if check.flags.flags:
        _show_flags(console, check.flags.by_configuration, words)


def _show_flags(console: Console, rows: Sequence[FlagRow], words: Words) -> None:
    table = _table("Configuration", "Flagged", "Matchups")
    for row in rows:
        table.add_row(cell(words.name(row.configuration)), str(row.flags), str(row.of))
    console.print(table)


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, header_style="dim")
    for title in others:
        table.add_column(title, justify="left" if title == "Configuration" else "right")
    return table


def _say(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        click.echo(sentence)
