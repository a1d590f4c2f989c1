"""Commands that let raters in."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.database import now
from service.usecases import invites


@click.command(cls=answers.Command)
@click.argument("study")
@click.option("--shared", is_flag=True, help="One link for many: each who starts gets their own.")
@click.option("--label", default="", help="A name for your own list; raters do not see it.")
@click.option("--days", type=int, help="Let nobody in after so many days; by default never.")
@click.pass_obj
def invite(
    outlet: Outlet,
    study: str,
    shared: bool,  # noqa: FBT001 - a flag
    label: str,
    days: int | None,
) -> None:
    """Print a link that lets somebody rate STUDY."""
    kind = "shared" if shared else "personal"
    with outlet.database.transaction() as session:
        made = invites.make(session, study, kind, label, now(session), outlet.key, days)
    address = f"{outlet.web_address}/i/{made.link_token}"
    outlet.answer({"address": address, "handle": made.handle, "kind": kind, "label": label})
    click.echo(address)
