"""Commands that bring data in and take preferences out."""

import dataclasses
from pathlib import Path

import click

from service import importing, slow_work
from service.cli import answers
from service.cli.context import Outlet
from service.domain.replacing import TextsDiffer
from service.errors import Invalid
from service.formats import readings, sniffing
from service.formats.shapes import known
from service.usecases.sighted.lookup import find
from service.usecases.sighted.studies.imported import Imported

KINDS = ("prompts", "completions", "votes", "battles")
MOST_ERRORS_SHOWN = 20
MOST_NAMES_SHOWN = 8


@click.command("import", cls=answers.Command)
@click.argument("study")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What the file holds; found out if absent.")
@click.option(
    "--replace", "replaces", is_flag=True, help="Let other texts take the place of those there."
)
@click.option(
    "--map",
    "words",
    multiple=True,
    metavar="COLUMN=MEANING",
    help="What a column means, such as Frage=prompt; the others are left out. Repeatable.",
)
@click.option(
    "--shape", default="", metavar="NAME", help=f"Whose file it is: {', '.join(known.SHAPES)}."
)
@click.option(
    "--configuration",
    "names",
    multiple=True,
    metavar="NAME",
    help="Who answered, where rows do not say; twice for pairs: left, then right.",
)
@click.pass_obj
def import_(
    outlet: Outlet,
    study: str,
    file: Path,
    kind: sniffing.Kind | None,
    replaces: bool,  # noqa: FBT001 - a flag
    words: tuple[str, ...],
    shape: str,
    names: tuple[str, ...],
) -> None:
    """Bring prompts, completions, votes or battles from FILE into STUDY, each once.

    FILE is JSONL, JSON, CSV, TSV, XLSX or Parquet, perhaps packed by gzip. Files of other tools
    are known by their structure; --shape says it where that fails.

    With --map its columns may have any names: prompt,
    messages, prompt_id, context, reference, tags, variable; configuration, answer, answer:NAME
    (of the configuration NAME), sample, latency_ms, latency_s, cost; left, right, winner,
    left_answer, right_answer, rater, time, id. Interrupted, the same command goes on where it
    stopped.
    """
    asked = readings.Asked(kind, words, shape, names)
    reading = readings.of_file(lambda: file.open("rb"), file.name, asked)
    kind = reading.kind
    source = importing.Source(file.name, lambda: file.open("rb"), reading.prepare, reading.said)
    with outlet.errors.status("reading …") as status:
        done = importing.import_file(
            outlet.database,
            study,
            source,
            kind,
            replaces=replaces,
            tell=lambda so_far: status.update(f"{so_far.used + so_far.refused:,} rows"),
        )
        shown = 0
        while number := slow_work.publish(outlet.database):
            shown += number
            status.update(f"{shown:,} answers made fit to show")
    with outlet.database.reading() as session:
        study_id = find(session, study).id
    outlet.ring_ratings(study_id)
    _tell(outlet, kind, done)
    thin = importing.thin_prompts(outlet.database, done)
    if thin:
        click.echo(f"{thin} of these prompts have fewer than two different answers: not dealt.")
    if done.differing:
        raise TextsDiffer(
            f"{done.differing} rows hold other texts than the study and changed nothing. If they "
            f"are corrections, say: evenhand import {study} {file} --replace"
        )
    if done.refused and not done.used:
        raise Invalid("No row could be used.")


def _tell(outlet: Outlet, kind: str, done: Imported) -> None:
    told = {field.name: getattr(done, field.name) for field in dataclasses.fields(done)}
    del told["touched"]  # ids of our own
    outlet.answer({"kind": kind, **told})
    what = "rows" if kind == "battles" else kind
    click.echo(f"{done.added} {what} added, {done.unchanged} were there already.")
    for number, said in (
        (done.filled, "took the place of answers that were empty or had failed."),
        (done.replaced, "replaced: raters get the new texts from now on."),
        (done.new_prompts, "new prompts."),
    ):
        if number:
            click.echo(f"{number} {said}")
    if done.votes_on_replaced:
        click.echo(
            f"{done.votes_on_replaced} votes were given on the replaced texts. They stay with "
            "these and still count; the new texts want votes of their own."
        )
    if done.new_configurations:
        shown = ", ".join(done.new_configurations[:MOST_NAMES_SHOWN])
        more = " …" if len(done.new_configurations) > MOST_NAMES_SHOWN else ""
        click.echo(f"{len(done.new_configurations)} new configurations: {shown}{more}")
    for note in done.told:
        click.echo(note)
    _tell_refused(outlet, done)


def _tell_refused(outlet: Outlet, done: Imported) -> None:
    if done.refused:
        outlet.errors.print(f"{done.refused} rows could not be used:", soft_wrap=True)
        for error in done.errors[:MOST_ERRORS_SHOWN]:
            outlet.errors.print(
                f"  line {error.line}: {error.message}", markup=False, soft_wrap=True
            )
        if done.refused > MOST_ERRORS_SHOWN:
            outlet.errors.print(f"  and {done.refused - MOST_ERRORS_SHOWN} more")
