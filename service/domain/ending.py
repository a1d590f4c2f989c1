"""The end that a study declares before it looks: a number of votes, or a date.

It shares the one error of 5 % with the looks before it, so that a small study can be decided;
the study closes by itself there, and cannot move it once it is open.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DeclaredEnd:
    """After so many votes, or with the last minute of a day (UTC), whichever comes first."""

    votes: int | None = None
    day: date | None = None

    def is_reached(self, votes: int, now: datetime) -> bool:
        """Tell whether it is reached with so many votes, at this moment."""
        enough = self.votes is not None and votes >= self.votes
        return enough or (self.day is not None and now.date() > self.day)


def declared(votes: int | None, day: date | None) -> DeclaredEnd | None:
    """Return the end that a study's row holds; None where it declares none."""
    return None if votes is None and day is None else DeclaredEnd(votes, day)
