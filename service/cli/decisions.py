"""The command that records what was decided on a leaderboard."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.database import now
from service.reporting import decided
from service.reporting.words import ENGLISH
from service.usecases.sighted.results import decisions


@click.command(cls=answers.Command)
@click.argument("study")
@click.option("--for", "chosen", help="The configuration that was chosen.")
@click.option("--none", "is_none", is_flag=True, help="None of the configurations was chosen.")
@click.option("--by", "who", required=True, help="Who decides: a name, or several.")
@click.option(
    "--because", default="", help="The reason; needed where the leaderboard says otherwise."
)
@click.option("--leaderboard", "number", type=int, help="Its number; the newest one else.")
@click.pass_obj
def decide(
    outlet: Outlet,
    study: str,
    chosen: str | None,
    is_none: bool,  # noqa: FBT001 - a flag
    who: str,
    because: str,
    number: int | None,
) -> None:
    """Record what was decided on the leaderboard of STUDY, which is then kept for good."""
    if (chosen is None) is not is_none:
        raise click.UsageError("Give either --for CONFIGURATION or --none.")
    with outlet.database.transaction() as session:
        made = decisions.decide(
            session, study, number, chosen, who, because, "command line", now(session)
        )
    outlet.answer(made)
    click.echo(decided.sentence(made.chosen, made.decided_by, made.created_at, ENGLISH))
    click.echo(decided.grounds(made.reason, ENGLISH, is_against=made.is_against))
    click.echo(f"{decided.rests_on(made.leaderboard_id, made.digest, ENGLISH)}: kept for good.")
