"""Errors on sighted pages: the same kinds and codes as everywhere, in the studio's own clothes."""

from flask import Response, make_response, render_template

from service.errors import ServiceError
from service.usecases.accounts import SignInLinkSpent
from service.web import errors, languages
from service.web.languages import gettext
from service.web.researcher.access import NotSignedIn


def answer(error: ServiceError) -> Response:
    """Return the page or problem that says what happened and what to do instead."""
    status = 401 if isinstance(error, NotSignedIn) else errors.status_of(error)
    if errors.wants_json():
        return errors.problem(status, error.code, languages.message(error))
    if isinstance(error, NotSignedIn | SignInLinkSpent):
        is_new = isinstance(error, NotSignedIn)
        page = render_template(
            "studio/sign_in.html",
            heading=gettext("Please sign in") if is_new else gettext("This link is spent"),
            message=languages.message(error),
        )
    else:
        page = render_template(
            "studio/problem.html", message=languages.message(error), status=status
        )
    response = make_response(page, status)
    if status == 503:  # noqa: PLR2004 - the database is away
        response.headers["Retry-After"] = str(errors.RETRY_AFTER_SECONDS)
    return response
