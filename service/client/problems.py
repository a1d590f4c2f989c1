"""What the API refuses, as exceptions: one for each kind, all of them `Problem`."""

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """A call was refused; `detail` says what to do and `errors` where it is wrong."""

    def __init__(self, status: int, title: str, detail: str, errors: list[Any]) -> None:
        """Tell of a refusal as application/problem+json says it."""
        super().__init__(detail or title)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors


class Invalid(Problem):
    """Something that was sent is wrong (400, 413, 415, 422)."""


class NotAllowed(Problem):
    """There is no token that holds, or it reaches less far (401, 403)."""


class NotFound(Problem):
    """There is no such thing (404)."""


class Conflict(Problem):
    """It cannot be done as things stand (409), or they have changed meanwhile (412)."""


class NoAnswer(Exception):
    """The server did not answer, or was not itself, for as long as was tried."""


_KINDS: Mapping[int, type[Problem]] = {
    400: Invalid,
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
}


def of(status: int, told: object) -> Problem:
    """Return the exception for a refusal, also where its body is none of the API's."""
    said = told if isinstance(told, dict) else {}
    kind = _KINDS.get(status, Problem)
    errors = said.get("errors")
    return kind(
        status,
        str(said.get("title", f"HTTP {status}")),
        str(said.get("detail", "")),
        errors if isinstance(errors, list) else [],
    )
