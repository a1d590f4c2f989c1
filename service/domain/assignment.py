"""The life of an assignment: which states there are, what leads from one to another."""

from enum import StrEnum
from typing import Final, NewType

from service.errors import Conflict

# Which completion stands left. Only `blinding.sides` can make one or read it; others carry it.
Sides = NewType("Sides", bool)


class AssignmentKind(StrEnum):
    """Why a matchup was dealt; only `REGULAR` ones enter counts and fits."""

    REGULAR = "regular"
    REPEAT = "repeat"
    GOLD = "gold"
    # One of the few that every rater gets first.
    NORMING = "norming"
    PRACTICE = "practice"


class AssignmentState(StrEnum):
    """Where a dealt matchup stands."""

    DEALT = "dealt"
    VOTED = "voted"
    GRADED = "graded"
    # Judged after it was over: kept, and no place is taken by what does not count.
    LATE = "late"
    SKIPPED = "skipped"
    # Its lease ran out and somebody else needed the place.
    EXPIRED = "expired"
    # Older versions ended an assignment so where its matchup was flagged; it stays as it is.
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to an assignment."""

    VOTE = "vote"
    GRADE = "grade"
    # A vote or grades that came when the rater had finished or the study was closed.
    JUDGE_LATE = "judge_late"
    SKIP = "skip"
    UNDO = "undo"
    # Its place is given back without a vote.
    LAPSE = "lapse"
    # It is dealt to its rater once more: the same row, so that one vote comes of it.
    DEAL_AGAIN = "deal_again"


class ImpossibleEvent(Conflict):
    """An assignment cannot go through this as it stands."""


_S, _E = AssignmentState, Event
_JUDGED = {_E.VOTE: _S.VOTED, _E.GRADE: _S.GRADED, _E.JUDGE_LATE: _S.LATE}
_NEXT: Final[dict[AssignmentState, dict[Event, AssignmentState]]] = {
    _S.DEALT: {**_JUDGED, _E.SKIP: _S.SKIPPED, _E.LAPSE: _S.EXPIRED},
    # A vote on what lapsed still counts: its rater had the texts on the screen.
    _S.EXPIRED: {**_JUDGED, _E.SKIP: _S.SKIPPED, _E.DEAL_AGAIN: _S.DEALT},
    # What is judged may be judged anew, and left out only once that is taken back.
    _S.VOTED: {_E.VOTE: _S.VOTED, _E.UNDO: _S.DEALT},
    _S.GRADED: {_E.GRADE: _S.GRADED, _E.UNDO: _S.DEALT},
    _S.LATE: {**_JUDGED, _E.UNDO: _S.DEALT},
    _S.SKIPPED: {**_JUDGED, _E.SKIP: _S.SKIPPED, _E.UNDO: _S.DEALT},
    _S.WITHDRAWN: dict.fromkeys((_E.VOTE, _E.GRADE, _E.JUDGE_LATE, _E.SKIP, _E.UNDO), _S.WITHDRAWN),
}

# Matchups of what competes that a rater has for the first time: what repeats and gold are counted
# by and what is repeated, so that none of it tells one of these kinds from the other.
FIRST_TIME: Final = (AssignmentKind.REGULAR, AssignmentKind.NORMING)

# Regular assignments in these states take one of the votes that a prompt wants.
HOLDS_A_PLACE: Final = frozenset({_S.DEALT, _S.VOTED, _S.GRADED})
# In these states it has a vote that stands, in time or late.
HAS_A_VOTE: Final = (_S.VOTED, _S.LATE)
# In these states its rater's judgement stands.
JUDGED: Final = frozenset({_S.VOTED, _S.GRADED, _S.LATE})
# What its rater has dealt with, as their own progress counts it.
DONE: Final = JUDGED | {_S.SKIPPED}


def advance(state: str, event: Event) -> AssignmentState:
    """Return the state that an event leads to.

    Raises
    ------
    ImpossibleEvent
        Nothing in the service lets this happen; whoever meets it has found a fault of ours.
    """
    following = _NEXT[AssignmentState(state)].get(event)
    if following is None:
        raise ImpossibleEvent("This matchup can no longer be changed so. Please reload the page.")
    return following


def leading(event: Event) -> tuple[AssignmentState, AssignmentState]:
    """Return the one state that an event starts from, and the one that it leads to.

    For changes of many rows in one statement: of those alone that stand where it starts.
    """
    ((before, after),) = ((one, to[event]) for one, to in _NEXT.items() if event in to)
    return before, after
