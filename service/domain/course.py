"""How ratings went over time: expected shares at some moments, held true at all of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """A configuration at one moment: its expected share, and an interval that holds at every look.

    All are of the votes until then.
    """

    configuration: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Moment:
    """A moment: when its last vote came, how many votes there were, and where all stood."""

    at: str
    votes: int
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Course:
    """Moments in their order; `why` is `too_many_votes` or `too_few_votes` where there are none."""

    moments: tuple[Moment, ...] = ()
    why: str = ""
