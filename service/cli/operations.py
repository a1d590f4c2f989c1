"""Commands of the operator: run, migrate, sign in, sweep."""

import subprocess
import sys
from pathlib import Path

import click

from service.cli import answers
from service.cli.context import Outlet
from service.errors import Conflict
from service.settings import child_environment


@click.command(cls=answers.Command)
@click.pass_obj
def run(outlet: Outlet) -> int:
    """Start everything: web, workers and, where none is set, the queue server."""
    from service import supervisor

    code = supervisor.run(outlet.given)
    outlet.answer({"exit_code": code})
    return code


class StillRuns(Conflict):
    """The installation runs, and needs the schema that is to be left."""


@click.command(cls=answers.Command)
@click.option("--back-to", metavar="NUMBER", help="The older schema, such as 0039.")
@click.option(
    "--backup",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --back-to: the file that everything is written into before.",
)
@click.pass_obj
def migrate(outlet: Outlet, back_to: str | None, backup: Path | None) -> None:
    """Bring the database to the newest schema, or back to an older one.

    Going back is for an older Evenhand: stop this one, go back to the newest migration that the
    older one has (service/store/migrations/versions), and start the older one. What only newer
    tables and columns hold is then in the backup alone.
    """
    if back_to is None and backup is None:
        outlet.make_database()  # opening it migrates it
        outlet.answer({"is_newest": True})
        outlet.console.print("The database is at the newest schema.")
        return
    if back_to is None or backup is None:
        raise click.UsageError("Going back needs both: --back-to NUMBER --backup FILE.")
    from service import running
    from service.usecases import backups

    note = running.of(outlet.given.data_dir)
    if note and note.is_running:
        raise StillRuns(f"Evenhand runs at {note.address}. Stop it first, then go back.")
    outlet.make_database()
    backups.go_back(outlet.database, outlet.given.signing_key(), back_to, backup)
    outlet.answer({"is_newest": False})
    outlet.console.print(
        f"The database is at the older schema {back_to}, and all it held before is in {backup}. "
        "Start the older Evenhand now; any command of this one brings it to the newest again."
    )


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
