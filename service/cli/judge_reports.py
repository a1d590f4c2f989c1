"""The command that says how far a judge may be trusted, with the three boards under their names."""

import json
from pathlib import Path

import click
from rich.table import Table

from service.cli.context import Outlet
from service.cli.judges import judge
from service.cli.terminal import cell
from service.domain import judge_report
from service.domain.judge_report import JudgeReport
from service.errors import Conflict
from service.reporting import judge_boards, judge_words
from service.reporting.judge_boards import BoardTable
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import reports

NONE_YET = (
    "No report yet: a worker computes it seconds after the judge has answered. "
    + judge_words.pools(ENGLISH)
)


class ReportThere(Conflict):
    """A file of that name is there; nothing is written over."""


@judge.command("report")
@click.argument("study")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report, boards included, to a new file as JSON.",
)
@click.pass_obj
def show_report(outlet: Outlet, study: str, name: str, out: Path | None) -> None:
    """Say how far the judge NAME may be trusted: checks, boards, what to read."""
    with outlet.database.reading() as session:
        kept = reports.last(session, study, name)
    report = None if kept is None else kept.report
    outlet.answer(None if report is None else judge_report.to_json(report))
    if kept is None or report is None:
        click.echo(NONE_YET)
        return
    if out is not None:
        _write(report, out)
        click.echo(f"Written to {out}.")
        return
    if kept.is_old:
        click.echo("Something has come since: a worker is about to compute it anew.")
    _print(outlet, report)


def _write(report: JudgeReport, out: Path) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            json.dump(judge_report.to_json(report), file, indent=1)
            file.write("\n")
    except FileExistsError as error:
        raise ReportThere(f"{out} is there. Name a new file.") from error


def _print(outlet: Outlet, report: JudgeReport) -> None:
    words = ENGLISH.naming(one.configuration for one in report.carried)
    click.echo(cell(judge_words.who(report, words)))
    click.echo(judge_words.headline(report, words))
    for line in judge_words.lines(report, words):
        click.echo(f"\n{line.name}: {line.word}")
        for said in line.said:
            click.echo(f"  {cell(said)}")
    for board in judge_boards.tables(report, words):
        _print_board(outlet, board)
    worst = judge_boards.worst(report, words)
    if worst:
        click.echo("\nWorth reading")
    for one in worst:
        click.echo(f"· {cell(one.prompt)}: {cell(one.said)}")


def _print_board(outlet: Outlet, board: BoardTable) -> None:
    click.echo(f"\n{board.label}")
    click.echo(" ".join(board.about))
    if not board.rows:
        click.echo(board.why)
        return
    table = Table("Configuration", box=None, header_style="dim")
    for title in ("Points", "95 %"):
        table.add_column(title, justify="right")
    table.add_column("")
    for row in board.rows:
        table.add_row(cell(row.name), row.points, row.interval, row.remark)
    outlet.console.print(table)
