"""The command that deletes a draft, after its name was typed once more."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.database import now
from service.usecases.sighted.studies import deleting


@click.command("delete", cls=answers.Command)
@click.argument("name")
@click.option("--confirm", default="", help="The name once more; asked for if absent.")
@click.pass_obj
def delete_study(outlet: Outlet, name: str, confirm: str) -> None:
    """Delete the draft NAME for good; a study that was open or holds votes is kept.

    Its prompts, answers, files, links, judges and tries go with it.
    """
    typed = confirm or click.prompt(
        f"Type {name} to delete it for good", default="", show_default=False, err=True
    )
    with outlet.database.transaction() as session:
        done = deleting.delete_study(session, name, typed, "command line", now(session))
    deleting.tell(done)
    outlet.answer(done)
    click.echo(f"{done.name} is deleted, with {done.prompts} prompts.")
