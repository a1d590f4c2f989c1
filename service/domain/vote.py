"""What a rater may say about an assignment, and the rules a vote must satisfy."""

import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Self

from service.domain.assignment import AssignmentKind
from service.errors import Conflict, Invalid, NotFound


class Side(IntEnum):
    """Which side a choice prefers; `LEFT` and `RIGHT` are each other's negative."""

    LEFT = 1
    NEITHER = 0
    RIGHT = -1


class Row(NamedTuple):
    """What there is to say about one choice: all else about choices follows from it.

    `strength` tells how much better, 0 where neither side is. `label` is what people read, with
    places for what stands left and right. `names` are further words that files have for it,
    in plain form (`formats.columns.plain`). `is_bad` marks the tie in which both sides fail.
    """

    name: str
    side: Side
    strength: int
    label: str
    names: tuple[str, ...] = ()
    is_bad: bool = False
    is_offered: bool = True


class Choice(StrEnum):
    """What a rater pressed, in words of sides: THE table of choices.

    A choice that is added here, with its mirror, is offered, stored, unblinded, counted, shown
    and imported. Only the statistics' codes (`service.stats.counts.Outcome`) and the columns of
    the rater's bar are told apart from it, and tests fail until they follow.
    """

    row: Row

    def __new__(cls, *row: Any) -> Self:
        """Make the member whose value is the row's name."""
        told = Row(*row)
        member = str.__new__(cls, told.name)
        member._value_ = told.name
        member.row = told
        return member

    LEFT_MUCH = Row(
        "left_much",
        Side.LEFT,
        2,
        "{left} much better",
        ("a_much", "a_much_better", "a>>b", "[[a>>b]]"),
    )
    LEFT = Row(
        "left",
        Side.LEFT,
        1,
        "{left} better",
        ("a", "a_better", "model_a", "response_a", "assistant_a", "a>b", ">", "[[a]]", "[[a>b]]"),
    )
    BOTH_GOOD = Row("both_good", Side.NEITHER, 0, "Both good", ("bothgood", "tie_(bothgood)"))
    BOTH_BAD = Row(
        "both_bad",
        Side.NEITHER,
        0,
        "Both bad",
        ("bothbad", "both_are_bad", "tie_(bothbad)", "tie_(both_bad)", "tie_bothbad", "neither"),
        is_bad=True,
    )
    RIGHT = Row(
        "right",
        Side.RIGHT,
        1,
        "{right} better",
        (
            *("b", "b_better", "model_b", "response_b", "assistant_b"),
            *("b>a", "a<b", "<", "[[b]]", "[[b>a]]"),
        ),
    )
    RIGHT_MUCH = Row(
        "right_much",
        Side.RIGHT,
        2,
        "{right} much better",
        ("b_much", "b_much_better", "b>>a", "a<<b", "[[b>>a]]"),
    )
    # In imported votes only.
    TIE = Row(
        "tie",
        Side.NEITHER,
        0,
        "A tie",
        ("draw", "equal", "tie_(inconsistent)", "a=b", "a==b", "=", "[[c]]", "[[a=b]]"),
        is_offered=False,
    )

    @property
    def side(self) -> Side:
        """The side that is preferred."""
        return self.row.side

    @property
    def mirror(self) -> "Choice":
        """The choice that says the same after the two texts have changed sides."""
        return _MIRRORS[self]

    def label(self, left: str = "A", right: str = "B") -> str:
        """Return the choice in words, with what stands left and right."""
        return self.row.label.format(left=left, right=right)


def _mirror_of(choice: Choice) -> Choice:
    if choice.side is Side.NEITHER:
        return choice
    wanted = (-choice.side, choice.row.strength)
    found = [one for one in Choice if (one.side, one.row.strength) == wanted]
    if len(found) != 1:
        raise ValueError(f"{choice} has no mirror, or several: see the table of choices")
    return found[0]


_MIRRORS = {choice: _mirror_of(choice) for choice in Choice}


def _unblinded(word: str) -> str:
    for side, place in (("left", "first"), ("right", "second")):
        word = word.replace(side, place).replace(side.upper(), place.upper())
    return word


class Outcome(StrEnum):
    """A choice unblinded: which of the matchup's two configurations was preferred.

    `FIRST` and `SECOND` stand where choices say left and right; members follow from `Choice`.
    """

    vars().update({_unblinded(one.name): _unblinded(one.value) for one in Choice})

    @property
    def choice(self) -> Choice:
        """The choice that leads to this outcome when the first configuration stands left."""
        return next(one for one in Choice if outcome_of(one) is self)

    @property
    def sign(self) -> int:
        """1 where the first is preferred, -1 where the second is, 0 where neither."""
        return int(self.choice.side)

    @property
    def is_bad(self) -> bool:
        """Tell whether both failed: a tie that is counted apart."""
        return self.choice.row.is_bad

    @property
    def exchanged(self) -> "Outcome":
        """The same outcome after first and second have changed places."""
        return outcome_of(self.choice.mirror)


def outcome_of(choice: Choice) -> Outcome:
    """Return what a choice means when the first configuration stands left."""
    return Outcome(_unblinded(choice.value))


OFFERED = tuple(choice for choice in Choice if choice.row.is_offered)


FLAG_KINDS = ("knows_source", "broken", "unsafe", "other")
# Why a verdict that an imported file says is a model's does not count: what counts is people's.
MODELS_VERDICT = "A model's verdict, not a person's."
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
    """The choice is none of those offered."""


class UnknownAssignment(NotFound):
    """No such assignment for this rater; the same answer for somebody else's."""


class KeyReused(Invalid):
    """The idempotency key came before with another body."""


class AlreadyVoted(Conflict):
    """The assignment holds a vote, and the new one does not say that it revises it."""

    choice: str = ""


# So often may one matchup be judged, left out and taken back; nobody who means it comes near.
MOST_REVISIONS = 100


class ChangedOften(Conflict):
    """A matchup was judged anew so often that this is not about judging any more."""


class VotingIsOver(Conflict):
    """The rater has finished or the study is closed: revisions and undo have ended."""


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
    for choice in OFFERED:
        if choice == text:
            return choice
    raise UnknownChoice("Please choose one of the answers below the texts.")


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
