"""The commands that make a judge, run it, and show what it said and took."""

import random
import time
from typing import TYPE_CHECKING

import click
from rich.table import Table

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import cell
from service.database import now
from service.domain.budget import Cap
from service.domain.configuration import Price
from service.domain.judge_question import JudgeInvalid, Scale
from service.reporting import judge_run_words, judge_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import asking, making, progress
from service.usecases.sighted.judges.making import JudgeTold

if TYPE_CHECKING:
    from service.usecases.sighted.judges.progress import JudgeView

BY = "command line"


@click.group(cls=answers.Group)
def judge() -> None:
    """Let a model judge matchups of a study in one criterion, calibrated and measured by people."""


@judge.command("list")
@click.argument("study")
@click.pass_obj
def list_judges(outlet: Outlet, study: str) -> None:
    """List the judges of STUDY."""
    with outlet.database.reading() as session:
        found = making.every(session, study)
    outlet.answer(found)
    if not found:
        click.echo(
            f"{study} has no judge yet. Make one: evenhand judge create {study} NAME "
            "--criterion TEXT --model MODEL --usd 5"
        )
        return
    table = Table("Judge", "Criterion", "Model", box=None, header_style="dim")
    for title in ("Version", "Verdicts", "Waiting", "Spent"):
        table.add_column(title, justify="right")
    for each in found:
        figures = (each.version, each.judged, each.waiting)
        spent = ENGLISH.money(each.spent)
        told = (cell(each.name), cell(each.criterion), cell(each.model))
        table.add_row(*told, *map(str, figures), spent)
    outlet.console.print(table)


@judge.command("create")
@click.argument("study")
@click.argument("name")
@click.option("--criterion", required=True, help="The one thing that it judges by.")
@click.option("--model", required=True, help="Such as openai/gpt-4o-mini.")
@click.option("--endpoint", help="Where the operator declared one.")
@click.option("--rubric", default="", help="What the criterion means, in your words.")
@click.option("--verdict-only", is_flag=True, help="No grades beside the verdict.")
@click.option("--usd", type=float, help="The most that it may take in all, in US dollars.")
@click.option("--calls", type=int, help="The most calls, where its price is not known.")
@click.option("--tokens", type=int, help="The most tokens, where its price is not known.")
@click.option("--price", nargs=2, type=float, help="USD per million tokens read, and written.")
@click.pass_obj
def create_judge(
    outlet: Outlet,
    study: str,
    name: str,
    criterion: str,
    model: str,
    endpoint: str | None,
    rubric: str,
    verdict_only: bool,  # noqa: FBT001 - a flag
    usd: float | None,
    calls: int | None,
    tokens: int | None,
    price: tuple[float, float] | None,
) -> None:
    """Make a judge NAME of STUDY: a model, one criterion, and a cap of its own."""
    told = JudgeTold(
        criterion=criterion,
        model=model,
        endpoint=endpoint,
        rubric=rubric,
        scale=Scale.VERDICT if verdict_only else Scale.GRADES,
        price=Price(*price) if price else None,
    )
    with outlet.database.transaction() as session:
        making.create(session, study, name, told, Cap(usd, calls, tokens), BY, now(session))
        view = progress.of(session, study, name)
    outlet.answer({"name": name, "version": 1})
    click.echo(f"Judge {name}, version 1. {judge_words.pools(ENGLISH)}")
    if view.kin:
        click.echo(judge_run_words.kin(view.kin, ENGLISH))
    click.echo(f"Next: evenhand judge choose {study} {name}")


@judge.command("edit")
@click.argument("study")
@click.argument("name")
@click.option("--criterion", help="Unchanged if absent.")
@click.option("--model", help="Unchanged if absent.")
@click.option("--endpoint", help="Unchanged if absent.")
@click.option("--rubric", help="Unchanged if absent.")
@click.option("--examples", help="Numbers of graded items, with commas; unchanged if absent.")
@click.option("--usd", type=float, help="Set the cap instead, in US dollars.")
@click.option("--calls", type=int, help="Set the cap instead, in calls.")
@click.option("--tokens", type=int, help="Set the cap instead, in tokens.")
@click.pass_obj
def edit_judge(
    outlet: Outlet,
    study: str,
    name: str,
    criterion: str | None,
    model: str | None,
    endpoint: str | None,
    rubric: str | None,
    examples: str | None,
    usd: float | None,
    calls: int | None,
    tokens: int | None,
) -> None:
    """Make the next version of the judge NAME, or set its cap; what was judged stays judged."""
    told = (criterion, model, endpoint, rubric, examples)
    is_cap = any(each is not None for each in (usd, calls, tokens))
    if is_cap == any(each is not None for each in told):
        raise JudgeInvalid("Say what is to change: the judge itself, or its cap.")
    with outlet.database.transaction() as session:
        moment = now(session)
        if is_cap:
            freed = making.set_cap(session, study, name, Cap(usd, calls, tokens), moment)
        else:
            view = progress.of(session, study, name)
            number = making.edit(session, study, name, _edited(view, *told), BY, moment)
    if not is_cap:
        outlet.answer({"name": name, "version": number})
        click.echo(f"Judge {name}, version {number}. Next: evenhand judge run {study} {name}")
        return
    outlet.answer({"name": name, "resumed": freed})
    click.echo(f"The cap is set; {freed} calls that had stopped go on.")
    if freed:
        outlet.ring_generation()


def _edited(
    view: "JudgeView",
    criterion: str | None,
    model: str | None,
    endpoint: str | None,
    rubric: str | None,
    examples: str | None,
) -> JudgeTold:
    newest = view.newest
    chosen = newest.examples if examples is None else _numbers(examples)
    return JudgeTold(
        criterion=view.criterion if criterion is None else criterion,
        model=newest.model if model is None else model,
        endpoint=(newest.endpoint if endpoint is None else endpoint) or None,
        rubric=newest.rubric if rubric is None else rubric,
        scale=Scale(newest.scale),
        examples=chosen,
        # What another model costs is not what this one does.
        price=Price(*newest.price) if newest.price and model in {None, newest.model} else None,
    )


def _numbers(told: str) -> tuple[int, ...]:
    parts = [part.strip() for part in told.split(",") if part.strip()]
    if not all(part.isdecimal() and len(part) < 10 for part in parts):  # noqa: PLR2004 - no id is
        raise JudgeInvalid("Examples are numbers of graded items, such as 3,5,8.")
    return tuple(map(int, parts))


@judge.command("run")
@click.argument("study")
@click.argument("name")
@click.option(
    "--matchups",
    "wanted",
    type=int,
    default=200,
    show_default=True,
    help="How many new ones, up to 1000; 0 lets what stopped go on.",
)
@click.option("--wait", "is_waiting", is_flag=True, help="Wait until all are judged.")
@click.pass_obj
def run_judge(
    outlet: Outlet,
    study: str,
    name: str,
    wanted: int,
    is_waiting: bool,  # noqa: FBT001 - a flag
) -> None:
    """Put matchups before the judge NAME, in both orders: its two pools first, then drawn ones."""
    with outlet.database.transaction() as session:
        rng = random.SystemRandom()
        asked = asking.ask(session, study, name, wanted, now(session), rng)
    outlet.answer(asked)
    click.echo(f"{asked.matchups} matchups to judge, two calls each.")
    if asked.again:
        click.echo(f"{asked.again} calls that had stopped or failed are made again.")
    if asked.seen:
        click.echo(
            f"{asked.seen} were left out: the judge has seen them as examples, and what it has "
            "seen measures nothing."
        )
    is_heard = outlet.ring_generation()
    while is_waiting and is_heard:
        with outlet.database.reading() as session:
            view = progress.of(session, study, name)
        if not view.is_moving:
            break
        time.sleep(1)
    click.echo(f"Next: evenhand judge show {study} {name}")


@judge.command("pause")
@click.argument("study")
@click.argument("name")
@click.pass_obj
def pause_judge(outlet: Outlet, study: str, name: str) -> None:
    """Have the judge NAME rest; calls that run are finished."""
    with outlet.database.transaction() as session:
        making.pause(session, study, name, is_paused=True)
    outlet.answer({"name": name, "is_paused": True})
    click.echo(f"Next: evenhand judge resume {study} {name}")


@judge.command("resume")
@click.argument("study")
@click.argument("name")
@click.pass_obj
def resume_judge(outlet: Outlet, study: str, name: str) -> None:
    """Let the judge NAME go on, whatever held it up."""
    with outlet.database.transaction() as session:
        making.pause(session, study, name, is_paused=False)
    outlet.answer({"name": name, "is_paused": False})
    outlet.ring_generation()
    click.echo(f"Next: evenhand judge show {study} {name}")


@judge.command("show")
@click.argument("study")
@click.argument("name")
@click.pass_obj
def show_judge(outlet: Outlet, study: str, name: str) -> None:
    """Show how far the judge NAME is, what it took, and how far it may be trusted."""
    with outlet.database.reading() as session:
        view = progress.of(session, study, name)
    outlet.answer(view)
    newest = view.newest
    click.echo(cell(f"{view.name}: {view.criterion}"))
    click.echo(cell(f"Version {newest.number}, {newest.model}, {newest.fingerprint[:12]}"))
    for line in judge_run_words.calls(newest.calls, ENGLISH):
        click.echo(line)
    click.echo(judge_run_words.spent(view.spent, view.cap, ENGLISH))
    for line in judge_run_words.pools(view.items, view.audit.voted, ENGLISH):
        click.echo(line)
    for error, message, number in view.failures:
        click.echo(cell(f"{number} × {error}: {message}"), err=True)
    for line in (view.rests_because, judge_run_words.kin(view.kin, ENGLISH)):
        if line:
            click.echo(cell(line), err=True)
    _tell_report(outlet, view)
    if view.is_paused:
        click.echo(f"It rests. Next: evenhand judge resume {study} {name}")


def _tell_report(outlet: Outlet, view: "JudgeView") -> None:
    """Say how far the judge may be trusted, as known now; nothing while the study is sealed."""
    from service.usecases.sighted.judges import evidence, report

    if view.is_sealed:
        click.echo("The study is sealed: what the judge said is shown at its stop rule.")
        return
    with outlet.database.reading() as session:
        known = evidence.of(session, view.study, view.name)
    found = report.compute(known)
    click.echo(judge_words.headline(found, ENGLISH))
    for line in judge_words.lines(found, ENGLISH):
        click.echo(cell(f"{line.name} ({line.word}): {' '.join(line.said)}"))
