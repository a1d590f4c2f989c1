"""What formats make of a record, and the messages that the record of tests holds."""

from typing import Any

from service.formats.exports.kinds import Rows
from service.formats.exports.policy import Policy, keep
from service.formats.exports.record import Message
from tests.formats.exports.judged import judged, votes

USER = {"role": "user", "content": "Question 1?"}
GOOD, BAD = ({"role": "assistant", "content": f"{word} 1"} for word in ("good", "bad"))
TALK = (
    Message("system", "Be kind."),
    Message("user", "Hello."),
    Message("assistant", "Hi."),
    Message("user", "And now?"),
)


def rows(render: Rows, policy: Policy | None = None, **changed: Any) -> list[dict[str, Any]]:
    """Return the rows of one record."""
    given = policy or Policy()
    return list(render(keep(judged(**changed), given), given))


def from_either_side(render: Rows) -> dict[str, Any]:
    """Return the row of a record, which is the same with its answers exchanged."""
    (row,) = rows(render)
    assert rows(render, first="bad 1", second="good 1", votes=votes(second=1)) == [row]
    return row
