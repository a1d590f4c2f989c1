"""The commands about a judge's two pools: choose and grade, draw the audit, write files."""

import json
import random
from pathlib import Path

import click

from service.cli.context import Outlet
from service.cli.judges import BY, judge
from service.cli.terminal import cell
from service.database import now
from service.errors import Conflict
from service.reporting import judge_run_words, judge_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import files, gaps, pools
from service.usecases.sighted.judges.files import JudgeFile
from service.usecases.sighted.judges.pools import Source

USUAL = 5


class FileThere(Conflict):
    """A file of that name is there; nothing is written over."""


@judge.command("choose")
@click.argument("study")
@click.argument("name")
@click.option("--number", type=int, default=USUAL, show_default=True)
@click.option(
    "--source",
    type=click.Choice([str(each) for each in Source]),
    default=str(Source.DRAWN),
    show_default=True,
)
@click.option("--prompt", default="", help="The key of a prompt, with --source hand.")
@click.pass_obj
def choose_items(
    outlet: Outlet, study: str, name: str, number: int, source: str, prompt: str
) -> None:
    """Choose matchups that calibrate the judge NAME: drawn, hard, divided, or of one prompt."""
    with outlet.database.transaction() as session:
        rng = random.SystemRandom()
        added = pools.choose(
            session, study, name, Source(source), number, now(session), rng, prompt
        )
    outlet.answer({"added": added})
    click.echo(f"{added} matchups chosen. Next: evenhand judge grade {study} {name}")


@judge.command("grade")
@click.argument("study")
@click.argument("name")
@click.option("--by", "who", default=BY, show_default=True, help="Who grades.")
@click.pass_obj
def grade_items(outlet: Outlet, study: str, name: str, who: str) -> None:
    """Grade what calibrates the judge NAME, blind, from 1 to 5, with a sentence of reason each."""
    from service.blinding import differences

    number = 0
    while True:
        with outlet.database.reading() as session:
            sheet = pools.next_to_grade(session, study, name, who)
        if sheet is None:
            break
        click.echo(f"\n{sheet.done + 1} of {sheet.total}")
        for title, turns in (
            ("Context", (sheet.context,) if sheet.context else ()),
            ("Prompt", sheet.turns),
            ("A", sheet.a),
            ("B", sheet.b),
        ):
            for turn in turns:
                click.echo(f"{title}: {differences.plain(turn)}")
        grades = click.IntRange(1, 5)
        a, b = (click.prompt(f"Grade of {side}, 1 to 5", type=grades) for side in "AB")
        reason = click.prompt("Why, in one sentence")
        with outlet.database.transaction() as session:
            pools.grade(session, study, name, sheet.number, who, (a, b), reason, now(session))
        number += 1
    with outlet.database.reading() as session:
        for one in pools.graded(session, study, name):
            a, b = one.grades
            click.echo(cell(f"{one.number}: {one.prompt}, {a} and {b}, {one.reason}"))
    outlet.answer({"graded": number})
    click.echo(f"{number} graded, none is left. Next: evenhand judge run {study} {name}")


@judge.command("audit")
@click.argument("study")
@click.argument("name")
@click.option("--draw", "number", type=int, help="Draw so many more; else say how far it is.")
@click.pass_obj
def draw_audit(outlet: Outlet, study: str, name: str, number: int | None) -> None:
    """Draw matchups at random that measure the judge NAME and are never shown to it."""
    with outlet.database.transaction() as session:
        if number is None:
            stands = pools.stands(session, study, name)
        else:
            rng = random.SystemRandom()
            stands = pools.draw_audit(session, study, name, number, now(session), rng)
    outlet.answer(stands)
    if number is not None:
        click.echo(f"{stands.added} drawn.")
    items = {"calibration": 0, "graded": 0, "audit": stands.items}
    click.echo(judge_run_words.pools(items, stands.voted, ENGLISH)[1])
    click.echo(judge_words.pools(ENGLISH))


@judge.command("gaps")
@click.argument("study")
@click.argument("name")
@click.pass_obj
def show_gaps(outlet: Outlet, study: str, name: str) -> None:
    """Show where graders agree and the judge NAME does not, with clauses for its rubric."""
    with outlet.database.reading() as session:
        found = gaps.of(session, study, name)
    outlet.answer(found)
    if not found:
        click.echo("No gap was found among what was graded.")
    for gap in found:
        click.echo(cell(judge_run_words.gap(gap, ENGLISH)))
        click.echo(cell(f"  {judge_run_words.clause(gap, ENGLISH)}"))


@judge.command("export")
@click.argument("study")
@click.argument("name")
@click.option(
    "--what",
    type=click.Choice([str(each) for each in JudgeFile]),
    default=str(JudgeFile.CALIBRATION),
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, NAME-WHAT.jsonl if absent.",
)
@click.pass_obj
def export_items(outlet: Outlet, study: str, name: str, what: str, out: Path | None) -> None:
    """Write a pool of the judge NAME, or data that align a judge of MLflow, as JSON lines."""
    place = out or Path(f"{name}-{what}.jsonl")
    if place.exists():
        raise FileThere(f"There is a {place} already. Name another file by --out FILE.")
    with outlet.database.reading() as session:
        found = list(files.rows(session, study, name, JudgeFile(what)))
    outlet.answer({"file": place, "rows": len(found)})
    place.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found))
    click.echo(f"{place}: {len(found)} lines.")
