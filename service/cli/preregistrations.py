"""The commands about what a study declared, and about unsealing it on purpose."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.reporting import preregistered
from service.reporting.words import ENGLISH
from service.usecases.sighted.results import preregistrations, unsealing
from service.usecases.sighted.results.preregistrations import PreregistrationDiffers


@click.command("preregistration", cls=answers.Command)
@click.argument("name")
@click.option("--verify", is_flag=True, help="Check it against its fingerprint; compare the study.")
@click.pass_obj
def show_preregistration(outlet: Outlet, name: str, verify: bool) -> None:  # noqa: FBT001 - a flag
    """Show what the study NAME declared before anybody looked, and what deviates from it."""
    with outlet.database.reading() as session:
        found = preregistrations.declared(session, name)
    outlet.answer(
        {
            "text": found.text,
            "digest": found.digest,
            "created_at": found.created_at,
            "is_intact": found.is_intact,
            "deviations": preregistered.deviations(found.deviations, ENGLISH),
        }
    )
    if found.document is None:
        raise PreregistrationDiffers(preregistered.BROKEN)
    if not verify:
        for called, text in preregistered.declared(found.document, ENGLISH):
            click.echo(f"{called}: {cell(text)}")
    click.echo(f"Frozen on {ENGLISH.moment(found.created_at)}.")
    click.echo(preregistered.fingerprint(found.digest, ENGLISH))
    if verify:
        click.echo("The stored document has this fingerprint.")
    for line in preregistered.deviations(found.deviations, ENGLISH):
        click.echo(f"· {cell(line)}")


@click.command("unseal", cls=answers.Command)
@click.argument("name")
@click.option("--because", default="", help="The reason, which stands beside the result for good.")
@click.pass_obj
def unseal(outlet: Outlet, name: str, because: str) -> None:
    """Show the results of the sealed study NAME before its stop rule is met, for good."""
    with outlet.database.transaction() as session:
        unsealing.unseal(session, name, "command line", because, now(session))
    outlet.answer({"name": name})
    click.echo(f"{name} is unsealed. That stands beside its result as a deviation.")
