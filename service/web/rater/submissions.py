"""The page on which raters suggest prompts, and see where each of theirs stands."""

from flask import Response, make_response, render_template, request, url_for

from service.domain import submission
from service.domain.submission import (
    AsksWho,
    SubmissionInvalid,
    SubmissionsOver,
    TooManySubmissions,
)
from service.domain.vote import KeyReused
from service.errors import ServiceError
from service.usecases.blind import progress, submitting
from service.web import errors, forms, languages
from service.web.rater import answers, presenter, raters
from service.web.rater.blueprint import pages

# Longer texts are refused with a sentence that says so; of these the sentence says how long.
_LONGEST_BODY = 1_000_000
_KEPT_IN_THE_BOX = 10 * submission.LONGEST
_SAID_ON_THE_PAGE = (
    AsksWho,
    KeyReused,
    SubmissionInvalid,
    SubmissionsOver,
    TooManySubmissions,
)


@pages.get("/rate/<handle>/prompts")
def own_prompts(handle: str) -> str:
    """Show a box for a prompt, and what this rater suggested before."""
    return _page(handle, told="told" in request.args)


@pages.post("/rate/<handle>/prompts")
def suggest(handle: str) -> Response:
    """Keep a prompt that the rater suggests; what is refused stays in the box."""
    fields = forms.read_fields()
    text = forms.text(fields, "text", _LONGEST_BODY)
    key = forms.key(fields)
    try:
        with raters.at_work(handle, acts=True) as rater:
            submitting.submit(rater.session, rater.sitter, text, key, rater.now)
            standing = progress.progress(rater.session, rater.id, rater.sitter)
    except _SAID_ON_THE_PAGE as error:
        if errors.wants_json():
            raise
        return make_response(_page(handle, error=error, typed=text), errors.status_of(error))
    if request.is_json:
        return answers.answered(standing)
    return answers.to_page("own_prompts", handle, told="kept")


def _page(
    handle: str, *, told: bool = False, error: ServiceError | None = None, typed: str = ""
) -> str:
    with raters.at_work(handle) as rater:
        own = submitting.own(rater.session, rater.sitter)
        standing = progress.progress(rater.session, rater.id, rater.sitter)
    return render_template(
        "rater/prompts.html",
        handle=handle,
        target=url_for("rater.rate", handle=handle),
        progress=standing,
        own=[(one.excerpt, presenter.submission(one.state)) for one in own.items],
        is_open=own.is_open,
        is_kept=told,
        problem="" if error is None else languages.message(error),
        typed=typed[:_KEPT_IN_THE_BOX],
        most=submission.LONGEST,
        key=forms.fresh_key(),
    )
