"""Views of drafts of prompts: ask for one, see it made, review it prompt by prompt, keep it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain import draft
from service.domain.draft import Decided, Difficulty
from service.errors import ServiceError
from service.reporting import draft_words, set_words
from service.usecases.sighted.generation import reach
from service.usecases.sighted.studies import drafts, prompt_sets, proposing
from service.usecases.sighted.studies.drafts import DraftInvalid
from service.web import errors, forms, languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_MONEY = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")
_LONGEST = 900_000
_MOST_MINUTES = 24 * 60
_MOST_TURNS = 100


@studio.get("/studio/_drafts/")
@access.role("viewer")
def list_drafts() -> str:
    """List drafts of prompts, with forms to ask for one."""
    return _list_page()


@studio.post("/studio/_drafts/upload")
@access.role("researcher")
def ask_for_draft() -> AnyResponse:
    """Ask for a draft out of a log, or out of a document or a description by a model."""
    bundle = services.current()
    files = _sent()
    told = {name: forms.storable(value)[:_LONGEST] for name, value in request.form.items()}
    target = told.get("prompt_set") or told.get("title", "")
    try:
        size = forms.whole(told.get("size", "")) or 0
        with bundle.database.transaction() as session:
            moment = now(session)
            due_at = _due_at(told.get("minutes", ""), moment)
            if told.get("kind") == "logs":
                filename, content = files[0] if files else ("", b"")
                token = drafts.ask_for_logs(
                    session, filename, content, target, size, _by(), moment, due_at=due_at
                )
            else:
                token = proposing.ask(
                    session,
                    target,
                    size,
                    told.get("model", ""),
                    _by(),
                    moment,
                    files=files,
                    task=told.get("task", ""),
                    endpoint=told.get("endpoint", "").strip() or None,
                    due_at=due_at,
                )
    except ServiceError as error:
        return _refused(error, lambda problem: _list_page(problem, told))
    bundle.ring_drafts()
    return redirect(url_for("studio.show_draft", draft=token), 303)


@studio.get("/studio/_drafts/<draft>")
@access.role("viewer")
def show_draft(draft: str) -> str:
    """Show where a draft stands; when it is made, its prompts to be reviewed."""
    return _draft_page(draft)


@studio.get("/studio/_drafts/<draft>/news")
@access.role("viewer")
def draft_news(draft: str) -> Response:
    """Return where a draft stands, or nothing where that is as it was seen."""
    with services.current().database.reading() as session:
        found = drafts.of_token(session, draft)
    if request.args.get("seen") == found.state:
        return Response(status=204)
    answer = Response("")
    answer.headers["HX-Redirect"] = url_for("studio.show_draft", draft=draft)
    return answer


@studio.post("/studio/_drafts/<draft>/begin")
@access.role("researcher")
def begin_draft(draft: str) -> AnyResponse:
    """Have the model asked, under a cap, once somebody has seen what is sent."""
    bundle = services.current()
    usd = request.form.get("usd", "").strip()
    try:
        if not _MONEY.fullmatch(usd):
            raise DraftInvalid(
                "A draft may take from 0 to %(most)s US dollars.", most=int(proposing.MOST_USD)
            )
        with bundle.database.transaction() as session:
            proposing.begin(session, draft, float(usd.replace(",", ".")), now(session))
    except ServiceError as error:
        return _refused(error, lambda problem: _draft_page(draft, problem))
    bundle.ring_generation()
    return redirect(url_for("studio.show_draft", draft=draft), 303)


@studio.post("/studio/_drafts/<draft>/<int:at>")
@access.role("researcher")
def decide_prompt(draft: str, at: int) -> AnyResponse:
    """Keep, drop, change or rate a proposed prompt, and go on with the next open one."""
    try:
        with services.current().database.transaction() as session:
            to = _decide(session, draft, at)
    except ServiceError as error:
        turns = _turns()
        return _refused(error, lambda problem: _draft_page(draft, problem, at, turns))
    return redirect(url_for("studio.show_draft", draft=draft, at=to, _anchor="item"), 303)


@studio.post("/studio/_drafts/<draft>/keep")
@access.role("researcher")
def keep_draft(draft: str) -> AnyResponse:
    """Make what was kept the next version of a set."""
    try:
        with services.current().database.transaction() as session:
            made = drafts.finish(session, draft, _by(), now(session))
    except ServiceError as error:
        return _refused(error, lambda problem: _draft_page(draft, problem))
    flash(languages.words().gettext("This is version %(number)s.", number=made.version))
    return redirect(url_for("studio.show_set", prompt_set=made.name), 303)


def _decide(session: Session, token: str, at: int) -> int:
    """Carry out what the form says; return the place of the prompt to go on with."""
    form, moment = request.form, now(session)
    hard = form.get("difficulty")
    if hard is not None:
        said = next((each for each in Difficulty if each == hard), Difficulty.UNSAID)
        drafts.rate(session, token, at, said)
        return at
    if form.get("decide") == "edit":
        tags = forms.storable(form.get("tags", "")).split(",")
        reference = _text(form.get("reference", ""))
        drafts.edit(session, token, at, _turns(), tags, reference, moment)
    else:
        told = form.get("decide", "")
        decided = next((each for each in Decided if each == told), Decided.OPEN)
        drafts.decide(session, token, at, decided, moment)
        if decided is Decided.OPEN:
            return at
    return draft.next_open(drafts.items(session, token), at)


def _sent() -> list[tuple[str, bytes]]:
    """Return the files of a form, one more than a draft takes at most."""
    found = []
    for each in request.files.getlist("file")[: proposing.MOST_DOCUMENTS + 1]:
        with each.stream:
            if each.filename:
                found.append((each.filename, each.read()))
    return found


def _turns() -> list[str]:
    """Return what was typed for each turn of a prompt."""
    return [_text(each) for each in request.form.getlist("text")[:_MOST_TURNS]]


def _text(typed: str) -> str:
    return forms.storable(typed)[:_LONGEST].replace("\r\n", "\n")


def _list_page(problem: str = "", told: dict[str, str] | None = None) -> str:
    words = languages.words()
    with services.current().database.reading() as session:
        found, sets = drafts.every(session), prompt_sets.every(session)
        offered = reach.offered(session)
    return render_template(
        "studio/drafts/list.html",
        drafts=[(each, draft_words.state(each.state, words)) for each in found],
        sets=sets,
        offered=offered,
        most_documents=proposing.MOST_DOCUMENTS,
        problem=problem,
        told=told or {},
        usual=draft.USUAL_SIZE,
        most=draft.MOST_SIZE,
    )


def _draft_page(
    token: str, problem: str = "", at: int | None = None, typed: Sequence[str] = ()
) -> str:
    words = languages.words()
    with services.current().database.reading() as session:
        found, items = drafts.of_token(session, token), drafts.items(session, token)
        moment, spent = now(session), proposing.spent(session, token)
    wanted = at or forms.whole(request.args.get("at", "")) or draft.next_open(items, 0)
    item = next((each for each in items if each.position == wanted), None)
    return render_template(
        "studio/drafts/draft.html",
        found=found,
        state=draft_words.state(found.state, words),
        made=draft_words.made(found.found, words),
        to_be_sent=draft_words.to_be_sent(found.found, words) if "of" in found.found else [],
        items=items,
        item=item,
        origin="" if item is None else set_words.origin(item.origin, words),
        doubts=[] if item is None else [draft_words.doubt(each, words) for each in item.doubts],
        typed=typed,
        turns=list(typed or (item.prompt.turns if item else ())),
        difficulties=[(each, draft_words.difficulty(each, words)) for each in Difficulty],
        pace=draft_words.pace(draft.pace(items, moment), found.due_at, moment, words),
        bars=draft_words.coverage(draft.coverage(items), words),
        kept=sum(each.decided is Decided.KEPT for each in items),
        problem=problem,
        usd=proposing.USUAL_USD,
        spent="" if spent is None else words.money(spent),
    )


def _due_at(minutes: str, moment: datetime) -> datetime | None:
    number = forms.whole(minutes.strip(), 4)
    return moment + timedelta(minutes=min(number, _MOST_MINUTES)) if number else None


def _refused(error: ServiceError, page: Any) -> AnyResponse:
    if errors.wants_json():
        raise error
    return make_response(page(languages.message(error)), errors.status_of(error))


def _by() -> str:
    account = access.current_or_none()
    return "" if account is None else account.name
