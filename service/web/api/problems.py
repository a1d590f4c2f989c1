"""Errors of the API: always problem+json (RFC 9457), in English, with pointers to what is wrong."""

import json
import logging
import traceback
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from service.domain import intake
from service.errors import Conflict, Invalid, NotAllowed, ServiceError, TooMuch
from service.formats.study_problems import StudyFileInvalid
from service.web import errors, security

_log = logging.getLogger(__name__)
_DETAILS = {
    400: "The request could not be read.",
    404: "There is nothing at this address. /api/v1/openapi.json tells what there is.",
    405: "This address cannot be used that way. The header Allow says how it can.",
    408: "The body did not arrive in time. Send it again.",
    413: f"At most 1 MB can be sent at once, or {intake.MOST_BYTES >> 20} MB as a file to import. "
    "Split it.",
    416: "The file has no such part. Ask for it from the beginning.",
    503: "Too much is being sent at once. Try again in a moment.",
}
MOST_ERRORS = 50


class Fault(BaseModel):
    """One thing that is wrong: where in the body, or in which parameter or header."""

    detail: str
    pointer: str | None = Field(None, description="A JSON pointer into the body, such as `/title`.")
    parameter: str | None = Field(None, description="The parameter of the query, or the header.")


class Problem(BaseModel):
    """What went wrong, and what to do about it (RFC 9457)."""

    type: str = Field(description="Stable, for programs: `urn:evenhand:` and a code.")
    title: str
    status: int
    detail: str = Field(description="One sentence that says what to do.")
    errors: list[Fault] | None = None


class NoToken(NotAllowed):
    """The request brings no token that holds."""


class OutOfReach(NotAllowed):
    """The token, or its owner, may not do that."""


class Overrun(TooMuch):
    """The token has asked for more than it may in a minute."""

    wait_seconds = 60


class Outdated(Conflict):
    """What is to be changed has changed since it was read."""


class NotJson(Invalid):
    """The body is of a type that is not taken here."""


class BadRequest(Invalid):
    """What was sent breaks the form that the document describes."""

    def __init__(self, text: str, faults: Sequence[Fault], **values: str | int) -> None:
        """Say it in one sentence, and where in detail."""
        super().__init__(text, **values)
        self.faults = faults


_STATUS: tuple[tuple[type[ServiceError], HTTPStatus], ...] = (
    (NoToken, HTTPStatus.UNAUTHORIZED),
    (Outdated, HTTPStatus.PRECONDITION_FAILED),
    (NotJson, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
)


def install(app: Flask) -> None:
    """Answer every error as a problem: nothing internal, never a stack trace."""
    app.register_error_handler(ServiceError, _answer_service_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_bug)


def of_body(error: ValidationError) -> BadRequest:
    """Return what a body is refused for."""
    faults = [
        Fault(detail=_told(one), pointer="".join(f"/{_step(step)}" for step in one["loc"]))
        for one in error.errors(include_url=False, include_input=False)[:MOST_ERRORS]
    ]
    where = faults[0].pointer or "the body"
    return BadRequest(
        "The body cannot be taken: %(where)s: %(what)s", faults, where=where, what=faults[0].detail
    )


def of_query(error: ValidationError) -> BadRequest:
    """Return what the parameters of an address are refused for."""
    faults = [
        Fault(detail=_told(one), parameter=".".join(str(step) for step in one["loc"]))
        for one in error.errors(include_url=False, include_input=False)[:MOST_ERRORS]
    ]
    return BadRequest(
        "The parameter %(where)s cannot be taken: %(what)s",
        faults,
        where=faults[0].parameter or "",
        what=faults[0].detail,
    )


def of_header(name: str, detail: str) -> BadRequest:
    """Return what a header is refused for."""
    fault = Fault(detail=detail, parameter=name)
    return BadRequest(
        "The header %(name)s cannot be taken: %(what)s", [fault], name=name, what=detail
    )


def _told(one: Any) -> str:
    if one["type"] == "extra_forbidden":
        return "There is no such field."
    message = str(one["msg"])
    return message if message.endswith(".") else f"{message}."


def _step(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def answer(status: int, code: str, detail: str, faults: Sequence[Fault] | None = None) -> Response:
    """Return a problem as it is sent."""
    content = Problem(
        type=f"urn:evenhand:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=None if faults is None else list(faults),
    )
    response = Response(
        json.dumps(content.model_dump(exclude_none=True), ensure_ascii=True),
        status,
        content_type=errors.PROBLEM_JSON,
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="evenhand"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(errors.RETRY_AFTER_SECONDS)
    return response


def _answer_service_error(error: ServiceError) -> Response:
    status = next(
        (own for kind, own in _STATUS if isinstance(error, kind)), errors.status_of(error)
    )
    faults = None
    detail = error.message
    if isinstance(error, BadRequest):
        faults = error.faults
    if isinstance(error, StudyFileInvalid):
        faults = [
            Fault(detail=one.message, pointer="".join(f"/{_step(step)}" for step in one.path))
            for one in error.problems[:MOST_ERRORS]
        ]
        first = error.problems[0]
        detail = f"{first.field}: {first.message}" if first.field else first.message
    response = answer(status, error.code, detail, faults)
    if isinstance(error, TooMuch):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _answer_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are no problems
        return Response(status=error.code, headers=dict(error.get_response().headers))
    code = (error.name or "error").lower().replace(" ", "-")
    detail = _DETAILS.get(error.code, "That did not work.")
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not security.takes_files(request.path):
        detail = "At most 1 MB can be sent at once. Send less, or import a file."
    response = answer(error.code, code, detail)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _answer_bug(error: Exception) -> Response:
    # The message may quote a row; where it happened is enough to find it.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("unexpected %s at %s\n%s", type(error).__name__, request.endpoint, frames)
    return answer(
        500, "unexpected", "Something went wrong on our side. Nothing was lost; send it again."
    )
