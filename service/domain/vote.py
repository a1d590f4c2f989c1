"""What a rater may say about an assignment, and the rules a vote must satisfy."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from service.domain.assignment import AssignmentKind
from service.errors import Conflict, Invalid, NotFound


class Choice(StrEnum):
    """What a rater pressed, in words of sides; `TIE` occurs in imported votes only."""

    LEFT_MUCH = "left_much"
    LEFT = "left"
    BOTH_GOOD = "both_good"
    BOTH_BAD = "both_bad"
    RIGHT = "right"
    RIGHT_MUCH = "right_much"
    TIE = "tie"


class Outcome(StrEnum):
    """A choice unblinded: which of the matchup's two configurations was preferred."""

    FIRST_MUCH = "first_much"
    FIRST = "first"
    BOTH_GOOD = "both_good"
    BOTH_BAD = "both_bad"
    SECOND = "second"
    SECOND_MUCH = "second_much"
    TIE = "tie"


OFFERED = tuple(choice for choice in Choice if choice is not Choice.TIE)
WON_BY_FIRST = frozenset({Outcome.FIRST, Outcome.FIRST_MUCH})
WON_BY_SECOND = frozenset({Outcome.SECOND, Outcome.SECOND_MUCH})


FLAG_KINDS = ("knows_source", "broken", "unsafe", "other")
REASON_KINDS = (
    "correct",
    "complete",
    "clear",
    "follows",
    "tone",
    "length",
    "layout",
    "safe",
)


class UnknownChoice(Invalid):
    """The choice is none of the six."""


class UnknownAssignment(NotFound):
    """No such assignment for this rater; the same answer for somebody else's."""


class KeyReused(Invalid):
    """The idempotency key came before with another body."""


class AlreadyVoted(Conflict):
    """The assignment holds a vote, and the new one does not say that it revises it."""

    choice: str = ""


class VotingIsOver(Conflict):
    """The rater has finished or the study is closed: revisions and undo have ended."""


class NothingToUndo(Conflict):
    """The rater has no vote that could be taken back."""


@dataclass(frozen=True)
class Standing:
    """What is known about a vote when deciding whether it counts."""

    is_late: bool
    is_excluded: bool
    rater_is_sighted: bool
    study_counts_sighted: bool
    kind: AssignmentKind


def parse_choice(text: str) -> Choice:
    """Return the choice a rater may make, or say which there are."""
    try:
        choice = Choice(text)
    except ValueError:
        choice = Choice.TIE
    if choice not in OFFERED:
        raise UnknownChoice("Please choose one of the six answers below the texts.")
    return choice


def body_hash(assignment_token: str, choice: str | None, supersedes: int) -> str:
    """Return what must be equal when an idempotency key comes again."""
    return hashlib.sha256(f"{assignment_token}|{choice}|{supersedes}".encode()).hexdigest()


def counts(standing: Standing) -> bool:
    """Decide whether a vote enters the leaderboard; it is stored in any case."""
    if standing.kind is not AssignmentKind.REGULAR:
        return False
    if standing.is_late or standing.is_excluded:
        return False
    return standing.study_counts_sighted or not standing.rater_is_sighted
