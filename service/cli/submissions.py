"""The command that lists prompts that raters suggested, takes them and declines them."""

import click
from rich.table import Table

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.domain.submission import SubmissionState
from service.reporting import doubt_words, submission_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import doubts, submissions

_BY = "command line"
_SHOWN = 200
_NUMBER = click.IntRange(0, 2_147_483_647)


@click.command("submissions", cls=answers.Command)
@click.argument("study")
@click.option(
    "--state",
    type=click.Choice([each.value for each in SubmissionState]),
    help="Only what stands so.",
)
@click.option("--after", type=_NUMBER, default=0, help="Only what has a larger number.")
@click.option("--accept", type=_NUMBER, multiple=True, help="Take this number. Repeatable.")
@click.option("--decline", type=_NUMBER, multiple=True, help="Decline this number. Repeatable.")
@click.option("--because", default="", help="Why those are declined; raters never read it.")
@click.option("--tag", "tags", multiple=True, help="A tag of what is taken. Repeatable.")
@click.option("--text", help="What the one that is taken becomes.")
@click.pass_obj
def show_submissions(
    outlet: Outlet,
    study: str,
    state: str | None,
    after: int,
    accept: tuple[int, ...],
    decline: tuple[int, ...],
    because: str,
    tags: tuple[str, ...],
    text: str | None,
) -> None:
    """Show prompts that raters of STUDY suggested; take some into the study, decline others."""
    if accept or decline:
        _decide(outlet, study, accept, decline, because, tags, text)
        return
    wanted = None if state is None else SubmissionState(state)
    with outlet.database.reading() as session:
        found = submissions.of_study(session, study, wanted, after)
    outlet.answer(found)
    if not found:
        click.echo("There are none of these.")
        return
    table = Table("Number", "Prompt", "Rater", "Standing", "Look at", box=None)
    for one in found:
        standing = submission_words.state(SubmissionState(one.state), ENGLISH)
        doubts = " ".join(submission_words.doubt(each, ENGLISH) for each in one.doubts)
        cells = (one.text[:_SHOWN], one.pseudonym, standing, doubts)
        table.add_row(str(one.number), *map(cell, cells))
    outlet.console.print(table)
    if len(found) == submissions.PAGE:
        click.echo(f"There may be more: --after {found[-1].number} shows them.")


def _decide(
    outlet: Outlet,
    study: str,
    accept: tuple[int, ...],
    decline: tuple[int, ...],
    because: str,
    tags: tuple[str, ...],
    text: str | None,
) -> None:
    taken, declined = submissions.Accepted(0, 0), 0
    with outlet.database.transaction() as session:
        if accept:
            taken = submissions.accept(session, study, accept, tags, _BY, now(session), text)
        if decline:
            declined = submissions.decline(session, study, decline, _BY, now(session), because)
    if taken.prompts:
        outlet.ring_generation()
    with outlet.database.reading() as session:
        found = doubts.of_suggestions(session, study) if accept else ()
    for each in found:
        click.echo(f"Note: {doubt_words.told(each, ENGLISH)}", err=True)
    told = {"prompts": taken.prompts, "settled": taken.settled, "declined": declined}
    outlet.answer(told)
    if accept:
        click.echo(submission_words.accepted(taken.prompts, taken.settled, ENGLISH))
    if decline:
        click.echo(submission_words.declined(declined, ENGLISH))
