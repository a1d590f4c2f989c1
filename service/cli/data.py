"""Commands that bring data in and take preferences out."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from service import slow_work
from service.cli.context import Outlet
from service.database import now
from service.errors import Invalid
from service.formats import completions, directories, preferences, prompts, sniffing, votes
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exports, imports, vote_imports
from service.usecases.sighted.studies.imports import Imported

KINDS = ("prompts", "completions", "votes")
MOST_ERRORS_SHOWN = 20
MOST_NAMES_SHOWN = 8


@click.command("import")
@click.argument("study")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What the file holds; found out if absent.")
@click.pass_obj
def import_(outlet: Outlet, study: str, file: Path, kind: str | None) -> int:
    """Bring prompts, completions or votes from FILE (JSONL or CSV) into STUDY, each once."""
    with file.open("rb") as stream:
        kind = kind or sniffing.sniff_file(stream, file.name)
    readers: dict[str, tuple[Callable[..., Any], Callable[..., Imported]]] = {
        "prompts": (prompts.read, imports.import_prompts),
        "completions": (completions.read, imports.import_completions),
        "votes": (votes.read, vote_imports.import_votes),
    }
    read, bring_in = readers[kind]
    with file.open("rb") as stream, outlet.database.transaction() as session:
        done = bring_in(session, study, read(stream, file.name), now(session))
        study_id = find(session, study).id
    while slow_work.publish(outlet.database):
        pass
    outlet.ring_ratings(study_id)
    _tell(outlet, kind, done)
    if done.errors and not done.added and not done.unchanged:
        raise Invalid("No row could be used.")
    return 0


@click.command()
@click.argument("study")
@click.option(
    "--format", "shape", type=click.Choice(["trl-dpo"]), default="trl-dpo", expose_value=False
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.pass_obj
def export(outlet: Outlet, study: str, out: Path) -> None:
    """Write the preferences of STUDY as training files into the folder OUT."""
    with outlet.database.transaction() as session:
        study_id = find(session, study).id
        while fold.fold(session, study_id):
            pass
    with outlet.database.reading() as session:
        made = preferences.trl_dpo(
            exports.of_study(session, study), study=study, tool_version=version("evenhand")
        )
    directories.write(out, made.files)
    rows = {name: told["rows"] for name, told in made.manifest["files"].items() if "rows" in told}
    for name, number in rows.items():
        click.echo(f"{out / name}: {number} rows")
    click.echo(f"{out / 'manifest.json'} says what was dropped and why.")


def _tell(outlet: Outlet, kind: str, done: Imported) -> None:
    click.echo(f"{done.added} {kind} added, {done.unchanged} were there already.")
    if done.new_prompts:
        click.echo(f"{done.new_prompts} new prompts.")
    if done.new_configurations:
        shown = ", ".join(done.new_configurations[:MOST_NAMES_SHOWN])
        more = " …" if len(done.new_configurations) > MOST_NAMES_SHOWN else ""
        click.echo(f"{len(done.new_configurations)} new configurations: {shown}{more}")
    if done.errors:
        outlet.errors.print(f"{len(done.errors)} rows could not be used:")
        for error in done.errors[:MOST_ERRORS_SHOWN]:
            outlet.errors.print(f"  line {error.line}: {error.message}", markup=False)
        if len(done.errors) > MOST_ERRORS_SHOWN:
            outlet.errors.print(f"  and {len(done.errors) - MOST_ERRORS_SHOWN} more")
