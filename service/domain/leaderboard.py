"""What a leaderboard holds: figures and codes of one study at one moment, never a sentence.

Workers compute it, the store keeps it as JSON. A change of any field is a new `VERSION`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from service.domain import records
from service.domain.beside_votes import Blinding, Gold, Marks
from service.domain.claims import Against, Claims, Verdict
from service.domain.course import Course
from service.domain.ending import Met
from service.domain.finding import Finding
from service.domain.grounds import Grounds
from service.domain.measured import Measured
from service.domain.priced import Prices
from service.domain.slices import Slices
from service.domain.trust import Check

VERSION = 5

# Why votes are kept and count for nothing in ratings, beside the reasons that single votes have.
RETIRED, NEWCOMER = "retired", "newcomer"


@dataclass(frozen=True)
class Rating:
    """Where a configuration that competes stands within its part, at 95 %.

    `points` lie on the published scale. `expected_share` is what the fit expects of votes against
    each other configuration of the part in turn, ties counted half. `group` counts tiers from the
    best, 0: no two of one tier can be told apart, and those of neighbouring tiers may not be told
    apart either, which `Part.groups` say. A rank set from `rank_low` to
    `rank_high` holds for all at once. From `low` to `high` is for raters in general, from
    `these_low` to `these_high` for these raters alone: None where the former says no more.
    """

    points: float
    low: float
    high: float
    expected_share: float
    expected_low: float
    expected_high: float
    part: int
    group: int
    rank_low: int
    rank_high: int
    p_best: float
    these_low: float | None = None
    these_high: float | None = None


@dataclass(frozen=True)
class Row:
    """One configuration: its rating, its votes, and what it took.

    The rating is None where it does not compete: it is retired, or has no votes, or a handful
    where others have many. Its votes are those against configurations in service (against all,
    where it is retired itself), and `observed_share` is what it won of them, ties counted half.
    """

    configuration: str
    approach: str
    is_retired: bool
    rating: Rating | None
    observed_share: float | None
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    measured: Measured = field(default_factory=Measured)

    @property
    def both_bad_share(self) -> float | None:
        """The share of its votes that found both texts bad."""
        return self.both_bad / self.votes if self.votes else None

    @property
    def is_newcomer(self) -> bool:
        """Whether it waits, in service, for votes of which others have many more."""
        return self.rating is None and self.votes > 0 and not self.is_retired


@dataclass(frozen=True)
class Difference:
    """How `first` stands to `second`: its expected share of their votes, ties counted half.

    The interval is of this pair alone; `told_apart` holds for all pairs at once.
    """

    first: str
    second: str
    share: float
    low: float
    high: float
    told_apart: bool
    p_beats: float

    def turned(self) -> "Difference":
        """Return the same, seen from the other."""
        return Difference(
            self.second,
            self.first,
            1 - self.share,
            1 - self.high,
            1 - self.low,
            self.told_apart,
            1 - self.p_beats,
        )

    @property
    def spans_even(self) -> bool:
        """Whether the interval of this one difference holds an even share."""
        return self.low <= 0.5 <= self.high  # noqa: PLR2004 - even

    @property
    def reach(self) -> int:
        """Percentage points beyond which a difference either way is unlikely."""
        return round(100 * max(abs(self.low - 0.5), abs(self.high - 0.5)))


@dataclass(frozen=True)
class Cell:
    """The votes on one matchup of two configurations."""

    first: str
    second: str
    first_wins: int
    second_wins: int
    ties: int
    both_bad: int

    @property
    def votes(self) -> int:
        """All of them."""
        return self.first_wins + self.second_wins + self.ties + self.both_bad

    @property
    def share(self) -> float:
        """What the first won of them, every kind of tie counted half; a cell has votes."""
        return (self.first_wins + (self.ties + self.both_bad) / 2) / self.votes

    def turned(self) -> "Cell":
        """Return the same, seen from the other."""
        return Cell(
            self.second, self.first, self.second_wins, self.first_wins, self.ties, self.both_bad
        )


@dataclass(frozen=True)
class End:
    """The end that a study declared before it looked: votes, a day, or when decided, the first.

    `decided` and `then` are as in `domain.ending`; `met` tells how it was `reached`.
    """

    votes: int | None = None
    at: str | None = None
    reached: bool = False
    decided: str | None = None
    then: str = "close"
    met: Met | None = None

    @property
    def has_last_look(self) -> bool:
        """Whether one look is fixed at which the study ends, which keeps some of the error."""
        return self.then == "close" and not (self.votes is None and self.at is None)

    @property
    def is_last_look(self) -> bool:
        """Whether this is that look; a study that was decided before has had none."""
        was_decided = self.met is not None and self.met.by == "decided"
        return self.has_last_look and self.reached and not was_decided


@dataclass(frozen=True)
class Clustering:
    """How much clusters of votes widened each interval.

    `shifts` tells by how much, on the natural-log scale, each strength moved because no rater
    counts for more than 1.5 times the mean; empty where nobody would have. `within` holds the width
    of each interval for these raters over that for raters in general; empty where it is the same.
    """

    method: str
    degrees: float | None
    factors: Mapping[str, float]
    shifts: Mapping[str, float] = field(default_factory=dict)
    within: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """How ratings were made: with what, for whoever recomputes them."""

    model: str
    prior: str
    level: float
    intervals: str
    seed: int
    evenhand: str


@dataclass(frozen=True)
class Share:
    """A share of votes with its 95 % interval, which allows for raters and prompts."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Cycle:
    """Three configurations of which each is preferred to the next, round in a circle.

    `shares` are what each won of its votes against the next, ties counted half.
    """

    configurations: tuple[str, str, str]
    shares: tuple[float, float, float]


@dataclass(frozen=True)
class Order:
    """Whether there is one order at all: how likely so poor a fit is by luck, and circles."""

    p_value: float
    cycles: tuple[Cycle, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether the votes contradict any one order."""
        return bool(self.cycles) or self.p_value < 0.01  # noqa: PLR2004 - rarely by luck


@dataclass(frozen=True)
class Sensitivity:
    """What the ratings say once votes "both bad" are left out: who is at the top, best first.

    `first_share` is the expected share of the first of them.
    """

    votes: int
    top: tuple[str, ...]
    first_share: float | None


@dataclass(frozen=True)
class Part:
    """Configurations that a chain of votes joins, best first; nothing is said across parts.

    `groups` overlap: two share one where they cannot be told apart, and only there. `top` holds
    those among the best that cannot be told apart from each other, grown in the order of ratings.
    Of the votes, `decisive` preferred one, `tied` is the share of all others, and
    `without_both_bad` is None where no vote found both bad. `against` holds what may be said of
    each of the others and the incumbent, where that competes here; `slices` are by tags of prompts.
    """

    raters: int
    prompts: int
    tied: Share
    both_bad: Share
    claims: Claims
    verdict: Verdict
    order: Order
    without_both_bad: Sensitivity | None
    clustering: Clustering
    configurations: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    top: tuple[str, ...] = ()
    votes: int = 0
    decisive: int = 0
    against: tuple[Against, ...] = ()
    slices: Slices = field(default_factory=Slices)


@dataclass(frozen=True)
class Leaderboard:
    """The ratings of one study at one moment, best first, and all that stands beside them.

    Votes, raters and prompts are those of matchups between configurations that compete;
    `excluded` counts votes that are kept and not counted, by reason. Of several `parts` the one
    with most votes is first. `beside_votes_at` is when marks, gold and blinding were counted,
    which a quick leaderboard takes over from before. `dealing_weights` name configurations by
    their ids, for adaptive dealing. `incumbent` is the configuration that is live today, if any.
    """

    ratings: tuple[Row, ...]
    parts: tuple[Part, ...]
    matrix: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    end: End | None
    raters: int
    prompts: int
    votes: int
    excluded: Mapping[str, int]
    marks: Marks | None
    gold: Gold | None
    blinding: Blinding | None
    beside_votes_at: str
    clustered_at: str
    dealing_weights: tuple[tuple[int, int, float], ...]
    method: Method
    incumbent: str | None = None
    prices: Prices = field(default_factory=Prices)
    # Of the part with most votes, when its clusters were looked at last.
    checks: tuple[Check, ...] = ()
    grounds: Grounds | None = None
    course: Course = field(default_factory=Course)
    version: int = VERSION

    def difference(self, first: str, second: str) -> Difference | None:
        """Return how `first` stands to `second`, None where no chain of votes joins them."""
        found = self._differences.get((first, second))
        if found is not None:
            return found
        turned = self._differences.get((second, first))
        return None if turned is None else turned.turned()

    def cell(self, first: str, second: str) -> Cell | None:
        """Return the votes on two configurations, seen from `first`; None without any."""
        found = self._cells.get((first, second))
        if found is not None:
            return found
        turned = self._cells.get((second, first))
        return None if turned is None else turned.turned()

    # A card asks for many pairs of many: each is looked up, none is searched for.
    @cached_property
    def _differences(self) -> dict[tuple[str, str], Difference]:
        return {(one.first, one.second): one for one in self.differences}

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Cell]:
        return {(one.first, one.second): one for one in self.matrix}

    @property
    def competing(self) -> tuple[tuple[Row, Rating], ...]:
        """The rows that have a rating, the best of the first part first."""
        return tuple((row, row.rating) for row in self.ratings if row.rating is not None)

    def of_part(self, part: Part) -> tuple[tuple[Row, Rating], ...]:
        """Return the rows of one part with their ratings, best first."""
        at = self.parts.index(part)
        return tuple((row, rating) for row, rating in self.competing if rating.part == at)

    @property
    def waiting(self) -> tuple[Row, ...]:
        """The rows in service that have no votes yet, or a handful."""
        return tuple(row for row in self.ratings if row.rating is None and not row.is_retired)


def to_json(board: Leaderboard) -> dict[str, Any]:
    """Return a leaderboard as the store and programs get it."""
    plain: dict[str, Any] = records.to_plain(board)
    return plain


def from_json(stored: Mapping[str, Any]) -> Leaderboard:
    """Return a stored leaderboard of this version.

    Raises
    ------
    Unreadable
        It is of another version, or none at all.
    """
    return records.from_plain(Leaderboard, stored)


def is_current(stored: Mapping[str, Any]) -> bool:
    """Tell whether what was stored is of this version."""
    return stored.get("version") == VERSION
