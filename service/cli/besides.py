"""Prints what raters gave beside votes: grades, criteria, gold, how blind it was."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.usecases.sighted.results.marks import cautions


def show(console: Console, content: Mapping[str, Any]) -> None:
    """Print what a stored leaderboard holds beside ratings; nothing where there is nothing."""
    marks = content.get("marks") or {}
    if marks.get("grades"):
        _show_grades(console, marks["grades"])
        _say(marks["sentences"])
    if marks.get("criteria"):
        _show_criteria(console, marks["criteria"])
        said = cautions((each["name"], each["sentences"]) for each in marks["criteria"])
        _say(["A share counts equal half.", *said])
    gold = content.get("gold") or {}
    if gold.get("raters"):
        _show_gold(console, gold["raters"])
        _say([gold["counted"]])
    blinding = content.get("blinding")
    if blinding:
        _say(blinding["sentences"])
        if blinding["flags"]["flags"]:
            _show_flags(console, blinding["flags"]["by_configuration"])


def _show_grades(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    table = _table("Configuration", "Mean grade", "95 %", "Grades")
    for row in rows:
        table.add_row(
            escape(row["configuration"]),
            f"{row['mean']:.1f}",
            _ends(row, "{:.1f}–{:.1f}"),
            str(row["number"]),
        )
    console.print(table)


def _show_criteria(console: Console, criteria: Sequence[Mapping[str, Any]]) -> None:
    table = _table("Criterion", "Configuration", "Share", "95 %", "Ahead", "Equal", "Behind")
    for criterion in criteria:
        for place, row in enumerate(criterion["rows"]):
            table.add_row(
                "" if place else escape(criterion["name"]),
                escape(row["configuration"]),
                f"{100 * row['share']:.0f} %",
                _ends({end: _percent(row[end]) for end in ("low", "high")}, "{:.0f}–{:.0f}"),
                *(str(row[standing]) for standing in ("ahead", "equal", "behind")),
            )
    console.print(table)


def _show_gold(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    table = _table("Rater", "Gold right", "Of")
    for row in rows:
        table.add_row(escape(row["rater"]), str(row["right"]), str(row["of"]))
    console.print(table)


def _show_flags(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    table = _table("Configuration", "Flagged", "Matchups")
    for row in rows:
        table.add_row(escape(row["configuration"]), str(row["flags"]), str(row["of"]))
    console.print(table)


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, header_style="dim")
    for title in others:
        table.add_column(title, justify="left" if title == "Configuration" else "right")
    return table


def _ends(row: Mapping[str, float | None], form: str) -> str:
    return "too few" if row["low"] is None else form.format(row["low"], row["high"])


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _say(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        click.echo(sentence)
