"""The end that a study declares before it looks: votes, a day, or when it is decided.

Votes and a day fix one last look, which shares the one error of 5 % with the looks before it, so
that a small study can be decided. Being decided is no look that is fixed: it is asked at every
one, of claims that hold at every one. Nothing of it can be moved once the study is open.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from service.domain.claims import Claims

_ALWAYS = "always"


class When(StrEnum):
    """What has to be decided: one is ahead of all others, or nothing about the best is open.

    With `SETTLED` each of the others is behind the best or practically equal to it.
    """

    WINNER = "winner"
    SETTLED = "settled"


class Then(StrEnum):
    """What happens at the end: the study closes and keeps its result, or it is only told."""

    CLOSE = "close"
    NOTIFY = "notify"


class By(StrEnum):
    """What came first."""

    VOTES = "votes"
    DATE = "date"
    DECIDED = "decided"


@dataclass(frozen=True)
class DeclaredEnd:
    """After so many votes, with the last minute of a day (UTC), or when it is decided.

    Whichever comes first; `then` is what happens there.
    """

    votes: int | None = None
    day: date | None = None
    decided: When | None = None
    then: Then = Then.CLOSE

    def reached_by(self, votes: int, now: datetime) -> By | None:
        """Return by what it is reached with so many votes at this moment, deciding aside."""
        if self.votes is not None and votes >= self.votes:
            return By.VOTES
        return By.DATE if self.day is not None and now.date() > self.day else None

    def is_reached(self, votes: int, now: datetime) -> bool:
        """Tell whether it is reached with so many votes, at this moment, deciding aside."""
        return self.reached_by(votes, now) is not None

    @property
    def has_last_look(self) -> bool:
        """Whether one look is fixed at which the study ends.

        Where the end is only told votes go on, and no look after it was fixed before.
        """
        return self.then is Then.CLOSE and not (self.votes is None and self.day is None)


@dataclass(frozen=True)
class Met:
    """That a stop rule was met, once: when, by what, with how many votes, and who led then.

    `leader` is the best, or whom the others equal; None where nothing was decided.
    """

    at: str
    by: str
    votes: int
    leader: str | None = None

    def to_stored(self) -> dict[str, Any]:
        """Return it as it is kept with the study."""
        return asdict(self)


def declared(
    votes: int | None, day: date | None, decided: str | None = None, then: str | None = None
) -> DeclaredEnd | None:
    """Return the end that a study's row holds; None where it declares none."""
    if votes is None and day is None and not decided:
        return None
    when = When(decided) if decided else None
    return DeclaredEnd(votes, day, when, Then(then or Then.CLOSE))


def met(stored: Mapping[str, Any] | None) -> Met | None:
    """Return how a study's stop rule was met, as its row keeps it."""
    return Met(**stored) if stored else None


def is_decided(when: str | None, found: Claims, in_service: Collection[str]) -> bool:
    """Tell whether claims that hold at every look decide among all configurations in service.

    A configuration without votes, or that no votes join to the others, leaves it open: nothing is
    known of it.
    """
    if when is None or {found.leader, *(each.rival for each in found.rivals)} != set(in_service):
        return False
    allowed = {"ahead"} if when == When.WINNER else {"ahead", "equal"}
    return all(each.state in allowed and each.holds == _ALWAYS for each in found.rivals)
