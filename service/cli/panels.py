"""Prints what stands beside the ratings of a leaderboard: checks, grounds, and its course."""

from collections.abc import Collection, Iterator

import click
from rich.console import Console
from rich.table import Table

from service.cli.terminal import cell
from service.domain.leaderboard import Leaderboard
from service.domain.there import There
from service.domain.trust import CAUTION
from service.reporting import changes, course, elsewhere, grounds, tables, trust
from service.reporting.words import Words

# What is left out of the short answer, by the name that asks for it.
SECTIONS = ("tags", "checks", "why", "course")
# So many configurations fit beside each other in the width of a terminal.
MOST_BESIDE = 4


def show(
    console: Console, board: Leaderboard, words: Words, sections: Collection[str] = SECTIONS
) -> None:
    """Print the checks, then why votes fell as they did and how ratings went, as asked for.

    Cautions are always printed.
    """
    click.echo(trust.summary(board, words))
    for line in trust.lines(board, words):
        if "checks" in sections or line.state == CAUTION:
            click.echo(f"· {line.name} – {line.word}: {' '.join(line.said)}")
    if "why" in sections:
        _show_grounds(console, board, words)
    if "course" in sections:
        click.echo(course.says(board.course, words))
        told = course.table(board.course, words, MOST_BESIDE)
        if told is not None:
            print_table(console, told)


def _show_grounds(console: Console, board: Leaderboard, words: Words) -> None:
    for says, found in _grounds(board, words):
        click.echo(says)
        for table in found:
            print_table(console, table)


def show_changes(console: Console, before: Leaderboard, after: Leaderboard, words: Words) -> None:
    """Print what changed between two leaderboards."""
    for line in changes.sentences(before, after, words):
        click.echo(line)
    print_table(console, changes.table(before, after, words))


def show_elsewhere(console: Console, found: list[There], words: Words) -> None:
    """Print other studies in which the same configurations stand; nothing where there are none."""
    if found:
        print_table(console, elsewhere.table(found, words))


def _grounds(board: Leaderboard, words: Words) -> Iterator[tuple[str, list[tables.Table]]]:
    found = board.grounds
    if found is None:
        return
    yield (
        grounds.of_reasons(found.reasons, words),
        [grounds.reason_table(found.reasons, words)] if found.reasons.groups else [],
    )
    yield grounds.of_measured(found.measured, words), list(grounds.texts(found.measured, words))
    table = grounds.prompt_table(found.prompts, words)
    yield grounds.of_prompts(found.prompts, words), [] if table is None else [table]


def print_table(console: Console, table: tables.Table) -> None:
    """Print a table of words as it stands on a page."""
    if table.says:
        click.echo(table.says)
    made = Table(box=None, header_style="dim")
    for at, column in enumerate(table.columns):
        made.add_column(cell(column), justify="right" if at else "left")
    for row in table.rows:
        made.add_row(*map(cell, row))
    console.print(made)
