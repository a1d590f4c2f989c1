"""Cursors of lists: where the next page begins, as a word that only we read."""

import base64
import binascii

from pydantic import Field

from service.web.api.operations import Answer, Asked
from service.web.api.problems import BadRequest, Fault

MOST = 500
USUAL = 100
_LARGEST = 2**63 - 1


class Paged(Asked):
    """Which page of a list is wanted."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.")
    cursor: str | None = Field(
        None, max_length=64, description="`next` of the page before; none for the first one."
    )


class Page(Answer):
    """A page of a list."""

    next: str | None = Field(description="`cursor` of the next page; null where this is the last.")


def write(after: int | None) -> str | None:
    """Return the cursor behind a row, None where there is no more."""
    return None if after is None else base64.urlsafe_b64encode(b"a%d" % after).decode()


def read(cursor: str | None) -> int:
    """Return behind which row a page begins, 0 for the first page.

    Raises
    ------
    BadRequest
        The cursor is none of ours.
    """
    if cursor is None:
        return 0
    try:
        told = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        told = b""
    if told[:1] == b"a" and told[1:].isdigit() and int(told[1:]) <= _LARGEST:
        return int(told[1:])
    fault = Fault(detail="Send `next` of the page before, unchanged.", parameter="cursor")
    raise BadRequest("The cursor is none that this list gave.", [fault])
