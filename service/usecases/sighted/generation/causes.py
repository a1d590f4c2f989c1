"""Groups what failed by its cause, with what was said, whom it met and whether to try again."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.store import completions
from service.usecases.sighted.lookup import find

MOST_MESSAGES = 3


@dataclass(frozen=True)
class CauseView:
    """One cause: how many completions failed of it, by configuration, and what was said.

    `can_retry` counts those that a call may mend: what was imported is not called.
    """

    cause: str
    number: int
    can_retry: int
    configurations: tuple[tuple[str, int], ...]
    messages: tuple[str, ...]
    more_messages: int


def of_study(session: Session, name: str) -> list[CauseView]:
    """Return the causes of failures in a study, the most frequent first.

    Raises
    ------
    UnknownStudy
    """
    grouped: dict[str, list[completions.FailedAlike]] = {}
    for one in completions.failed_alike(session, find(session, name).id):
        grouped.setdefault(one.error_class, []).append(one)
    found = [_cause(cause, alike) for cause, alike in grouped.items()]
    return sorted(found, key=lambda each: (-each.number, each.cause))


def _cause(cause: str, alike: list[completions.FailedAlike]) -> CauseView:
    by_configuration: dict[str, int] = {}
    by_message: dict[str, int] = {}
    for one in alike:
        known = by_configuration.get(one.configuration, 0)
        by_configuration[one.configuration] = known + one.number
        by_message[one.message] = by_message.get(one.message, 0) + one.number
    said = sorted(by_message, key=lambda message: (-by_message[message], message))
    return CauseView(
        cause=cause,
        number=sum(one.number for one in alike),
        can_retry=sum(one.number for one in alike if one.is_generated),
        configurations=tuple(sorted(by_configuration.items(), key=lambda of: (-of[1], of[0]))),
        messages=tuple(said[:MOST_MESSAGES]),
        more_messages=max(0, len(said) - MOST_MESSAGES),
    )
