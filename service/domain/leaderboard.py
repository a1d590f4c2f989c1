"""What a leaderboard holds: figures and codes of one study at one moment, never a sentence.

Workers compute it, the store keeps it as JSON, and pages, commands and exports read it typed. A
change of any field is a new `VERSION`: what was stored before is then computed anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain import records
from service.domain.beside_votes import Blinding, Gold, Marks
from service.domain.finding import Finding

VERSION = 2


@dataclass(frozen=True)
class Rates:
    """How completions ended, as shares of all that ended; None where none did."""

    complete: float | None = None
    cut_off: float | None = None
    refused: float | None = None
    failed: float | None = None


@dataclass(frozen=True)
class Measured:
    """What a configuration's completions took; money in USD, None as soon as one is unknown.

    `cost` is what was paid and `saved` what answers out of the store would have cost more;
    `cost_per_1000` is the mean over answers, as if all had been paid.
    """

    completions: int = 0
    cost: float | None = None
    saved: float = 0.0
    reused: int = 0
    cost_per_1000: float | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    rates: Rates = field(default_factory=Rates)


@dataclass(frozen=True)
class Row:
    """One configuration: its rating, its place, its votes, and what it took.

    `observed_share` is the share of its own votes that it won, ties counted half, None without
    votes. `expected_share` is what the fit expects of votes against the others in service, with
    its 95 % interval; None where it can be compared with nobody. A rank set from `rank_low` to
    `rank_high` holds for all at once; `component` tells apart what no chain of votes joins.
    """

    configuration: str
    approach: str
    is_retired: bool
    rating: float
    low: float
    high: float
    observed_share: float | None
    expected_share: float | None
    expected_low: float | None
    expected_high: float | None
    group: int
    component: int
    rank_low: int
    rank_high: int
    p_best: float
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    measured: Measured = field(default_factory=Measured)

    @property
    def tie_share(self) -> float | None:
        """The share of its votes that were ties other than both bad."""
        return self.ties / self.votes if self.votes else None

    @property
    def both_bad_share(self) -> float | None:
        """The share of its votes that found both texts bad."""
        return self.both_bad / self.votes if self.votes else None


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


@dataclass(frozen=True)
class Verdict:
    """Whether the votes suffice: `no_votes`, `decided`, `practically_equal` or `keep_going`.

    While going on, `short_of` says of what there is too little (votes, prompts or raters) and
    `more` about how many more it takes, None where they would hardly settle it. `margin` is the
    difference in percentage points up to which configurations count as equal.
    """

    state: str
    winner: str | None = None
    short_of: str | None = None
    more: int | None = None
    for_these_raters: bool = False
    margin: int = 0


@dataclass(frozen=True)
class Clustering:
    """How much clusters of votes widened each interval, and when that was computed."""

    at: str
    method: str
    degrees: float | None
    factors: Mapping[str, float]


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
class Leaderboard:
    """The ratings of one study at one moment, best first, and all that stands beside them.

    `excluded` counts votes that are kept and not counted, by reason. `beside_votes_at` is when
    marks, gold and blinding were counted, which a quick leaderboard takes over from before.
    `dealing_weights` name configurations by their ids, for the dealing of adaptive studies.
    """

    ratings: tuple[Row, ...]
    groups: tuple[tuple[str, ...], ...]
    matrix: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    raters: int
    prompts: int
    votes: int
    excluded: Mapping[str, int]
    marks: Marks | None
    gold: Gold | None
    blinding: Blinding | None
    beside_votes_at: str
    clustering: Clustering
    dealing_weights: tuple[tuple[int, int, float], ...]
    method: Method
    version: int = VERSION

    def difference(self, first: str, second: str) -> Difference | None:
        """Return how `first` stands to `second`, None where no chain of votes joins them."""
        for found in self.differences:
            if (found.first, found.second) == (first, second):
                return found
            if (found.first, found.second) == (second, first):
                return found.turned()
        return None

    @property
    def competing(self) -> tuple[Row, ...]:
        """The rows in service that have votes, best first."""
        return tuple(row for row in self.ratings if row.votes and not row.is_retired)


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
