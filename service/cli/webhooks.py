"""Commands about webhooks: addresses that are told what happens in a study."""

import click
from rich.table import Table

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.domain import webhook
from service.domain.webhook import Event
from service.usecases.sighted import webhooks


@click.group("webhook", cls=answers.Group)
def hooks() -> None:
    """Have addresses told what happens in a study, and see what was sent."""


@hooks.command("add")
@click.argument("study")
@click.argument("address")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([each.value for each in Event]),
    help="What is told; may be given several times; all of it if absent.",
)
@click.pass_obj
def add_webhook(outlet: Outlet, study: str, address: str, events: tuple[str, ...]) -> None:
    """Tell ADDRESS what happens in STUDY; prints the secret that messages are signed with."""
    with outlet.database.transaction() as session:
        made = webhooks.make(
            session,
            study,
            address,
            list(events),
            "command line",
            now(session),
            may_be_private=outlet.settings.webhooks_to_private,
        )
    secret = webhook.secret_of(made.handle, outlet.key)
    outlet.answer({"handle": made.handle, "secret": secret, "events": made.events})
    click.echo(secret)
    outlet.errors.print(f"Webhook {made.handle}: messages are signed with this secret.")


@hooks.command("list")
@click.argument("study")
@click.pass_obj
def list_webhooks(outlet: Outlet, study: str) -> None:
    """Show the webhooks of STUDY and the newest messages to them."""
    with outlet.database.reading() as session:
        found, sent = webhooks.of_study(session, study), webhooks.deliveries(session, study)
    outlet.answer({"webhooks": found, "deliveries": sent})
    if not found:
        click.echo(f"There are no webhooks. `evenhand webhook add {study} ADDRESS` makes one.")
        return
    table = Table("Handle", "Address", "Told", "Standing", box=None)
    for one in found:
        standing = "withdrawn" if one.revoked_at else "works"
        table.add_row(one.handle, cell(one.address), ", ".join(one.events), standing)
    outlet.console.print(table)
    told = Table("Message", "Handle", "Event", "State", "Tries", "Answer", box=None)
    for each in sent:
        answer = each.note or str(each.status or "")
        words = (str(each.number), each.handle, each.event, each.state.replace("_", " "))
        told.add_row(*words, str(each.attempts), cell(answer))
    if sent:
        outlet.console.print(told)


@hooks.command("revoke")
@click.argument("study")
@click.argument("handle")
@click.pass_obj
def revoke_webhook(outlet: Outlet, study: str, handle: str) -> None:
    """Tell the address of HANDLE nothing any more, what waits included."""
    with outlet.database.transaction() as session:
        webhooks.revoke(session, study, handle, now(session))
    outlet.answer({"revoked": handle})
    click.echo("The webhook is withdrawn.")
