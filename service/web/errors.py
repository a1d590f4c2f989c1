"""Errors on the wire: the only place that knows status codes; problem+json or a page."""

import json
import logging
import traceback
from http import HTTPStatus

from flask import Flask, Response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from service.database import DatabaseAway
from service.errors import Conflict, Invalid, NotAllowed, NotFound, ServiceError, TooMuch
from service.web import languages, security, sessions
from service.web.forms import BodyMalformed
from service.web.languages import gettext, msgid

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5

_STATUS: tuple[tuple[type[ServiceError], int], ...] = (
    (DatabaseAway, 503),
    (BodyMalformed, 400),
    (NotFound, 404),
    (NotAllowed, 403),
    (TooMuch, 429),
    (Conflict, 409),
    (Invalid, 422),
)
_TITLES = {
    400: msgid("That could not be read"),
    403: msgid("That is not possible here"),
    404: msgid("Nothing here"),
    405: msgid("That is not possible here"),
    408: msgid("That took too long"),
    409: msgid("That has moved on"),
    413: msgid("That is too large"),
    415: msgid("That could not be read"),
    422: msgid("That could not be taken"),
    429: msgid("One moment, please"),
    503: msgid("One moment, please"),
}
_DETAILS = {
    400: msgid("The request could not be read."),
    404: msgid("There is no page at this address. Please open your link again."),
    405: msgid("This address cannot be used that way. Please go back and try again."),
    408: msgid("What you sent did not arrive in time. Please send it again."),
    413: msgid("At most 1 MB can be sent at once."),
    503: msgid("Too much is being sent at once. Please try again in a moment."),
}
_FILE_TOO_LARGE = msgid("At most %(most)s MB can be sent at once. Please split the file.")
_NO_TITLE = msgid("Something went wrong")
_NO_DETAIL = msgid("That did not work. Please go back and try again.")
_OUR_FAULT = msgid("Something went wrong on our side. Nothing was lost; please try again.")

_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every error as a problem: nothing internal, never a stack trace."""
    app.register_error_handler(ServiceError, _answer_service_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_bug)


def status_of(error: ServiceError) -> int:
    """Return the status code that stands for an error's kind."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def wants_json() -> bool:
    """Tell whether the caller is a program: it sent JSON, or prefers it over a page."""
    if request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM_JSON])
    return best in {"application/json", PROBLEM_JSON}


def problem(status: int, code: str, detail: str, **members: str | int) -> Response:
    """Return an error in the form the caller asked for (RFC 9457, or a page)."""
    title = gettext(_TITLES.get(status, _NO_TITLE))
    if wants_json():
        content = {"type": f"urn:evenhand:{code}", "title": title, "status": status}
        body = json.dumps({**content, "detail": detail, **members}, ensure_ascii=True)
        response = Response(body, status, content_type=PROBLEM_JSON)
    else:
        page = render_template(
            "rater/problem.html", title=title, detail=detail, status=status, back=_way_back()
        )
        response = Response(page, status, content_type="text/html; charset=utf-8")
    if status == _STATUS[0][1]:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _way_back() -> str | None:
    """Return the sitting that a rater's page belongs to, where there is one to go back to."""
    handle = (request.view_args or {}).get("handle")
    if request.blueprint != "rater" or handle is None or not sessions.rater_token():
        return None
    return url_for("rater.rate", handle=handle)


def _answer_service_error(error: ServiceError) -> Response:
    choice = getattr(error, "choice", None)
    members = {"choice": choice} if choice and isinstance(choice, str) else {}
    response = problem(status_of(error), error.code, languages.message(error), **members)
    if isinstance(error, TooMuch):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _answer_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are no problems
        return Response(status=error.code, headers=dict(error.get_response().headers))
    code = (error.name or "error").lower().replace(" ", "-")
    detail = gettext(_DETAILS.get(error.code, _NO_DETAIL))
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and security.takes_files(request.path):
        detail = gettext(_FILE_TOO_LARGE) % {"most": security.most_of_a_file(request.path)}
    response = problem(error.code, code, detail)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _answer_bug(error: Exception) -> Response:
    # The message may quote a row; where it happened is enough to find it.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("unexpected %s at %s\n%s", type(error).__name__, request.endpoint, frames)
    return problem(500, "unexpected", gettext(_OUR_FAULT))
