"""Views of the list of studies and of one study: its state, generation, money and raters."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.errors import Conflict, Invalid
from service.reporting import doubt_words, ending_words, retirement_words, sameness
from service.usecases import invites
from service.usecases.sighted.generation import causes, leak_reviews, retirements, retries
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import (
    doubts,
    filing,
    opening,
    overviews,
    submissions,
    variety,
)
from service.usecases.sighted.studies.overviews import StudyView
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import (
    access,
    flags,
    lacking,
    norming,
    preregistrations,
    presenter,
    steps,
)
from service.web.researcher.blueprint import studio

MOST_FAILURES_SHOWN = 50
MOST_LINKS_SHOWN = 50


@studio.get("/studio/")
@access.role("viewer")
def list_studies() -> str:
    """Show every study with the step that comes next."""
    with services.current().database.reading() as session:
        found = overviews.page(session, forms.whole(request.args.get("before", ""), 9))
    words = languages.words()
    return render_template(
        "studio/studies.html",
        studies=[
            (each, presenter.summary(each, words), steps.of_summary(each, words))
            for each in found.items
        ],
        next_before=found.next_before,
        is_first="before" not in request.args,
    )


@studio.get("/studio/<name>/")
@access.role("viewer")
def show_study(name: str) -> str:
    """Show one study."""
    return render_template("studio/study.html", **context_of(name), refused="")


@studio.get("/studio/<name>/progress")
@access.role("viewer")
def progress(name: str) -> Response:
    """Return what changes while a study generates and is rated, or nothing where nothing did."""
    context = context_of(name)
    if request.args.get("seen") == context["seen"]:
        return Response(status=204)
    return Response(render_template("studio/_progress.html", **context))


@studio.post("/studio/<name>/open")
@access.role("researcher")
def open_study(name: str) -> AnyResponse:
    """Open a study and ring for its completions; what is in the way stands beside the button."""
    bundle = services.current()
    try:
        with bundle.database.transaction() as session:
            opened = opening.open_study(session, name, now(session))
    except (Conflict, Invalid) as error:
        if errors.wants_json():
            raise
        refused = languages.message(error)
        page = render_template("studio/study.html", **context_of(name), refused=refused)
        return Response(page, errors.status_of(error))
    if opened.pending and not bundle.ring_generation():
        flash(
            gettext(
                "The study is open. The queue is away just now; generation starts when it is back."
            )
        )
    else:
        flash(gettext("The study is open."))
    return _back(name)


@studio.post("/studio/<name>/close")
@access.role("researcher")
def close_study(name: str) -> AnyResponse:
    """Close a study: votes end, nothing is lost."""
    return _change(name, opening.close_study, gettext("The study is closed. Its votes are kept."))


@studio.post("/studio/<name>/pause")
@access.role("researcher")
def pause(name: str) -> AnyResponse:
    """Stop generating; what is running ends, nothing new is called."""
    with services.current().database.transaction() as session:
        opening.pause(session, name)
    flash(gettext("Paused: no new completion is generated. Rating goes on."))
    return _back(name)


@studio.post("/studio/<name>/resume")
@access.role("researcher")
def resume(name: str) -> AnyResponse:
    """Go on generating."""
    bundle = services.current()
    with bundle.database.transaction() as session:
        opening.resume(session, name)
    bundle.ring_generation()
    flash(gettext("Generation goes on."))
    return _back(name)


@studio.post("/studio/<name>/give-up")
@access.role("researcher")
def give_up(name: str) -> AnyResponse:
    """Count what the cap stopped as failed, so that the rest can be rated."""
    with services.current().database.transaction() as session:
        number = retries.give_up_blocked(session, name)
    flash(
        languages.words().ngettext(
            "%(number)s completion is given up. The rest of its prompt can be rated.",
            "%(number)s completions are given up. The rest of their prompts can be rated.",
            number,
        )
    )
    return _back(name)


@studio.post("/studio/<name>/retry")
@access.role("researcher")
def retry(name: str) -> AnyResponse:
    """Put failed completions back to work: one of them, those of one cause, or all."""
    wanted = request.form.get("completion", "")
    one, cause = forms.whole(wanted, 18), forms.storable(request.form.get("cause", ""))  # 64 bits
    if wanted and one is None:
        raise Invalid("That is no completion. Reload the page and try again.")
    bundle = services.current()
    with bundle.database.transaction() as session:
        number = retries.retry_failed(session, name, now(session), one, cause or None)
    bundle.ring_generation()
    words = languages.words()
    if number:
        flash(words.gettext("Trying again: %(number)s.", number=words.count(number)))
    else:
        flash(words.gettext("There was nothing to try again."))
    return _back(name)


def _change(
    name: str, use_case: Callable[[Session, str, datetime], object], said: str
) -> AnyResponse:
    with services.current().database.transaction() as session:
        use_case(session, name, now(session))
    flash(said)
    return _back(name)


def _back(name: str) -> AnyResponse:
    return redirect(url_for("studio.show_study", name=name), 303)


def context_of(name: str) -> dict[str, Any]:
    """Return what the page of a study is made of."""
    bundle = services.current()
    words = languages.words()
    begin = forms.whole(request.args.get("link", ""), 6) or 0
    with bundle.database.reading() as session:
        study = overviews.study(session, name)
        links = invites.of_study(session, name, bundle.signing_key)
        marked = read.marks_of(session, name)
        flagged = flags.rows(session, name, words)
        failed = causes.of_study(session, name)
        leaky = leak_reviews.waiting(session, name)
        same = variety.of_study(session, name)
        of = doubts.of_study if study.state == "draft" else doubts.of_texts
        found = of(session, name)
        if study.state == "open":
            found += doubts.of_suggestions(session, name)
        retires = retirements.of_study(session, name)
        today = now(session).date()
        registered = preregistrations.told(session, name, study.state)
        lacks = lacking.of_draft(session, name, study.state)
        held = norming.notice(session, name, study.state, study.norming)
        file = filing.file_of(session, name) if study.state == "draft" else None
        suggested = submissions.counts(session, name)
    context = {
        **lacks,
        "file": file,
        **registered,
        **presenter.of_marks(marked, words),
        "study": study,
        "held": held,
        "retires": retirement_words.told(retires, today, words),
        "links": links[begin : begin + MOST_LINKS_SHOWN],
        "next_link": begin + MOST_LINKS_SHOWN if len(links) > begin + MOST_LINKS_SHOWN else None,
        "flagged": flagged,
        "suggested": suggested,
        "sameness": sameness.notes(same.alike, same.alone, words),
        "address": f"{bundle.settings.web_address}/i/",
        "is_here_only": bundle.settings.is_here_only,
        "is_sealed": presenter.is_sealed(study),
        # What was typed to delete a draft, and what is wrong with it.
        "typed": "",
        "undeleted": "",
        "doubts": [doubt_words.told(doubt, words) for doubt in found],
        "step": steps.of_study(study, links, words),
        "failures": study.failures[:MOST_FAILURES_SHOWN],
        "leaky": leaky,
        "causes": [presenter.cause(each, words) for each in failed],
        "more_failures": max(0, len(study.failures) - MOST_FAILURES_SHOWN),
        "generation": presenter.generation(study, words),
        "money": presenter.money(study, words),
        "raters": presenter.raters(study, words),
        "end": ending_words.of_study(study.end, study.end_met, words),
        "may_resume": study.is_paused or any(each.paused_because for each in study.configurations),
    }
    return {**context, "seen": _mark(study, links)}


def _mark(study: StudyView, links: list[invites.InviteView]) -> str:
    """Return what changes exactly when the page's living part would."""
    shown = repr((study, [(each.handle, each.revoked_at) for each in links]))
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]
