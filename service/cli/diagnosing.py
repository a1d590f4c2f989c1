"""The command that says what can be claimed of a study now, and what would unblock the rest."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.reporting import doctor_words
from service.reporting.doctor_words import Told
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import diagnosing


@click.command("doctor", cls=answers.Command)
@click.argument("name")
@click.pass_obj
def diagnose(outlet: Outlet, name: str) -> None:
    """Say what can be claimed of the study NAME now, and how much more would unblock the rest."""
    with outlet.database.reading() as session:
        found = diagnosing.of_study(session, name)
    outlet.answer({"study": found.study, "supported": found.supported, "blocked": found.blocked})
    words = ENGLISH.naming(dict.fromkeys(of for one in found.statements for of in one.about))
    supported, blocked = doctor_words.said(found, words)
    click.echo(doctor_words.summary(found, words))
    _list("Supported now", supported)
    _list("Blocked", blocked)


def _list(title: str, told: list[Told]) -> None:
    if not told:
        return
    click.echo(f"\n{title}")
    for one in told:
        click.echo(f"· {cell(one.claim)} {cell(one.remark)}".rstrip())
