"""Commands that let raters in."""

import click

from service.cli.context import Outlet
from service.database import now
from service.usecases import invites


@click.command()
@click.argument("study")
@click.option("--shared", is_flag=True, help="One link for many: each who starts gets their own.")
@click.option("--label", default="", help="A name for your own list; raters do not see it.")
@click.pass_obj
def invite(outlet: Outlet, study: str, shared: bool, label: str) -> None:  # noqa: FBT001 - a flag
    """Print a link that lets somebody rate STUDY."""
    kind = "shared" if shared else "personal"
    with outlet.database.transaction() as session:
        made = invites.make(session, study, kind, label, now(session), outlet.key)
    click.echo(f"{outlet.settings.web_address}/i/{made.link_token}")
