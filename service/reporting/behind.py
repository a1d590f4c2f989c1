"""Which counted votes stand behind a sentence: what a click on it opens, and how it is said."""

from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard
from service.reporting.words import Words


@dataclass(frozen=True)
class Behind:
    """The counted votes that stand behind a sentence: on one matchup, seen from the first.

    With a tag they are those on its prompts alone.
    """

    first: str
    second: str
    votes: int
    tag: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What the address of the page with these votes asks for."""
        tag = {"tag": self.tag} if self.tag else {}
        return {"first": self.first, "second": self.second, **tag}


@dataclass(frozen=True)
class Tagged:
    """The counted votes of one configuration of a part on the prompts of one tag."""

    part: int
    first: str
    tag: str
    votes: int

    @property
    def query(self) -> dict[str, str]:
        """What the address of the page with these votes asks for."""
        return {"part": str(self.part), "first": self.first, "tag": self.tag}


@dataclass(frozen=True)
class Tied:
    """All counted votes of a part that preferred neither, or that found both bad."""

    part: int
    outcomes: str
    votes: int

    @property
    def query(self) -> dict[str, str]:
        """What the address of the page with these votes asks for."""
        return {"part": str(self.part), "outcomes": self.outcomes}


def on(board: Leaderboard, first: str, second: str) -> Behind | None:
    """Return the direct votes on two configurations; None where they met through others alone."""
    cell = board.cell(first, second)
    return None if cell is None or not cell.votes else Behind(first, second, cell.votes)


def counted(board: Leaderboard, behind: Behind | Tied, words: Words) -> str:
    """Return what was counted of exactly the votes that a click opens."""
    if isinstance(behind, Tied):
        return words.ngettext("%(number)s vote", "%(number)s votes", behind.votes)
    cell = board.cell(behind.first, behind.second)
    return words.ngettext(
        "counted: %(share)s of %(number)s vote",
        "counted: %(share)s of %(number)s votes",
        behind.votes,
        share=words.unknown() if cell is None else words.share(cell.share),
    )
