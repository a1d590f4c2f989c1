"""Many studies of one pair at once, looked at after every vote: for benchmarks and tests."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.stats import ahead
from service.stats.ahead import Scores
from service.stats.intervals import ENOUGH
from service.stats.weights import bound_weights

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two configurations, and who votes on what.

    Spreads are standard deviations on the logit scale of how much raters and prompts differ. Fewer
    than five raters, or prompts, are taken for themselves: their effects sum to zero.
    """

    raters: int = 10
    prompts: int = 20
    rater_spread: float = 0.0
    prompt_spread: float = 0.0
    share: float = 0.5  # of the votes that are no ties
    ties: float = 0.0
    busiest: float = 0.0  # share of the votes by one rater; 0 is even
    always_left: int = 0  # raters who press left whatever they see: coins, since sides are
    one_pass: bool = False  # each rater has each prompt once, in any order
    early: float = 0.0  # share of the first 300 votes, where it is another one

    def cast(self, runs: int, votes: int, rng: np.random.Generator) -> "Cast":
        """Draw studies."""
        if self.one_pass:
            votes = self.raters * self.prompts
            order = np.argsort(rng.random((runs, votes)), axis=1)
            rater, prompt = order // self.prompts, order % self.prompts
        else:
            shares = np.full(self.raters, 1 / self.raters)
            if self.busiest:
                shares[:] = (1 - self.busiest) / (self.raters - 1)
                shares[0] = self.busiest
            rater = rng.choice(self.raters, p=shares, size=(runs, votes))
            prompt = rng.integers(self.prompts, size=(runs, votes))
        lean = np.log(self.share / (1 - self.share)) + sum(
            np.take_along_axis(_effects(spread, runs, number, rng), code, axis=1)
            for spread, number, code in (
                (self.rater_spread, self.raters, rater),
                (self.prompt_spread, self.prompts, prompt),
            )
        )
        chance = 1 / (1 + np.exp(-lean))
        if self.early:
            chance[:, :300] = self.early
        chance = np.where(rater < self.always_left, 0.5, chance)
        sign = np.where(rng.random((runs, votes)) < chance, 1.0, -1.0)
        return Cast(self, sign * (rng.random((runs, votes)) >= self.ties), rater, prompt)


def _effects(spread: float, runs: int, number: int, rng: np.random.Generator) -> Array:
    effects = spread * rng.standard_normal((runs, number))
    return effects - effects.mean(axis=1, keepdims=True) if number < ENOUGH else effects


@dataclass(frozen=True, eq=False)
class Cast:
    """Votes as (runs, votes) arrays: 1, 0, -1, and who voted on what."""

    pair: Pair
    sign: Array
    rater: npt.NDArray[np.int64]
    prompt: npt.NDArray[np.int64]


@dataclass(eq=False)
class Sums:
    """What each study's votes add up to, so far."""

    wins: Array  # by rater: the sum of signs
    votes: Array
    decided: Array
    wins_on: Array  # by prompt
    votes_on: Array

    @classmethod
    def none(cls, runs: int, pair: Pair) -> "Sums":
        """Return no votes."""
        by_rater, by_prompt = (runs, pair.raters), (runs, pair.prompts)
        return cls(*map(np.zeros, (by_rater, by_rater, by_rater, by_prompt, by_prompt)))

    def add(self, cast: Cast, at: int) -> None:
        """Add one vote to each study."""
        run, rater, prompt = np.arange(len(cast.sign)), cast.rater[:, at], cast.prompt[:, at]
        sign = cast.sign[:, at]
        self.wins[run, rater] += sign
        self.votes[run, rater] += 1
        self.decided[run, rater] += sign != 0
        self.wins_on[run, prompt] += sign
        self.votes_on[run, prompt] += 1


def score(sums: Sums) -> Scores:
    """Return the scores of all studies; `rivals.score_rivals` for two items, many at once."""
    for_raters, for_prompts = (
        sums.votes.shape[1] >= ENOUGH,
        sums.votes_on.shape[1] >= ENOUGH,
    )
    weight = bound_weights(sums.votes) if for_raters else np.ones_like(sums.votes)
    number, total = sums.votes.sum(axis=1), (weight * sums.votes).sum(axis=1)
    mean = (weight * sums.wins).sum(axis=1) / total
    plain = sums.wins.sum(axis=1) / number
    alone = _spread(weight, sums, mean) / total**2
    plain_alone = _spread(np.ones_like(weight), sums, plain) / number**2
    raters = prompts = None
    if for_raters:
        beyond = weight * (sums.wins - sums.votes * mean[:, None])
        shares = weight * sums.votes / total[:, None]
        variance, freedom = ahead.leave_out(beyond / total[:, None], shares)
        raters = variance - alone, freedom
    if for_prompts:
        beyond = sums.wins_on - sums.votes_on * plain[:, None]
        shares = sums.votes_on / number[:, None]
        variance, freedom = ahead.leave_out(beyond / number[:, None], shares)
        prompts = variance - plain_alone, freedom
    decided = (weight * sums.decided).sum(axis=1)
    return Scores.of(mean, total, decided, alone, raters, prompts)


def _spread(weight: Array, sums: Sums, mean: Array) -> Array:
    middle = mean[:, None]
    squares = sums.decided - 2 * middle * sums.wins + middle**2 * sums.votes
    spread: Array = (weight**2 * squares).sum(axis=1)
    return spread


@dataclass(frozen=True, eq=False)
class Looked:
    """When each study was first decided, after how many votes (one more than all: never)."""

    first: npt.NDArray[np.int64]
    winner: Array
    votes: int

    @property
    def decided(self) -> float:
        """The share of the studies that were decided at some look."""
        return float((self.first <= self.votes).mean())

    def won(self) -> float:
        """Return the share that were decided for the first item."""
        return float(((self.first <= self.votes) & (self.winner > 0)).mean())


def look(
    cast: Cast, *, alpha: float = 0.05, end: int | None = None, begin: int = 5, every: int = 1
) -> Looked:
    """Look after every vote; with an end, part of the error is kept for it."""
    runs, votes = cast.sign.shape
    votes = end or votes
    sums = Sums.none(runs, cast.pair)
    first, winner = np.full(runs, votes + 1), np.zeros(runs)
    before = alpha * ahead.BEFORE_END if end else alpha
    for at in range(votes):
        sums.add(cast, at)
        if at + 1 < begin or (at + 1) % every:
            continue
        scores = score(sums)
        limit = ahead.reach(scores, before)
        if end == at + 1:
            limit = np.minimum(limit, ahead.reach_at_end(scores, alpha * ahead.AT_END))
        new = (np.abs(scores.mean) > limit) & (first > votes)
        first[new], winner[new] = at + 1, np.sign(scores.mean[new])
    return Looked(first, winner, votes)
