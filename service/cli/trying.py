"""The command `evenhand try`: what configurations answer, before a study opens."""

import random
import time
from typing import TYPE_CHECKING

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.reporting.words import ENGLISH

if TYPE_CHECKING:
    from service.domain.trial import Trial


@click.command("try", cls=answers.Command)
@click.argument("name")
@click.option("--configuration", "wanted", multiple=True, help="One to try; the first ten if none.")
@click.option(
    "--prompts",
    "number",
    type=int,
    default=3,
    show_default=True,
    help="How many, up to 10.",
)
@click.option("--drawn", is_flag=True, help="Draw the prompts by chance; else the first ones.")
@click.option(
    "--usd", type=float, default=0.5, show_default=True, help="What it may take, in US dollars."
)
@click.option("--last", "is_last", is_flag=True, help="Show the last try instead of a new one.")
@click.option("--stop", "is_stop", is_flag=True, help="Make no more calls for the last try.")
@click.pass_obj
def try_(
    outlet: Outlet,
    name: str,
    wanted: tuple[str, ...],
    number: int,
    drawn: bool,  # noqa: FBT001 - a flag
    usd: float,
    is_last: bool,  # noqa: FBT001 - a flag
    is_stop: bool,  # noqa: FBT001 - a flag
) -> None:
    """Try configurations of the study NAME on some prompts; nothing of it is in the study."""
    from service.database import now
    from service.usecases.sighted.studies import trying

    if is_stop:
        with outlet.database.transaction() as session:
            trying.stop(session, name)
    elif not is_last:
        rng = random.SystemRandom() if drawn else None
        with outlet.database.transaction() as session:
            trying.begin(session, name, wanted, number, usd, now(session), rng)
        is_last = not outlet.ring_generation()
    trial = _answered(outlet, name, is_last=is_last or is_stop)
    outlet.answer(trial)
    if trial is None:
        click.echo(f"Nothing was tried yet. Type: evenhand try {name}")
        return
    _tell(outlet, trial)


def _answered(outlet: Outlet, name: str, *, is_last: bool) -> "Trial | None":
    """Return the try once all its answers are there; the last one as it stands."""
    from service.usecases.sighted.studies import trying

    while True:
        with outlet.database.reading() as session:
            trial = trying.last(session, name)
        if trial is None or is_last or not trial.waiting:
            return trial
        time.sleep(1)


def _tell(outlet: Outlet, trial: "Trial") -> None:
    from service.blinding import differences
    from service.reporting import try_words

    for position, (row, said) in enumerate(
        zip(trial.rows, try_words.rows(trial, ENGLISH), strict=True), 1
    ):
        outlet.console.print(f"[bold]{position}. {cell(row.key)}[/bold]")
        for one in said.cells:
            outlet.console.print(f"  [bold]{cell(one.configuration)}[/bold]  {one.figures}")
            for told in (one.leaks, one.problem, one.note):
                if told:
                    outlet.console.print(f"    ! {cell(told)}")
            for turn in one.html:
                click.echo("    " + differences.plain(turn).replace("\n", "\n    "))
    click.echo(try_words.stands(trial, ENGLISH))
