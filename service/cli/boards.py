"""The command that shows a leaderboard."""

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from service.cli import besides
from service.cli.context import Outlet
from service.errors import Conflict
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import leaderboards


class LeaderboardDiffers(Conflict):
    """Stored ratings do not follow from their stored counts."""


@click.command()
@click.argument("study")
@click.option("--json", "as_json", is_flag=True, help="Print the stored leaderboard as JSON.")
@click.option(
    "--verify", is_flag=True, help="Recompute its ratings from their stored counts and compare."
)
@click.pass_obj
def leaderboard(outlet: Outlet, study: str, as_json: bool, verify: bool) -> None:  # noqa: FBT001 - flags
    """Show the leaderboard of STUDY: ratings, then what raters gave beside votes."""
    if verify:
        click.echo(_verified(outlet, study))
        return
    with outlet.database.reading() as session:
        found = leaderboards.latest(session, study)
    if as_json:
        click.echo(json.dumps(None if found is None else found.content, indent=2))
    elif found is None:
        click.echo("No leaderboard yet: it appears seconds after the first vote or grade.")
    else:
        _show(outlet, found)


def _verified(outlet: Outlet, study: str) -> str:
    try:
        from service.usecases.sighted.results import ratings  # noqa: PLC0415 - numpy is for this alone
    except ModuleNotFoundError as error:
        raise LeaderboardDiffers(
            f"Recomputing needs {error.name}, which workers have: type this where a worker runs."
        ) from None

    with outlet.database.reading() as session:
        leaderboards.latest(session, study)  # a sealed study refuses here
        same, words = ratings.verify(session, find(session, study).id)
    if not same:
        raise LeaderboardDiffers(words)
    return words


def _show(outlet: Outlet, found: leaderboards.LeaderboardView) -> None:
    content = found.content
    marks = content.get("marks") or {}
    if content["votes"] or not marks.get("grades"):
        _show_ratings(outlet, content)
    besides.show(outlet.console, content)
    if found.pending:
        click.echo(f"{found.pending} newer changes are not in it yet.")


def _show_ratings(outlet: Outlet, content: Mapping[str, Any]) -> None:
    table = Table("Configuration", box=None, header_style="dim")
    for title in ("Rating", "95 %", "Group", "Share", "Votes", "Ties", "Both bad"):
        table.add_column(title, justify="right")
    for row in content["ratings"]:
        share = "–" if row["share"] is None else f"{100 * row['share']:.0f} %"
        table.add_row(
            escape(row["configuration"]),
            f"{row['rating']:.0f}" if row["votes"] else "–",
            f"{row['low']:.0f}–{row['high']:.0f}" if row["votes"] else "not enough data",
            str(row["group"] + 1),
            share,
            str(row["votes"]),
            str(row["ties"]),
            str(row["both_bad"]),
        )
    outlet.console.print(table)
    click.echo(
        f"{content['votes']} votes by {content['raters']} raters on {content['prompts']} prompts. "
        "Configurations of one group cannot be told apart."
    )
    for finding in content["findings"]:
        click.echo(f"· {finding['message']}")
