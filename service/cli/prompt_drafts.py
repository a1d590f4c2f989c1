"""The commands about drafts of prompts: ask for one, review it, send it to a model, make a set."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import click

from service.cli import files
from service.cli.context import Outlet
from service.cli.prompt_sets import prompts
from service.cli.terminal import cell
from service.database import now
from service.domain.draft import MOST_SIZE, Decided, DraftState, Reviewed
from service.formats import mapping
from service.reporting import draft_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import drafts, previews, proposing

_BY = "command line"
_RANGE = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_DECIDED = {Decided.KEPT: "+", Decided.DROPPED: "-", Decided.OPEN: " "}


@prompts.command("draft")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--into", required=True, help="A set that gets a version, or the title of a new one.")
@click.option("--size", type=int, default=30, show_default=True, help="How many, up to 200.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, same draft.")
@click.option(
    "--map", "words", multiple=True, metavar="COLUMN=MEANING", help="What a column means."
)
@click.option("--keep", "keeps", is_flag=True, help="Keep all that is proposed, without a review.")
@click.pass_obj
def draft_set(
    outlet: Outlet,
    file: Path,
    into: str,
    size: int,
    seed: int,
    words: tuple[str, ...],
    keeps: bool,  # noqa: FBT001 - a flag
) -> None:
    """Draft prompts from the log of past requests in FILE, without any model."""
    from service import drafting

    content = files.content(file)
    with outlet.database.transaction() as session:
        said = mapping.by_words(
            words, mapping.header(previews.first_rows(file.name, io.BytesIO(content)))
        )
        token = drafts.ask_for_logs(
            session, file.name, content, into, size, _BY, now(session), seed=seed, meanings=said
        )
    drafting.make_due(outlet.database)
    with outlet.database.reading() as session:
        found, items = drafts.of_token(session, token), drafts.items(session, token)
    _refuse_failed(found)
    for line in draft_words.made(found.found, ENGLISH):
        click.echo(line)
    _list(items)
    address = _address(outlet, token)
    told = {
        "draft": token,
        "address": address,
        "prompts": len(items),
        "name": None,
        "version": None,
    }
    outlet.answer(told)
    if not keeps:
        click.echo(
            f"Review it: {address}, or evenhand prompts review {token} --keep 1-{len(items)}"
        )
        return
    with outlet.database.transaction() as session:
        for item in items:
            drafts.decide(session, token, item.position, Decided.KEPT, now(session))
        made = drafts.finish(session, token, _BY, now(session))
    outlet.answer({**told, "name": made.name, "version": made.version})
    click.echo(f"{made.name} is at version {made.version}.")


@prompts.command("propose")
@click.argument("documents", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", required=True, help="A set that gets a version, or the title of a new one.")
@click.option("--model", required=True, help="Such as openai/gpt-5-mini.")
@click.option("--endpoint", help="Where the operator declared one.")
@click.option("--task", default="", help="What prompts are to be about, in some sentences.")
@click.option("--size", type=int, default=30, show_default=True, help="How many, up to 200.")
@click.pass_obj
def propose_set(
    outlet: Outlet,
    documents: tuple[Path, ...],
    into: str,
    model: str,
    endpoint: str | None,
    task: str,
    size: int,
) -> None:
    """Prepare a draft that a model proposes out of DOCUMENTS or a task; nothing is sent yet."""
    from service import drafting

    given = [(place.name, files.content(place)) for place in documents]
    with outlet.database.transaction() as session:
        token = proposing.ask(
            session, into, size, model, _BY, now(session), files=given, task=task, endpoint=endpoint
        )
    drafting.make_due(outlet.database)
    with outlet.database.reading() as session:
        found = drafts.of_token(session, token)
    _refuse_failed(found)
    outlet.answer({"draft": token, "address": _address(outlet, token), **found.found})
    for line in draft_words.to_be_sent(found.found, ENGLISH):
        click.echo(line)
    click.echo(f"Send it: evenhand prompts send {token} --usd {proposing.USUAL_USD}")


@prompts.command("send")
@click.argument("draft")
@click.option("--usd", type=float, required=True, help="The most that it may take, in US dollars.")
@click.pass_obj
def send_draft(outlet: Outlet, draft: str, usd: float) -> None:
    """Have the model of DRAFT asked by a worker, under a cap."""
    with outlet.database.transaction() as session:
        calls = proposing.begin(session, draft, usd, now(session))
    outlet.ring_generation()
    outlet.answer({"draft": draft, "calls": calls})
    click.echo(f"{calls} calls wait for a worker. Then: evenhand prompts review {draft}")


@prompts.command("drafts")
@click.pass_obj
def list_drafts(outlet: Outlet) -> None:
    """List the newest drafts of prompts."""
    with outlet.database.reading() as session:
        found = drafts.every(session)
    outlet.answer(found)
    for each in found:
        state = draft_words.state(each.state, ENGLISH)
        click.echo(f"{each.token}  {each.created_at:%Y-%m-%d}  {cell(each.title)}: {state}")
    if not found:
        click.echo("No draft yet. Make one: evenhand prompts draft FILE --into SET")


@prompts.command("review")
@click.argument("draft")
@click.option("--keep", default="", metavar="NUMBERS", help="Such as 1-12,15; or all.")
@click.option("--drop", default="", metavar="NUMBERS", help="Such as 13,14; or all.")
@click.option("--make", "makes", is_flag=True, help="Make what is kept a version of the set.")
@click.pass_obj
def review_draft(outlet: Outlet, draft: str, keep: str, drop: str, makes: bool) -> None:  # noqa: FBT001 - a flag
    """Show what DRAFT proposes, keep and drop some of it, and make a version of what is kept."""
    with outlet.database.transaction() as session:
        found, items = drafts.of_token(session, draft), drafts.items(session, draft)
        _refuse_failed(found)
        # What is dropped is dropped of what is kept: "--keep all --drop 3".
        for told, decided in ((keep, Decided.KEPT), (drop, Decided.DROPPED)):
            for position in _numbers(told, len(items)):
                drafts.decide(session, draft, position, decided, now(session))
        made = drafts.finish(session, draft, _BY, now(session)) if makes else None
        found, items = drafts.of_token(session, draft), drafts.items(session, draft)
    outlet.answer(
        {
            "draft": draft,
            "address": _address(outlet, draft),
            "state": found.state,
            "name": made.name if made else None,
            "version": made.version if made else None,
            "prompts": items,
        }
    )
    click.echo(f"{cell(found.title)}: {draft_words.state(found.state, ENGLISH)}")
    _list(items)
    if made is not None:
        click.echo(f"{made.name} is at version {made.version}.")


def _list(items: Sequence[Reviewed]) -> None:
    for item in items:
        tags, first = ", ".join(item.prompt.tags), item.prompt.turns[0].strip().split("\n")[0][:100]
        sign = _DECIDED[item.decided]
        where = f"{item.origin.place} [{cell(tags)}]"
        click.echo(f"{sign}{item.position:>4}  from {where} {cell(first)}")
        for doubt in item.doubts:
            click.echo(f"      ! {draft_words.doubt(doubt, ENGLISH)}", err=True)


def _numbers(told: str, most: int) -> list[int]:
    """Return the places that somebody named, as 1-12,15 or all."""
    if told.strip() == "all":
        return list(range(1, most + 1))
    found: list[int] = []
    for part in filter(None, (each.strip() for each in told.split(",")[:MOST_SIZE])):
        matched = _RANGE.fullmatch(part)
        if matched is None:
            raise drafts.DraftInvalid("Name prompts by their numbers, such as 1-12,15, or all.")
        first = int(matched[1])
        found += range(first, int(matched[2] or first) + 1)
    return list(dict.fromkeys(found))


def _refuse_failed(found: drafts.DraftView) -> None:
    if found.state is DraftState.FAILED:
        raise drafts.DraftInvalid(str(found.found["problem"]))


def _address(outlet: Outlet, token: str) -> str:
    return f"{outlet.web_address}/studio/_drafts/{token}"
