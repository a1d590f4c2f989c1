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

VERSION = 3


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
class Claim:
    """What may be said of a leader and one rival: `ahead`, `equal` (within the margin) or `open`.

    `holds` tells when a claim is true: `always` (at this look and at every other, 5 % false over
    all looks, rivals and leaders together) or `at_end` (at the end that the study declared, and
    not before). None while it is open.
    """

    leader: str
    rival: str
    state: str
    holds: str | None = None


@dataclass(frozen=True)
class Claims:
    """Who is ahead of whom among configurations that votes join: card and verdict say no other.

    About those in service that have votes and are joined by votes among themselves, two at least.
    `leader` has the highest rating of them, `rivals` one claim for each of the others, the
    strongest first. With fewer than five raters (or prompts) all speaks for these ones alone:
    `for_these_raters`, `for_these_prompts`.
    """

    leader: str
    rivals: tuple[Claim, ...]
    for_these_raters: bool = False
    for_these_prompts: bool = False

    @property
    def ahead_of(self) -> tuple[Claim, ...]:
        """The rivals that the leader is ahead of."""
        return tuple(claim for claim in self.rivals if claim.state == "ahead")

    @property
    def not_ahead_of(self) -> tuple[Claim, ...]:
        """The rivals that it cannot be told from, or equals."""
        return tuple(claim for claim in self.rivals if claim.state != "ahead")


@dataclass(frozen=True)
class End:
    """The end that a study declared before it looked: a number of votes, a date, or both.

    Whichever comes first; `reached` at this leaderboard.
    """

    votes: int | None = None
    at: str | None = None
    reached: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether the votes suffice; it follows from the claims.

    `no_votes`, `decided`, `practically_equal`, `keep_going`, or `apart` where the votes fall into
    groups that never met, each with claims of its own. `holds` is as in `Claim`. While
    going on, `short_of` says of what there is too little (votes, prompts or raters). `more` is no
    longer given; from `more_low` to `more_high` more of it would settle it in about four of
    five such studies, both None where nobody can tell. `margin` is the difference in percentage
    points of all votes up to which configurations count as equal.
    """

    state: str
    winner: str | None = None
    short_of: str | None = None
    more: int | None = None
    for_these_raters: bool = False
    margin: int = 0
    for_these_prompts: bool = False
    holds: str | None = None
    more_low: int | None = None
    more_high: int | None = None


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
    `claims` has one entry for each group of configurations that votes join, the largest first.
    `dealing_weights` name configurations by their ids, for the dealing of adaptive studies.
    """

    ratings: tuple[Row, ...]
    groups: tuple[tuple[str, ...], ...]
    matrix: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    claims: tuple[Claims, ...]
    end: End | None
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

    def claim(self, leader: str, rival: str) -> Claim | None:
        """Return what may be said of a leader and a rival, None where they were never joined."""
        for claim in (claim for claims in self.claims for claim in claims.rivals):
            if (claim.leader, claim.rival) == (leader, rival):
                return claim
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
