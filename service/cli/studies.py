"""Commands of the researcher: apply a study file, open, watch, close."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.errors import Invalid
from service.reporting.words import ENGLISH

if TYPE_CHECKING:
    from datetime import datetime

    from service.usecases.sighted.studies import applying, overviews

MOST_FAILURES_SHOWN = 20
_DONE = ("ready", "failed", "quarantined", "blocked")


@click.group(cls=answers.Group)
def study() -> None:
    """Set up studies from files and run them."""


@study.command("apply")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--open", "then_open", is_flag=True, help="Open the study at once.")
@click.pass_obj
def apply_file(outlet: Outlet, file: Path, then_open: bool) -> None:  # noqa: FBT001 - a flag
    """Create or update a study from FILE; applying twice changes nothing."""
    from service import importing
    from service.cli import files
    from service.formats import study_file

    text = files.text(file)
    told = study_file.read(
        text,
        file.name,
        files.text_below(file.parent),
        files.below(file.parent),
        files.sets_in(outlet.database),
    )
    applied = importing.apply_file(outlet.database, told)
    outlet.answer(applied)
    if applied.did_nothing:
        click.echo(f"{applied.name}: nothing changed.")
    else:
        click.echo(
            f"{applied.name}: {'created' if applied.created else 'updated'}. {_said(applied)}"
        )
    if told.collections:
        number = sum(len(each.documents) for each in told.collections)
        click.echo(f"{number:,} documents to retrieve from.")
    for doubt in applied.doubts:
        click.echo(f"Note: {doubt}", err=True)
    _tell_variety(outlet, applied.name)
    _tell_doubts(outlet, applied.name)
    if applied.pending:
        outlet.ring_generation()
    if then_open:
        _open(outlet, applied.name)
    elif applied.created:
        click.echo(f"Next: evenhand study open {applied.name}")


@study.command("open")
@click.argument("name")
@click.pass_obj
def open_study(outlet: Outlet, name: str) -> None:
    """Open the study NAME: generate what is missing and let raters in."""
    _open(outlet, name)


@study.command("estimate")
@click.argument("name")
@click.option("--raters", type=click.IntRange(1, 10_000), help="How many people will rate.")
@click.option(
    "--tell",
    type=click.IntRange(51, 95),
    default=60,
    show_default=True,
    help="What shall be told apart, in votes of a hundred for the better one.",
)
@click.pass_obj
def estimate(outlet: Outlet, name: str, raters: int | None, tell: int) -> None:
    """Show what generating may take, and what the plan can tell apart; nothing is called."""
    from rich.table import Table

    from service.reporting import plan_words
    from service.usecases.sighted.generation import estimates
    from service.usecases.sighted.studies import plans

    with outlet.database.reading() as session:
        dry_run = estimates.estimate(session, name)
        plan = plans.of_study(session, name, raters, tell / 100)
    outlet.answer({"estimate": dry_run, "plan": plan})
    table = Table("Configuration", "Model", box=None, header_style="dim")
    for title in ("Calls", "Tokens at most", "Cost at most"):
        table.add_column(title, justify="right")
    for row in dry_run.rows:
        cost = ENGLISH.money(row.cost)
        table.add_row(
            cell(row.configuration),
            cell(row.model or "imported"),
            f"{row.calls:,}",
            f"{row.tokens:,}",
            cost,
        )
    outlet.console.print(table)
    unknown = f", and unknown for {', '.join(dry_run.unknown)}" if dry_run.unknown else ""
    click.echo(
        f"Together at most {dry_run.calls:,} calls and {ENGLISH.money(dry_run.cost)}{unknown}."
    )
    if dry_run.is_store_unasked:
        click.echo("So many that the store is not asked beforehand; what it answers costs nothing.")
    if dry_run.reused:
        click.echo(f"{dry_run.reused:,} calls more were made before and come from the store.")
    if plan is not None:
        for sentence in (*plan_words.sentences(plan, ENGLISH), *plan_words.notes(plan, ENGLISH)):
            click.echo(sentence)
    _tell_doubts(outlet, name)


@study.command("list")
@click.pass_obj
def list_studies(outlet: Outlet) -> None:
    """List all studies."""
    from rich.table import Table

    from service.usecases.sighted.studies import overviews

    with outlet.database.reading() as session:
        found = overviews.every(session)
    outlet.answer(found)
    if not found:
        click.echo("No study yet. Write a study file and run: evenhand study apply study.yaml")
        return
    table = Table("Study", "State", box=None, header_style="dim")
    for title in ("Prompts", "Configurations", "Ready", "Votes", "Raters"):
        table.add_column(title, justify="right")
    for row in found:
        table.add_row(
            cell(row.name),
            row.state,
            str(row.prompts),
            str(row.configurations),
            f"{row.completions_ready}/{row.completions_total}",
            f"{row.votes}{_counted_at(row.votes_as_of)}",
            str(row.raters),
        )
    outlet.console.print(table)


@study.command("status")
@click.argument("name")
@click.option("--watch", is_flag=True, help="Stay until everything is generated.")
@click.pass_obj
def status(outlet: Outlet, name: str, watch: bool) -> None:  # noqa: FBT001 - a flag
    """Show how far generation and rating are."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    view = _view(outlet, name)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=outlet.console,
        disable=not outlet.console.is_terminal,
    ) as bar:
        line = bar.add_task("completions", total=view.completions_total or None)
        while True:
            bar.update(line, completed=view.completions_ready, total=view.completions_total or None)
            if not watch or view.state != "open" or _settled(view) >= view.completions_total:
                break
            time.sleep(1)
            view = _view(outlet, name)
    outlet.answer(view)
    _tell_status(view)
    _tell_variety(outlet, name)
    if view.state != "closed":
        _tell_doubts(outlet, name)


@study.command("close")
@click.argument("name")
@click.pass_obj
def close(outlet: Outlet, name: str) -> None:
    """Close the study NAME for good."""
    from service.database import now
    from service.usecases.sighted.studies import opening

    with outlet.database.transaction() as session:
        opening.close_study(session, name, now(session))
    outlet.answer({"name": name, "state": "closed"})
    click.echo(f"{name} is closed.")


@study.command("file")
@click.argument("name")
@click.option(
    "--to",
    "place",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder for study.yaml and the documents beside it.",
)
@click.pass_obj
def write_file(outlet: Outlet, name: str, place: Path | None) -> None:
    """Print the file that makes the study NAME, or write it into a folder."""
    from service.cli import files
    from service.formats import study_writer
    from service.usecases.sighted.studies import filing

    with outlet.database.reading() as session:
        told = filing.file_of(session, name)
    outlet.answer({"folder": place, "definition": study_writer.told(told)})
    if place is not None:
        files.write_folder(place, study_writer.folder(told))
        click.echo(f"Next: evenhand study apply {place / study_writer.STUDY}")
    elif told.collections:
        raise Invalid("This study has documents beside its file: name a new folder by --to FOLDER.")
    else:
        click.echo(study_writer.text(study_writer.told(told)), nl=False)


@study.command("duplicate")
@click.argument("name")
@click.argument("title")
@click.pass_obj
def duplicate(outlet: Outlet, name: str, title: str) -> None:
    """Make a draft called TITLE as the study NAME is set up, with answers imported there."""
    from service.database import now
    from service.usecases.sighted.studies import filing

    with outlet.database.transaction() as session:
        made = filing.duplicate(session, name, title, now(session))
    outlet.answer({"name": made})
    click.echo(f"{made}: created, a draft.")
    click.echo(f"Next: evenhand study open {made}")


@study.command("schema")
@click.pass_obj
def schema(outlet: Outlet) -> None:
    """Print the JSON Schema of study files, for editors."""
    from service.formats import study_file

    outlet.answer(study_file.schema())
    click.echo(json.dumps(study_file.schema(), indent=2))


def _open(outlet: Outlet, name: str) -> None:
    from service.database import now
    from service.usecases.sighted.studies import opening

    with outlet.database.transaction() as session:
        opened = opening.open_study(session, name, now(session))
    if opened.pending:
        outlet.ring_generation()
    outlet.answer(opened)
    click.echo(f"{opened.name} is open; {opened.pending} completions to generate.")
    _tell_variety(outlet, opened.name)
    click.echo(
        f"Next: evenhand study status {opened.name} --watch, then evenhand invite {opened.name}"
    )


def _tell_doubts(outlet: Outlet, name: str) -> None:
    from service.reporting import doubt_words
    from service.usecases.sighted.studies import doubts

    with outlet.database.reading() as session:
        found = doubts.of_study(session, name)
    for doubt in found:
        click.echo(f"Note: {doubt_words.told(doubt, ENGLISH)}", err=True)


def _view(outlet: Outlet, name: str) -> "overviews.StudyView":
    from service.usecases.sighted.studies import overviews

    with outlet.database.reading() as session:
        return overviews.study(session, name)


def _tell_variety(outlet: Outlet, name: str) -> None:
    """Say where there is nothing to judge, since texts look the same."""
    from service.reporting import sameness
    from service.usecases.sighted.studies import variety

    with outlet.database.reading() as session:
        found = variety.of_study(session, name)
    for note in sameness.notes(found.alike, found.alone, ENGLISH):
        click.echo(f"Note: {note}", err=True)


def _tell_status(view: "overviews.StudyView") -> None:
    states = ", ".join(f"{number} {state}" for state, number in sorted(view.states.items()))
    paused = " and paused" if view.is_paused else ""
    click.echo(f"{view.name} is {view.state}{paused}: {states or 'nothing to generate yet'}.")
    for each in view.configurations:
        if each.paused_because:
            click.echo(f"  {each.name} is paused: {each.paused_because}")
        if each.resting_because:
            click.echo(f"  {each.name} rests: {each.resting_because}")
        if each.waiting_until and not each.paused_because:
            until = ENGLISH.moment(each.waiting_until)
            click.echo(f"  {each.name} is waiting for the provider until {until}.")
        if each.one_off_cost is not None:
            click.echo(
                f"  {each.name} cost {ENGLISH.money(each.one_off_cost)} once, besides its calls."
            )
    if view.is_stuck:
        click.echo(
            "Nothing can be rated: no prompt has two answers. Mend what is named below, then: "
            f"evenhand study retry {view.name}"
        )
    if view.calls_reused:
        saved = f", which saved {ENGLISH.money(view.saved)}" if view.saved else ""
        click.echo(f"{view.calls_reused:,} calls were answered from the store{saved}.")
    _tell_budget(view.budget)
    voted = f"{view.votes} votes{_counted_at(view.votes_as_of)} by {view.people} raters"
    click.echo(f"{voted}; {view.places_open} places open.")
    for failure in view.failures[:MOST_FAILURES_SHOWN]:
        where = f"{failure.prompt_key} by {failure.configuration}"
        click.echo(f"  {where}: {failure.error_class}: {failure.message}")


def _tell_budget(budget: "overviews.BudgetView") -> None:
    cap = "no cap in money" if budget.left is None else f"{ENGLISH.money(budget.left)} left"
    money = f"{ENGLISH.money(budget.spent)} spent, {ENGLISH.money(budget.held)} held, {cap}"
    calls = _of(budget.spent_calls, budget.cap_calls, "calls")
    click.echo(f"{money}; {calls}, {_of(budget.spent_tokens, budget.cap_tokens, 'tokens')}.")
    if budget.unknown:
        click.echo(f"{budget.unknown} completions of unknown price are not in these sums.")
    if budget.maybe_paid:
        click.echo(f"{budget.maybe_paid} calls ended without an answer and may have been charged.")


def _counted_at(moment: "datetime | None") -> str:
    """Return when votes were counted, "" for just now."""
    return "" if moment is None else f" (counted at {ENGLISH.moment(moment)})"


def _of(spent: int, cap: int | None, what: str) -> str:
    return f"{spent:,} {what}" if cap is None else f"{spent:,} of {cap:,} {what}"


def _settled(view: "overviews.StudyView") -> int:
    return sum(view.states.get(state, 0) for state in _DONE)


def _said(applied: "applying.Applied") -> str:
    parts = []
    if applied.added_prompts:
        parts.append(f"{applied.added_prompts} prompts added")
    if applied.added_configurations:
        parts.append(f"configurations added: {', '.join(applied.added_configurations)}")
    if applied.retired:
        parts.append(f"retired: {', '.join(applied.retired)}")
    if applied.changed:
        parts.append(f"changed: {', '.join(applied.changed)}")
    if applied.pending:
        parts.append(f"{applied.pending} completions to generate")
    return "; ".join(parts) + ("." if parts else "")
