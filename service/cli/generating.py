"""Commands about generation: pause it, let it go on, try again what failed, or give it up."""

import click

from service.cli.context import Outlet
from service.cli.studies import study


@study.command("pause")
@click.argument("name")
@click.pass_obj
def pause(outlet: Outlet, name: str) -> None:
    """Stop new calls of the study NAME."""
    from service.usecases.sighted.studies import opening

    with outlet.database.transaction() as session:
        opening.pause(session, name)
    outlet.answer({"name": name, "is_paused": True})
    click.echo(f"{name} is paused: what is being called is recorded, nothing new is called.")


@study.command("resume")
@click.argument("name")
@click.pass_obj
def resume(outlet: Outlet, name: str) -> None:
    """Let calls of the study NAME go on."""
    from service.usecases.sighted.studies import opening

    with outlet.database.transaction() as session:
        opening.resume(session, name)
    outlet.ring_generation()
    outlet.answer({"name": name, "is_paused": False})
    click.echo(f"{name} goes on.")


@study.command("retry")
@click.argument("name")
@click.option("--cause", help="Only what failed of this cause, as `status` names it.")
@click.pass_obj
def retry(outlet: Outlet, name: str, cause: str | None) -> None:
    """Try failed and blocked completions of the study NAME again."""
    from service.database import now
    from service.usecases.sighted.generation import retries

    with outlet.database.transaction() as session:
        number = retries.retry_failed(session, name, now(session), cause=cause)
    if number:
        outlet.ring_generation()
    outlet.answer({"number": number})
    click.echo(f"{number} completions are tried again.")


@study.command("give-up")
@click.argument("name")
@click.pass_obj
def give_up(outlet: Outlet, name: str) -> None:
    """Count what the cap stopped as failed, so that the rest may be rated."""
    from service.usecases.sighted.generation import retries

    with outlet.database.transaction() as session:
        number = retries.give_up_blocked(session, name)
    outlet.answer({"number": number})
    click.echo(f"{number} completions count as failed.")
