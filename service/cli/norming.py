"""The command that shows how people split on a panel, and lets a study go on or be split."""

from dataclasses import asdict

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.reporting import norming_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import norming_results


@click.command("norming", cls=answers.Command)
@click.argument("name")
@click.option("--go-on", "goes_on", is_flag=True, help="Deal more than the panel.")
@click.option("--split", "title", help="Make a draft of that title that asks for the criteria.")
@click.option("--criterion", "criteria", multiple=True, help="For --split.")
@click.pass_obj
def show_norming(
    outlet: Outlet,
    name: str,
    goes_on: bool,  # noqa: FBT001 - a flag
    title: str | None,
    criteria: tuple[str, ...],
) -> None:
    """Show how people split on the panel that every rater of the study NAME gets first."""
    made = None
    with outlet.database.transaction() as session:
        if goes_on:
            norming_results.go_on(session, name, "command line", now(session))
        found = norming_results.of_study(session, name)
        proposed = norming_words.criteria(found, ENGLISH)
        if title is not None:
            asked = criteria or proposed
            made = norming_results.split(session, name, title, asked, now(session))
    told = {**asdict(found), "dividing": found.dividing, "criteria_proposed": proposed}
    outlet.answer({**told, "made": made})
    for line in (
        norming_words.says(found, ENGLISH),
        norming_words.agreement(found, ENGLISH),
        norming_words.progress(found, ENGLISH),
    ):
        if line:
            click.echo(line)
    for split in found.splits:
        said = norming_words.split(split, ENGLISH, is_sealed=found.is_sealed)
        mark = " (divides people)" if split.divides else ""
        click.echo(f"· {cell(split.prompt)}: {said}{mark}")
        for reason in norming_words.reasons(split, ENGLISH, is_sealed=found.is_sealed):
            click.echo(f"    {reason}")
        for note in split.notes:
            click.echo(f"    “{cell(note)}”")
    if made is not None:
        click.echo(f"{made}: created, a draft that asks for these criteria.")
    elif proposal := norming_words.proposal(found, ENGLISH):
        click.echo(f"{proposal} Criteria: {cell(', '.join(proposed)) or 'none yet'}.")
        click.echo(f'Next: evenhand study norming {name} --split "A NEW TITLE"')
