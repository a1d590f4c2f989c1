"""Commands of the operator: run, migrate, sign in, sweep."""

import subprocess
import sys

import click

from service.cli import answers
from service.cli.context import Outlet
from service.settings import child_environment


@click.command(cls=answers.Command)
@click.pass_obj
def run(outlet: Outlet) -> int:
    """Start everything: web, workers and, where none is set, the queue server."""
    from service import supervisor

    code = supervisor.run(outlet.given)
    outlet.answer({"exit_code": code})
    return code


@click.command(cls=answers.Command)
@click.pass_obj
def migrate(outlet: Outlet) -> None:
    """Bring the database to the newest schema."""
    outlet.make_database()  # opening it migrates it
    outlet.answer({"is_newest": True})
    outlet.console.print("The database is at the newest schema.")


@click.command("sign-in", cls=answers.Command)
@click.pass_obj
def sign_in(outlet: Outlet) -> None:
    """Print a link that signs in to the studio once."""
    from service.database import now
    from service.usecases import accounts

    with outlet.database.transaction() as session:
        moment = now(session)
        token = accounts.make_sign_in_link(
            session, accounts.ensure_operator(session, moment), moment
        )
    address = f"{outlet.web_address}/sign-in/{token}?next=/studio/"
    outlet.answer({"address": address})
    click.echo(address)


@click.command(cls=answers.Command)
@click.option("--once", is_flag=True, help="Look once and end, instead of every few seconds.")
@click.pass_obj
def sweep(outlet: Outlet, once: bool) -> int:  # noqa: FBT001 - a flag of the command line
    """Ring for whatever the database says is unfinished."""
    from service import jobs, supervisor

    arguments = [sys.executable, "-m", "workers.sweeper", *(["--once"] if once else [])]
    address = jobs.address_of(outlet.settings)
    environment = child_environment(**({"REDIS_URL": address} if address else {}))
    keyless = supervisor.without_keys(environment)
    code = subprocess.run(arguments, env=keyless, check=False).returncode
    outlet.answer({"exit_code": code})
    return code
