"""Views of prompts that raters suggest: look through them, take them, change one, decline."""

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain import submission
from service.domain.submission import SubmissionState
from service.errors import Invalid, ServiceError
from service.reporting import doubt_words, submission_words
from service.usecases.sighted.studies import doubts, heads, submissions
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_LONGEST = 900_000


@studio.get("/studio/<name>/suggested")
@access.role("viewer")
def list_submissions(name: str) -> str:
    """List prompts that raters suggested, those that wait first of all."""
    return _page(name)


@studio.post("/studio/<name>/suggested")
@access.role("researcher")
def decide_submissions(name: str) -> AnyResponse:
    """Take or decline those that are ticked, or one with another text."""
    try:
        said = _decide(name)
    except ServiceError as error:
        if errors.wants_json():
            raise
        problem = languages.message(error)
        return make_response(_page(name, problem), errors.status_of(error))
    flash(said)
    return redirect(url_for("studio.list_submissions", name=name), 303)


@studio.post("/studio/<name>/suggested/no-more")
@access.role("researcher")
def take_no_more(name: str) -> AnyResponse:
    """Take no more prompts from raters; those that wait stay."""
    with services.current().database.transaction() as session:
        submissions.take_no_more(session, name)
    flash(gettext("No more prompts are taken from raters. Those that wait are still here."))
    return redirect(url_for("studio.list_submissions", name=name), 303)


def _decide(name: str) -> str:
    form, words = request.form, languages.words()
    numbers = [forms.whole(each) or 0 for each in form.getlist("number")]
    tags = forms.storable(form.get("tags", "")).split(",")
    because = forms.storable(form.get("because", ""))
    account = access.current_or_none()
    by = "" if account is None else account.name
    text = forms.storable(form["text"])[:_LONGEST] if "text" in form else None

    def accept(session: Session) -> submissions.Accepted:
        return submissions.accept(session, name, numbers, tags, by, now(session), text)

    def decline(session: Session) -> int:
        return submissions.decline(session, name, numbers, by, now(session), because)

    acts: dict[str, Callable[[Session], submissions.Accepted | int]] = {
        "accept": accept,
        "decline": decline,
    }
    act = acts.get(form.get("decide", ""))
    if act is None:
        raise Invalid("Say whether to take or to decline them.")
    bundle = services.current()
    with bundle.database.transaction() as session:
        done = act(session)
    if isinstance(done, int):
        return submission_words.declined(done, words)
    bundle.ring_generation()
    return submission_words.accepted(done.prompts, done.settled, words)


def _page(name: str, problem: str = "") -> str:
    words = languages.words()
    asked = request.args.get("state", "")
    state = next((each for each in SubmissionState if each == asked), SubmissionState.WAITING)
    after = forms.whole(request.args.get("after", "")) or 0
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        counted = submissions.counts(session, name)
        found = submissions.of_study(session, name, state, after)
        doubted = doubts.of_suggestions(session, name) if counted.are_any else ()
    return render_template(
        "studio/submissions.html",
        study=study,
        counted=counted,
        in_the_way=[doubt_words.told(each, words) for each in doubted],
        says=submission_words.summary(counted.waiting, counted.accepted, counted.declined, words),
        states=[(each, submission_words.state(each, words)) for each in SubmissionState],
        state=state,
        found=[
            (one, [submission_words.doubt(each, words) for each in one.doubts]) for one in found
        ],
        is_full=len(found) == submissions.PAGE,
        all_ticked="all" in request.args,
        problem=problem,
        longest=submission.LONGEST,
    )
