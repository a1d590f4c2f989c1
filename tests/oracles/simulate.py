"""Votes drawn from a known world: for tests, planning and benchmarks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt
from numpy.polynomial.hermite_e import hermegauss

from service.stats import fitting, tally
from service.stats.counts import ClusterCells, Counts, FloatArray, IntArray, Outcome
from service.stats.likelihood import davidson
from tests.oracles import tables

Deal = Callable[["Votes", int, np.random.Generator], tuple[IntArray, IntArray]]
NODES = 61  # of the quadrature over random effects


@dataclass(frozen=True, eq=False)
class World:
    """What is true before any vote is cast.

    Attributes
    ----------
    strengths : (K,) array
        Natural-log units.
    prompts, raters : int
        How many there are.
    prompt_spread, rater_spread : float
        Standard deviation of an item's extra strength on one prompt, and for one rater.
    rater_skew : float
        Votes fall to the r-th rater in proportion to r to the power of minus this; 0 is even.
    position : float
        Advantage of the left side in log-odds.
    tie_strength : float
        Davidson's nu; 0 for no ties.
    both_bad : float
        Share of the ties that are "both bad".
    """

    strengths: FloatArray
    prompts: int = 100
    raters: int = 50
    prompt_spread: float = 0.0
    rater_spread: float = 0.0
    rater_skew: float = 0.0
    position: float = 0.0
    tie_strength: float = 0.0
    both_bad: float = 0.5

    @property
    def rater_shares(self) -> FloatArray:
        """Return each rater's share of the votes."""
        weight = np.arange(1, self.raters + 1, dtype=np.float64) ** -self.rater_skew
        shares: FloatArray = weight / weight.sum()
        return shares

    def populate(self, rng: np.random.Generator) -> "Study":
        """Draw the effects of prompts and raters."""
        size = len(self.strengths)
        return Study(
            self,
            self.prompt_spread * rng.standard_normal((self.prompts, size)),
            self.rater_spread * rng.standard_normal((self.raters, size)),
        )

    def target(self) -> FloatArray:
        """Return the strengths that a Bradley–Terry fit tends to, over all prompts and raters.

        Random effects bring shares nearer to a half, so these are closer together than
        `strengths`. Every pair is taken to meet equally often.
        """
        spread = np.sqrt(2 * (self.prompt_spread**2 + self.rater_spread**2))
        gaps = self.strengths[:, None] - self.strengths
        return _fit_shares(self.share(gaps, spread))

    def share(self, gaps: FloatArray, spread: float) -> FloatArray:
        """Return the expected share of wins, ties half, with normal noise on the gaps."""
        nodes, weights = hermegauss(NODES)
        total = np.zeros_like(gaps)
        for node, weight in zip(nodes, weights / weights.sum(), strict=True):
            for side in (self.position, -self.position):
                total += weight * self._expected(gaps + spread * node + side) / 2
        return total

    def _expected(self, gaps: FloatArray) -> FloatArray:
        if not self.tie_strength:
            flat: FloatArray = 0.5 + np.tanh(gaps / 2) / 2
            return flat
        first, tie, _ = davidson(gaps, float(np.log(self.tie_strength)))
        return first + tie / 2


@dataclass(frozen=True, eq=False)
class Votes:
    """Single votes as arrays of the same length; `left` is 1 where `first` was shown left."""

    size: int
    first: IntArray
    second: IntArray
    outcome: IntArray
    left: IntArray
    rater: IntArray
    prompt: IntArray

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def none(cls, size: int) -> Self:
        """Return no votes on `size` items."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(size, empty, empty, empty, empty, empty, empty)

    def plus(self, more: "Votes") -> "Votes":
        """Return these votes followed by more."""
        names = ("first", "second", "outcome", "left", "rater", "prompt")
        return Votes(
            self.size, *(np.concatenate([getattr(self, n), getattr(more, n)]) for n in names)
        )

    def counts(self) -> Counts:
        """Count the votes, with their positions."""
        return tally.from_counts(self.size, self.first, self.second, self.outcome, left=self.left)

    def by_rater(self) -> ClusterCells:
        """Keep the votes apart by rater."""
        return self._by(self.rater)

    def by_prompt(self) -> ClusterCells:
        """Keep the votes apart by prompt."""
        return self._by(self.prompt)

    def _by(self, cluster: IntArray) -> ClusterCells:
        groups = int(cluster.max(initial=-1)) + 1
        return tally.from_clusters(
            self.size, groups, cluster, self.first, self.second, self.outcome, left=self.left
        )


@dataclass(frozen=True, eq=False)
class Study:
    """A world with its prompts and raters drawn: ready to vote.

    Attributes
    ----------
    world : World
    prompt_effects : (prompts, K) array
    rater_effects : (raters, K) array
    """

    world: World
    prompt_effects: FloatArray = field(repr=False)
    rater_effects: FloatArray = field(repr=False)

    def cast(self, first: npt.ArrayLike, second: npt.ArrayLike, rng: np.random.Generator) -> Votes:
        """Draw rater, prompt, sides and outcome of one vote for each pair."""
        one, two = np.asarray(first), np.asarray(second)
        rater = rng.choice(self.world.raters, len(one), p=self.world.rater_shares)
        prompt = rng.integers(self.world.prompts, size=len(one))
        left = rng.integers(2, size=len(one))
        gap = self.world.strengths[one] - self.world.strengths[two]
        gap = gap + self.prompt_effects[prompt, one] - self.prompt_effects[prompt, two]
        gap = gap + self.rater_effects[rater, one] - self.rater_effects[rater, two]
        gap = gap + self.world.position * (2 * left - 1)
        outcome = _draw_outcomes(self.world, gap, rng)
        return Votes(len(self.world.strengths), one, two, outcome, left, rater, prompt)

    def vote(self, votes: int, rng: np.random.Generator) -> Votes:
        """Draw votes on pairs dealt uniformly."""
        size = len(self.world.strengths)
        first = rng.integers(size, size=votes)
        second = (first + rng.integers(1, size, size=votes)) % size
        return self.cast(first, second, rng)

    def vote_adaptively(
        self, votes: int, deal: Deal, rng: np.random.Generator, *, batch: int = 20
    ) -> Votes:
        """Draw votes on pairs that `deal` chooses, batch by batch, from the votes so far."""
        sofar = Votes.none(len(self.world.strengths))
        while len(sofar) < votes:
            first, second = deal(sofar, min(batch, votes - len(sofar)), rng)
            sofar = sofar.plus(self.cast(first, second, rng))
        return sofar

    def target(self) -> FloatArray:
        """Return what a Bradley–Terry fit tends to over all prompts, for these raters only."""
        gaps = self.world.strengths[:, None] - self.world.strengths
        spread = float(np.sqrt(2.0) * self.world.prompt_spread)
        shares = np.zeros_like(gaps)
        for weight, own in zip(self.world.rater_shares, self.rater_effects, strict=True):
            shares += weight * self.world.share(gaps + own[:, None] - own, spread)
        return _fit_shares(shares)


def _draw_outcomes(world: World, gap: FloatArray, rng: np.random.Generator) -> IntArray:
    log_tie = float(np.log(world.tie_strength)) if world.tie_strength else -np.inf
    first, tie, _ = davidson(gap, log_tie)
    draw = rng.random(len(gap))
    bad = np.where(rng.random(len(gap)) < world.both_bad, Outcome.BOTH_BAD, Outcome.BOTH_GOOD)
    decided = np.where(draw < first, Outcome.FIRST, Outcome.SECOND)
    tied = (draw >= first) & (draw < first + tie)
    return np.where(tied, bad, decided).astype(np.int8)


def _fit_shares(shares: FloatArray) -> FloatArray:
    """Return the strengths that fit a table of expected shares, every pair weighing the same."""
    wins = shares.copy()
    np.fill_diagonal(wins, 0.0)
    return fitting.fit(tables.from_wins(wins), prior=0.0).strengths
