"""The command that makes, lists and withdraws links to reports."""

import click
from rich.table import Table

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.usecases.sighted.results import shares


@click.command(cls=answers.Command)
@click.argument("study")
@click.option("--days", type=int, help="Make a link that ends after so many days.")
@click.option("--label", default="", help="A note for yourself: whom the link is for.")
@click.option("--texts", is_flag=True, help="Show prompts and answers as well.")
@click.option("--leaderboard", "board", type=int, help="Its number; always the newest one else.")
@click.option("--revoke", type=int, help="Withdraw the link of this number.")
@click.pass_obj
def share(
    outlet: Outlet,
    study: str,
    days: int | None,
    label: str,
    texts: bool,  # noqa: FBT001 - a flag
    board: int | None,
    revoke: int | None,
) -> None:
    """Show the links to reports of STUDY; `--days` makes one, `--revoke` withdraws one."""
    if revoke is not None:
        with outlet.database.transaction() as session:
            shares.revoke(session, study, revoke, now(session))
        outlet.answer({"revoked": revoke})
        click.echo("The link is withdrawn.")
        return
    if days is None:
        _list(outlet, study)
        return
    with outlet.database.transaction() as session:
        token = shares.make(
            session, study, label, days, now(session), leaderboard_id=board, shows_texts=texts
        )
    address = f"{outlet.web_address}/shared/{token}"
    outlet.answer({"address": address})
    click.echo(address)
    outlet.errors.print("Keep this address: it is shown this once.")


def _list(outlet: Outlet, study: str) -> None:
    with outlet.database.reading() as session:
        found, moment = shares.of_study(session, study), now(session)
    outlet.answer(found)
    if not found:
        click.echo("There are no links to reports. `--days 30` makes one.")
        return
    table = Table("Number", "For", "Shows", "Texts", "Ends", "Standing", box=None)
    for one in found:
        shown = "the newest" if one.leaderboard_id is None else str(one.leaderboard_id)
        standing = "ended" if one.expires_at <= moment else "works"
        table.add_row(
            str(one.number),
            cell(one.label),
            shown,
            "yes" if one.shows_texts else "no",
            f"{one.expires_at:%Y-%m-%d}",
            "withdrawn" if one.revoked_at else standing,
        )
    outlet.console.print(table)
