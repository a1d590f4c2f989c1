"""The commands about prompt sets: list them, show one, take prompts in, and write them out."""

import io
from pathlib import Path

import click
from rich.table import Table

from service.cli import answers, files
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.domain.prompt_set import Chosen
from service.formats import mapping
from service.reporting import set_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import previews, prompt_sets, set_files, taking

MOST_SHOWN = 20
_BY = "command line"


@click.group(cls=answers.Group)
def prompts() -> None:
    """Keep prompts in named sets with versions, for studies to use."""


@prompts.command("list")
@click.pass_obj
def list_sets(outlet: Outlet) -> None:
    """List all prompt sets with their newest version."""
    with outlet.database.reading() as session:
        found = prompt_sets.every(session)
    outlet.answer(found)
    if not found:
        click.echo("No prompt set yet. Make one: evenhand prompts import NAME FILE")
        return
    table = Table("Set", "Title", box=None, header_style="dim")
    for title in ("Version", "Prompts", "Studies"):
        table.add_column(title, justify="right")
    for each in found:
        numbers = (each.newest.number, each.newest.prompts, each.studies)
        table.add_row(cell(each.name), cell(each.title), *map(str, numbers))
    outlet.console.print(table)


@prompts.command("show")
@click.argument("name")
@click.option("--version", "number", type=int, help="The newest one else.")
@click.option("--against", type=int, help="Say what changed since this version.")
@click.pass_obj
def show_set(outlet: Outlet, name: str, number: int | None, against: int | None) -> None:
    """Show the versions of the set NAME, and the first prompts of one."""
    with outlet.database.reading() as session:
        found = prompt_sets.of_name(session, name)
        used = prompt_sets.version_of(session, name, number)
        shown = prompt_sets.prompts_of(session, name, used.version, most=MOST_SHOWN)
        changed = (
            None if against is None else prompt_sets.compare(session, name, against, used.version)
        )
    outlet.answer(
        {
            "name": name,
            "versions": found.versions,
            "version": used.version,
            "digest": used.digest,
            "prompts": shown,
            "since": changed,
        }
    )
    for each in found.versions:
        origin = set_words.origin(each.origin, ENGLISH)
        note = f": {each.note}" if each.note else ""
        when = f"{each.created_at:%Y-%m-%d}"
        click.echo(cell(f"Version {each.number}, {when}: {each.prompts} prompts, {origin}{note}"))
    this = next(each for each in found.versions if each.number == used.version)
    for line in set_words.doubts(this.doubts, ENGLISH):
        click.echo(f"Note: {cell(line)}", err=True)
    if changed is not None:
        click.echo(f"Since version {against}: {set_words.change(changed, ENGLISH)}")
    click.echo(f"Version {used.version}, SHA-256 {used.digest}:")
    for prompt in shown:
        first = prompt.turns[0].strip().split("\n")[0][:100]
        click.echo(f"  {cell(prompt.handle)}: {cell(first)}")
    if this.prompts > MOST_SHOWN:
        click.echo(f"  and {this.prompts - MOST_SHOWN} more")


@prompts.command("import")
@click.argument("name")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from-study", "study", help="A study whose prompts are taken, in place of a file.")
@click.option(
    "--only",
    type=click.Choice([each.value for each in Chosen]),
    default="all",
    help="Which of the study's, by what was voted on them.",
)
@click.option(
    "--map", "words", multiple=True, metavar="COLUMN=MEANING", help="What a column means."
)
@click.option("--add", "adds", is_flag=True, help="Keep what the newest version has.")
@click.option("--note", default="", help="What is new in this version.")
@click.pass_obj
def import_set(
    outlet: Outlet,
    name: str,
    file: Path | None,
    study: str | None,
    only: str,
    words: tuple[str, ...],
    adds: bool,  # noqa: FBT001 - a flag
    note: str,
) -> None:
    """Make the set NAME, or its next version, of the prompts in FILE."""
    if (file is None) is (study is None):
        raise click.UsageError("Give either FILE or --from-study STUDY.")
    with outlet.database.transaction() as session:
        if study is not None:
            found, origin = taking.from_study(session, study, Chosen(only))
            bad: tuple[str, ...] = ()
            own = taking.suggested(session, study)
        else:
            own = {}
            place = file or Path()
            content = files.content(place)
            said = mapping.by_words(
                words, mapping.header(previews.first_rows(place.name, io.BytesIO(content)))
            )
            read = set_files.read(session, place.name, content, said if words else None)
            found, origin, bad = list(read.prompts), read.origin, read.bad
        if any(each.name == name for each in prompt_sets.every(session)):
            kept = prompt_sets.prompts_of(session, name) if adds else []
            made = prompt_sets.add_version(
                session, name, [*kept, *found], origin, note, _BY, now(session), origins=own
            )
        else:
            made = prompt_sets.make(session, name, found, origin, _BY, now(session), own)
    outlet.answer({"name": made.name, "version": made.version, "refused": bad})
    for line in bad:
        click.echo(f"Note: line {cell(line)}", err=True)
    click.echo(f"{made.name} is at version {made.version}.")


@prompts.command("export")
@click.argument("name")
@click.option("--version", "number", type=int, help="The newest one else.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A new JSONL file.")
@click.pass_obj
def export_set(outlet: Outlet, name: str, number: int | None, out: Path | None) -> None:
    """Print a version of the set NAME with one JSON object a line, or write it to a file."""
    with outlet.database.reading() as session:
        prompts_of_it = prompt_sets.prompts_of(session, name, number)
    text = set_files.written(prompts_of_it)
    outlet.answer({"prompts": len(prompts_of_it), "file": out, "text": None if out else text})
    if out is None:
        click.echo(text, nl=False)
    else:
        files.write_new(out, text.encode())
        click.echo(f"{out} is written.")
