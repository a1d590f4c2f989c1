"""The command that takes what a rater said out of results, and back in."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.database import now
from service.usecases.sighted.studies import exclusions


@click.command(cls=answers.Command)
@click.argument("study")
@click.argument("rater")
@click.option("--because", default="", help="The reason, which stands beside what is left out.")
@click.option("--lift", is_flag=True, help="Let it count again.")
@click.pass_obj
def exclude(outlet: Outlet, study: str, rater: str, because: str, lift: bool) -> None:  # noqa: FBT001 - a flag
    """Leave what RATER (a pseudonym) has said in STUDY out of results; nothing is deleted."""
    with outlet.database.transaction() as session:
        moment = now(session)
        if lift:
            done = exclusions.lift(session, study, rater, moment)
        else:
            done = exclusions.exclude(session, study, rater, because, moment)
    outlet.answer(done)
    verb = "count again" if lift else "are left out; their places are dealt again"
    click.echo(f"{done.judgements} judgements {verb}.")
    if done.flagged:
        weigh = "weigh again" if lift else "weigh nothing"
        click.echo(f"Their flags, on {done.flagged} matchups, {weigh}.")
