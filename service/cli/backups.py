"""The commands that back an installation up and restore it."""

from pathlib import Path

import click

from service.cli import answers
from service.cli.context import Outlet


@click.command(cls=answers.Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(outlet: Outlet, file: Path) -> None:
    """Write everything into FILE while all goes on, and try that it can be restored.

    FILE is as secret as the database: it holds all texts, votes, names and the key of links.
    """
    from service.usecases import backups

    made = backups.make(outlet.database, outlet.key, file)
    outlet.answer({"file": file, "studies": made.studies, "votes": made.votes})
    click.echo(f"{file}: {made.studies:,} studies, {made.votes:,} votes, tried and found whole.")
    click.echo(f"To restore it elsewhere: DATA_DIR=new-folder evenhand restore {file}")


@click.command(cls=answers.Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(outlet: Outlet, file: Path) -> None:
    """Fill the new installation that DATA_DIR or DATABASE_URL names from the backup FILE."""
    from service.cli.context import NoInstallation
    from service.database import Database
    from service.usecases import backups

    given = outlet.given
    if not given.model_fields_set & {"data_dir", "database_url"}:
        raise NoInstallation(
            "Say where to: DATA_DIR=new-folder, or DATABASE_URL of an empty database. "
            "An installation that is there is never written over."
        )
    given.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(given.database_address, pool_size=1)
    try:
        told = backups.restore(file, database, given.data_dir)
    finally:
        database.engine.dispose()
    outlet.answer({"studies": told.studies, "votes": told.votes, "made_at": told.made_at})
    click.echo(f"Restored: {told.studies:,} studies, {told.votes:,} votes, as of {told.made_at}.")
    if given.secret_key.get_secret_value():
        click.echo("SECRET_KEY is set: links that were sent work if it is the one they had.")
