"""Views of tries: configurations on prompts side by side, and a study as a rater sees it."""

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.domain.trial import Trial
from service.domain.vote import OFFERED
from service.errors import NotFound, ServiceError
from service.reporting import try_words
from service.usecases.sighted.studies import as_seen, trying
from service.usecases.sighted.studies.trying import TrialInvalid
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access, set_up
from service.web.researcher.blueprint import studio

_MONEY = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")
_DIGITS = 6


class NoSuchPrompt(NotFound):
    """The study has no prompt of that number."""


@dataclass(frozen=True)
class Asked:
    """What the form of a try says; `chosen` are names of configurations."""

    chosen: Sequence[str]
    number: str = str(trying.USUAL_PROMPTS)
    usd: str = str(trying.USUAL_USD)
    is_drawn: bool = False


@studio.get("/studio/<name>/try")
@access.role("researcher")
def show_try(name: str) -> str:
    """Show the last try, and a form for the next one."""
    return _page(name)


@studio.get("/studio/<name>/try/news")
@access.role("researcher")
def try_news(name: str) -> Response:
    """Return the answers of the last try, or nothing where none came since they were seen."""
    context = _last(name)
    if request.args.get("seen") == context["seen"]:
        return Response(status=204)
    return Response(render_template("studio/set_up/_tried.html", name=name, **context))


@studio.post("/studio/<name>/try")
@access.role("researcher")
def begin_try(name: str) -> AnyResponse:
    """Try what was chosen in place of the last try, and ring for a worker."""
    asked = Asked(
        chosen=request.form.getlist("configuration"),
        number=request.form.get("number", "").strip(),
        usd=request.form.get("usd", "").strip(),
        is_drawn=request.form.get("which") == "drawn",
    )
    bundle = services.current()
    try:
        number = forms.whole(asked.number) or 0
        if not _MONEY.fullmatch(asked.usd):
            raise TrialInvalid(
                "A try may take from 0 to %(most)s US dollars.", most=int(trying.MOST_USD)
            )
        if not asked.chosen:
            raise TrialInvalid("Choose at least one configuration.")
        rng = random.SystemRandom() if asked.is_drawn else None
        usd = float(asked.usd.replace(",", "."))
        with bundle.database.transaction() as session:
            chosen = [forms.storable(each) for each in asked.chosen]
            trying.begin(session, name, chosen, number, usd, now(session), rng)
    except ServiceError as error:
        page = _page(name, asked, languages.message(error))
        return make_response(page, errors.status_of(error))
    bundle.ring_generation()
    return redirect(url_for("studio.show_try", name=name, _anchor="tried"), 303)


@studio.post("/studio/<name>/try/stop")
@access.role("researcher")
def stop_try(name: str) -> AnyResponse:
    """Stop the last try: calls that nobody has begun are never made."""
    with services.current().database.transaction() as session:
        number = trying.stop(session, name)
    words = languages.words()
    flash(
        words.ngettext(
            "Stopped: %(number)s call is not made. What is being called is still answered.",
            "Stopped: %(number)s calls are not made. What is being called is still answered.",
            number,
        )
    )
    return redirect(url_for("studio.show_try", name=name, _anchor="tried"), 303)


@studio.get("/studio/<name>/seen")
@access.role("researcher")
def show_as_seen(name: str) -> str:
    """Show a prompt with two of its answers as a rater would see them."""
    number = forms.whole(request.args.get("number", "1"), _DIGITS) or 0
    with services.current().database.reading() as session:
        seen = as_seen.of_study(session, name, number, random.SystemRandom())
    if seen is None and number != 1:
        raise NoSuchPrompt("The study has no prompt of that number.")
    return render_template(
        "studio/set_up/as_seen.html",
        **set_up.study_context(name),
        seen=seen,
        choices=[gettext(choice.label()) for choice in OFFERED],
    )


def _page(name: str, asked: Asked | None = None, problem: str = "") -> str:
    with services.current().database.reading() as session:
        known = trying.may_be_tried(session, name)
    context = _last(name)
    trial = context["trial"]
    if asked is None:
        usual = known[: trying.MOST_CONFIGURATIONS]
        if isinstance(trial, Trial):
            usual = trial.configurations
        asked = Asked(chosen=usual)
    study = set_up.study_context(name)
    return render_template(
        "studio/set_up/try.html",
        **study,
        **context,
        name=name,
        known=known,
        asked=asked,
        problem=problem,
        most=trying.MOST_PROMPTS,
        missing=try_words.missing(len(known), len(study["study"].prompts), languages.words()),
    )


def _last(name: str) -> dict[str, object]:
    words = languages.words()
    with services.current().database.reading() as session:
        trial = trying.last(session, name)
    return {
        "trial": trial,
        "tried": () if trial is None else try_words.rows(trial, words),
        "stands": "" if trial is None else try_words.stands(trial, words),
        "seen": hashlib.sha256(repr(trial).encode()).hexdigest()[:16],
    }
