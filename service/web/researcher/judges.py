"""Views of judges: make one and its versions, run it, watch it, and read how far it is trusted."""

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain.budget import Cap
from service.domain.configuration import Price
from service.domain.judge_question import JudgeInvalid, Scale
from service.errors import ServiceError
from service.reporting import judge_run_words, judge_words
from service.usecases.sighted import lookup
from service.usecases.sighted.generation import reach
from service.usecases.sighted.judges import asking, files, gaps, making, pools, progress, reports
from service.usecases.sighted.judges.files import JudgeFile
from service.usecases.sighted.judges.making import JudgeTold
from service.usecases.sighted.judges.progress import JudgeView
from service.usecases.sighted.studies import heads
from service.web import errors, forms, languages, services
from service.web.researcher import access, judge_panels
from service.web.researcher.blueprint import studio

_NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,6})?")
_FIELDS = ("judge", "criterion", "model", "endpoint", "rubric", "price_input", "price_output")
_CAPS = ("usd", "calls", "tokens")
_DIGITS = 12


@studio.get("/studio/<name>/judges")
@access.role("researcher")
def list_judges(name: str) -> str:
    """Show a study's judges, and a form for another one."""
    return _list_page(name, dict.fromkeys((*_FIELDS, *_CAPS), "") | {"usd": "5"})


@studio.post("/studio/<name>/judges")
@access.role("researcher")
def create_judge(name: str) -> AnyResponse:
    """Make a judge with its first version."""
    typed = _typed()
    try:
        with services.current().database.transaction() as session:
            made = making.create(
                session, name, typed["judge"], _told(typed), _cap(typed), who(), now(session)
            )
            called = made.name
    except ServiceError as error:
        refused = _list_page(name, typed, languages.message(error))
        return make_response(refused, errors.status_of(error))
    return redirect(url_for("studio.show_judge", name=name, judge=called), 303)


@studio.get("/studio/<name>/judges/<judge>")
@access.role("researcher")
def show_judge(name: str, judge: str) -> str:
    """Show a judge: how far it is, how far it may be trusted, and what can be done with it."""
    return page(name, judge)


@studio.get("/studio/<name>/judges/<judge>/news")
@access.role("researcher")
def judge_news(name: str, judge: str) -> Response:
    """Return where a judge stands, or nothing where that is as it was seen."""
    context = _progress(name, judge)
    if request.args.get("seen") == context["seen"]:
        return Response(status=204)
    return Response(render_template("studio/_judge_progress.html", **context))


@studio.post("/studio/<name>/judges/<judge>/edit")
@access.role("researcher")
def edit_judge(name: str, judge: str) -> AnyResponse:
    """Make the next version."""
    typed = _typed() | {"examples": _numbers(request.form.getlist("example"))}

    def act(session: Session) -> str:
        scale = Scale(progress.of(session, name, judge).newest.scale)
        number = making.edit(session, name, judge, _told(typed, scale), who(), now(session))
        return languages.words().gettext("This is version %(number)s. Run it.", number=number)

    return _done(name, judge, act, typed)


@studio.post("/studio/<name>/judges/<judge>/cap")
@access.role("researcher")
def cap_judge(name: str, judge: str) -> AnyResponse:
    """Set a judge's cap; what had stopped at it goes on."""

    def act(session: Session) -> str:
        freed = making.set_cap(session, name, judge, _cap(_typed()), now(session))
        return languages.words().gettext("The cap is set; %(number)s calls go on.", number=freed)

    return _done(name, judge, act, rings=True)


@studio.post("/studio/<name>/judges/<judge>/run")
@access.role("researcher")
def run_judge(name: str, judge: str) -> AnyResponse:
    """Put matchups before a judge."""

    def act(session: Session) -> str:
        rng = random.SystemRandom()
        asked = asking.ask(session, name, judge, _whole("number"), now(session), rng)
        return languages.words().gettext(
            "%(number)s matchups are asked about, %(again)s calls are made again, and %(seen)s "
            "matchups were left out, since the judge has seen them.",
            number=asked.matchups,
            again=asked.again,
            seen=asked.seen,
        )

    return _done(name, judge, act, rings=True)


@studio.post("/studio/<name>/judges/<judge>/pause")
@access.role("researcher")
def pause_judge(name: str, judge: str) -> AnyResponse:
    """Have a judge rest."""

    def act(session: Session) -> str:
        making.pause(session, name, judge, is_paused=True)
        return ""

    return _done(name, judge, act)


@studio.post("/studio/<name>/judges/<judge>/resume")
@access.role("researcher")
def resume_judge(name: str, judge: str) -> AnyResponse:
    """Let a judge go on."""

    def act(session: Session) -> str:
        making.pause(session, name, judge, is_paused=False)
        return ""

    return _done(name, judge, act, rings=True)


@studio.post("/studio/<name>/judges/<judge>/audit")
@access.role("researcher")
def draw_judge_audit(name: str, judge: str) -> AnyResponse:
    """Draw matchups that measure a judge."""

    def act(session: Session) -> str:
        rng = random.SystemRandom()
        stands = pools.draw_audit(session, name, judge, _whole("number"), now(session), rng)
        return languages.words().gettext("%(number)s matchups were drawn.", number=stands.added)

    return _done(name, judge, act)


@studio.get("/studio/<name>/judges/<judge>/files/<what>.jsonl")
@access.role("researcher")
def judge_file(name: str, judge: str, what: str) -> Response:
    """Send a pool of a judge, or alignment data, as JSON lines."""
    if what not in list(JudgeFile):
        raise JudgeInvalid("There are the files %(known)s.", known=", ".join(JudgeFile))
    with services.current().database.reading() as session:
        found = list(files.rows(session, name, judge, JudgeFile(what)))
    answer = Response(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found),
        mimetype="application/jsonl",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{judge}-{what}.jsonl"'
    return answer


def _list_page(name: str, typed: Mapping[str, Any], problem: str = "") -> str:
    with services.current().database.reading() as session:
        found = making.every(session, name)
        study = heads.head(session, name)
        offered = reach.offered(session)
    return render_template(
        "studio/judges.html",
        study=study,
        judges=found,
        typed=typed,
        problem=problem,
        offered=offered,
    )


def page(name: str, judge: str, typed: Mapping[str, Any] | None = None, problem: str = "") -> str:
    """Return the page of a judge, with what was typed where it was refused."""
    context = _progress(name, judge)
    view = context["view"]
    with services.current().database.reading() as session:
        graded = pools.graded(session, name, judge)
        found = () if view.is_sealed else gaps.of(session, name, judge)
        offered = reach.offered(session)
    words = languages.words()
    clauses = [judge_run_words.clause(each, words) for each in found]
    # One click takes a proposed clause into the next version's rubric, where it is edited.
    taken = forms.whole(request.args.get("clause", ""))
    fields = _of_newest(view)
    if taken is not None and 1 <= taken <= len(clauses):
        fields["rubric"] = "\n\n".join(filter(None, (fields["rubric"], clauses[taken - 1])))
    return render_template(
        "studio/judge.html",
        **context,
        problem=problem,
        fields=fields | dict(typed or {}),
        graded=graded,
        gaps=[
            (judge_run_words.gap(each, words), clause)
            for each, clause in zip(found, clauses, strict=True)
        ],
        offered=offered,
        never_mix=judge_words.pools(words),
        most=asking.MOST_A_RUN,
        files=[str(each) for each in JudgeFile],
    )


def _progress(name: str, judge: str) -> dict[str, Any]:
    """Return what the living part of a judge's page prints; asks for a report that is missing."""
    bundle, words = services.current(), languages.words()
    with bundle.database.reading() as session:
        view = progress.of(session, name, judge)
        kept = None if view.is_sealed else reports.last(session, name, judge)
        study_id = lookup.find(session, name).id
    is_old = not view.is_sealed and (kept is None or kept.is_old)
    if is_old and not view.is_moving:
        bundle.ring_ratings(study_id)
    told = repr((view, kept))
    return {
        "view": view,
        "is_live": view.is_moving or is_old,
        "seen": hashlib.sha256(told.encode()).hexdigest()[:16],
        "says_calls": judge_run_words.calls(view.newest.calls, words),
        "says_spent": judge_run_words.spent(view.spent, view.cap, words),
        "says_pools_stand": judge_run_words.pools(view.items, view.audit.voted, words),
        "says_kin": judge_run_words.kin(view.kin, words),
        **judge_panels.of_report(kept.report if kept else None, words),
    }


def _of_newest(view: JudgeView) -> dict[str, Any]:
    newest = view.newest
    price = newest.price or ("", "")
    return {
        "criterion": view.criterion,
        "model": newest.model,
        "endpoint": newest.endpoint,
        "rubric": newest.rubric,
        "price_input": price[0],
        "price_output": price[1],
        "examples": newest.examples,
        "usd": "" if view.cap is None else f"{view.cap:g}",
        "calls": "" if view.cap_calls is None else view.cap_calls,
        "tokens": "" if view.cap_tokens is None else view.cap_tokens,
    }


def _done(
    name: str,
    judge: str,
    act: Callable[[Session], str],
    typed: Mapping[str, Any] | None = None,
    *,
    rings: bool = False,
) -> AnyResponse:
    """Do something with a judge and go back to its page, which says what came of it."""
    bundle = services.current()
    try:
        with bundle.database.transaction() as session:
            said = act(session)
    except ServiceError as error:
        if errors.wants_json():
            raise
        refused = page(name, judge, typed, languages.message(error))
        return make_response(refused, errors.status_of(error))
    if rings:
        bundle.ring_generation()
    if said:
        flash(said)
    return redirect(url_for("studio.show_judge", name=name, judge=judge), 303)


def _typed() -> dict[str, Any]:
    found = {key: request.form.get(key, "").strip() for key in (*_FIELDS, *_CAPS)}
    return {key: forms.storable(value) for key, value in found.items()}


def _told(typed: Mapping[str, Any], scale: Scale = Scale.GRADES) -> JudgeTold:
    prices = [_money(typed[key]) for key in ("price_input", "price_output")]
    read, written = prices
    return JudgeTold(
        criterion=typed["criterion"],
        model=typed["model"],
        endpoint=typed["endpoint"] or None,
        rubric=typed["rubric"].replace("\r\n", "\n"),
        scale=scale,
        examples=tuple(typed.get("examples", ())),
        price=None if read is None or written is None else Price(read, written),
    )


def _cap(typed: Mapping[str, Any]) -> Cap:
    counts = [_count(typed[key]) for key in ("calls", "tokens")]
    return Cap(_money(typed["usd"]), *counts)


def _money(text: str) -> float | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise JudgeInvalid("Write a sum in US dollars as a number, such as 5 or 0.15.")
    return float(text.replace(",", "."))


def _count(text: str) -> int | None:
    if not text:
        return None
    found = forms.whole(text, _DIGITS)
    if found is None:
        raise JudgeInvalid("A cap on calls or tokens is a whole number from 0.")
    return found


def _whole(field: str) -> int:
    return forms.whole(request.form.get(field, "").strip()) or 0


def _numbers(told: list[str]) -> tuple[int, ...]:
    found = (forms.whole(each, _DIGITS) for each in told[:1000])
    return tuple(each for each in found if each is not None)


def who() -> str:
    """Return the name of whoever is signed in."""
    account = access.current_or_none()
    return account.name if account else ""
