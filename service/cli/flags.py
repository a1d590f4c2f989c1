"""The command that shows what raters flagged, and lifts it."""

import click
from rich.table import Table

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.reporting import states
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import flags


@click.command("flags", cls=answers.Command)
@click.argument("study")
@click.option("--lift", type=int, help="Lift the flags of the matchup that this number is about.")
@click.option("--because", default="", help="The reason, which stands beside what is lifted.")
@click.pass_obj
def show_flags(outlet: Outlet, study: str, lift: int | None, because: str) -> None:
    """Show what raters of STUDY reported, notes and all; `--lift` deals a matchup again."""
    if lift is not None:
        with outlet.database.transaction() as session:
            number = flags.lift(session, study, lift, because, "command line", now(session))
        outlet.answer({"lifted": number})
        click.echo(f"{number} flags lifted: the matchup is dealt again where it was taken out.")
        return
    with outlet.database.reading() as session:
        found = flags.of_study(session, study)
    outlet.answer(found)
    if not found:
        click.echo("No rater has reported a problem.")
        return
    table = Table("Number", "Prompt", "Configurations", "Rater", "Problem", box=None)
    for title in ("Note", "Standing"):
        table.add_column(title)
    for one in found:
        standing = states.called(one.standing, ENGLISH)
        cells = (one.prompt_key, " / ".join(one.configurations), one.pseudonym)
        said = (states.called(one.kind, ENGLISH), one.note)
        standing += f" ({one.lifted})" if one.lifted else ""
        table.add_row(str(one.number), *map(cell, (*cells, *said, standing)))
    outlet.console.print(table)
