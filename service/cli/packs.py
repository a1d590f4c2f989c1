"""The commands that pack a whole study into one file and unpack it elsewhere."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import click

from service.cli.context import Outlet
from service.cli.studies import study
from service.errors import Conflict


class FileTaken(Conflict):
    """A file of that name is there; nothing is written over."""


@study.command("pack")
@click.argument("name")
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; NAME.zip in this folder if absent.",
)
@click.pass_obj
def pack(outlet: Outlet, name: str, target: Path | None) -> None:
    """Write all of the study NAME into one file: texts, votes with every revision, leaderboards.

    Raters go on meanwhile. The file is as secret as the study: it says who wrote what.
    """
    from service.usecases.sighted.studies import packing

    place = target or Path(f"{name}.zip")
    if place.exists():
        raise FileTaken(f"There is a {place} already. Name another file by --to FILE.")
    part = place.with_name(f".{place.name}.part")
    try:
        part.touch(mode=0o600)
        with (
            outlet.errors.status("packing …"),
            part.open("wb") as file,
            outlet.database.reading() as session,
        ):
            told = packing.pack(session, name, version("evenhand"), file)
        part.rename(place)
    finally:
        part.unlink(missing_ok=True)
    outlet.answer({"file": place, "rows": told.rows})
    click.echo(f"{place}: {_counted(told.rows)}.")
    click.echo(f"Next, elsewhere: evenhand study unpack {place.name}")


@study.command("unpack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def unpack(outlet: Outlet, file: Path) -> None:
    """Bring the study of FILE into this installation as it was; twice adds nothing.

    On SQLite others wait to write until it is done.
    """
    from service.database import now
    from service.usecases.sighted.lookup import find
    from service.usecases.sighted.studies import packing

    with (
        outlet.errors.status("unpacking …"),
        file.open("rb") as source,
        outlet.database.transaction() as session,
    ):
        told = packing.unpack(session, source, file.name, now(session))
        study_id = find(session, told.name).id
    outlet.answer(told)
    if not told.is_new:
        click.echo(f"{told.name} is here already: nothing was added.")
        return
    outlet.ring_ratings(study_id)
    click.echo(f"{told.name}: {_counted(told.rows)}; every rule holds.")
    if told.is_paused:
        click.echo(
            "It is paused, since answers are still to be generated. When this installation may "
            f"call models for them: evenhand study resume {told.name}"
        )
    click.echo(f"Next: evenhand study status {told.name}")


def _counted(told: Mapping[str, int]) -> str:
    parts = [
        f"{told.get(table, 0):,} {word}"
        for table, word in (
            ("prompt", "prompts"),
            ("completion", "completions"),
            ("rater", "raters"),
            ("vote", "votes with their revisions"),
            ("leaderboard", "leaderboards"),
        )
    ]
    return ", ".join(parts)
