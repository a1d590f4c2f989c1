"""Views of a judge's calibration: choose matchups, and grade them without names."""

import random

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.domain.judge_question import JudgeInvalid
from service.errors import ServiceError
from service.usecases.sighted.judges import finding, pools
from service.usecases.sighted.judges.pools import Source
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access, judges
from service.web.researcher.blueprint import studio

_TYPED = ("a", "b", "reason")


@studio.post("/studio/<name>/judges/<judge>/choose")
@access.role("researcher")
def choose_matchups(name: str, judge: str) -> AnyResponse:
    """Choose matchups that calibrate a judge, and go on to grade them."""
    number = forms.whole(request.form.get("number", "").strip()) or 0
    source = request.form.get("source", "")
    key = forms.storable(request.form.get("prompt", "").strip())
    try:
        if source not in list(Source):
            raise JudgeInvalid("Choose how matchups are chosen.")
        with services.current().database.transaction() as session:
            rng = random.SystemRandom()
            pools.choose(session, name, judge, Source(source), number, now(session), rng, key)
    except ServiceError as error:
        page = judges.page(name, judge, problem=languages.message(error))
        return make_response(page, errors.status_of(error))
    return redirect(url_for("studio.show_grading", name=name, judge=judge), 303)


@studio.get("/studio/<name>/judges/<judge>/grade")
@access.role("researcher")
def show_grading(name: str, judge: str) -> str:
    """Show the next matchup to grade, without names."""
    return _page(name, judge, dict.fromkeys(_TYPED, ""))


@studio.post("/studio/<name>/judges/<judge>/grade")
@access.role("researcher")
def grade_matchup(name: str, judge: str) -> AnyResponse:
    """Keep two grades with their reason, and show the next matchup."""
    typed = {key: forms.storable(request.form.get(key, "").strip()) for key in _TYPED}
    number = forms.whole(request.form.get("number", ""), 12) or 0
    given = (forms.whole(typed["a"], 1) or 0, forms.whole(typed["b"], 1) or 0)
    try:
        with services.current().database.transaction() as session:
            pools.grade(
                session, name, judge, number, judges.who(), given, typed["reason"], now(session)
            )
    except ServiceError as error:
        page = _page(name, judge, typed, languages.message(error))
        return make_response(page, errors.status_of(error))
    flash(gettext("Kept."))
    return redirect(url_for("studio.show_grading", name=name, judge=judge), 303)


def _page(name: str, judge: str, typed: dict[str, str], problem: str = "") -> str:
    with services.current().database.reading() as session:
        sheet = pools.next_to_grade(session, name, judge, judges.who())
        criterion = finding.find(session, name, judge).judge.criterion
    return render_template(
        "studio/judge_grade.html",
        name=name,
        judge=judge,
        criterion=criterion,
        sheet=sheet,
        says=""
        if sheet is None
        else languages.words().gettext(
            "%(number)s of %(total)s. Keys: 1 to 5 for A, then for B, then why, then Enter.",
            number=sheet.done + 1,
            total=sheet.total,
        ),
        typed=typed,
        problem=problem,
    )
