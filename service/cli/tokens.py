"""Commands about tokens, by which programs use the API."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.usecases import accounts, api_tokens


@click.group(cls=answers.Group)
def token() -> None:
    """Make, list and withdraw tokens, by which programs use the API."""


@token.command("create")
@click.argument("label")
@click.option("--scope", type=click.Choice(list(api_tokens.SCOPES)), default="read")
@click.option("--study", help="For this study alone; for all by default.")
@click.option("--days", type=int, default=api_tokens.USUAL_DAYS, show_default=True)
@click.option("--for", "owner", default=accounts.OPERATOR, show_default=True, help="Whose it is.")
@click.pass_obj
def create_token(
    outlet: Outlet, label: str, scope: str, study: str | None, days: int, owner: str
) -> None:
    """Print a new token for what LABEL says; it is shown this once."""
    with outlet.database.transaction() as session:
        moment = now(session)
        account_id = accounts.id_of(session, owner, moment)
        made, view = api_tokens.make(session, account_id, label, scope, study, days, moment)
    outlet.answer({"token": made, "handle": view.handle, "expires_at": view.expires_at})
    click.echo(made)
    outlet.errors.print(
        f"Keep it now: it is shown this once. It ends on {view.expires_at:%Y-%m-%d}.",
        soft_wrap=True,
    )


@token.command("list")
@click.pass_obj
def list_tokens(outlet: Outlet) -> None:
    """Show the tokens of everybody, and when each was used last."""
    with outlet.database.reading() as session:
        found, moment = api_tokens.every(session, None), now(session)
    outlet.answer(found)
    if not found:
        click.echo("There are no tokens. `evenhand token create LABEL` makes one.")
        return
    from rich.table import Table

    table = Table("Handle", "For", "Scope", "Study", "Owner", "Last used", "Ends", box=None)
    for one in found:
        ends = f"{one.expires_at:%Y-%m-%d}" if one.holds(moment) else "over"
        table.add_row(
            one.handle,
            cell(one.label),
            one.scope,
            "all" if one.study is None else cell(one.study),
            cell(one.owner),
            "never" if one.last_used_at is None else f"{one.last_used_at:%Y-%m-%d %H:%M}",
            "withdrawn" if one.revoked_at else ends,
        )
    outlet.console.print(table)


@token.command("revoke")
@click.argument("handle")
@click.pass_obj
def revoke_token(outlet: Outlet, handle: str) -> None:
    """Withdraw the token HANDLE at once; `evenhand token list` shows handles."""
    with outlet.database.transaction() as session:
        api_tokens.revoke(session, None, handle, now(session))
    outlet.answer({"revoked": handle})
    click.echo("The token is withdrawn. Whatever uses it is refused from now on.")
