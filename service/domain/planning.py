"""What a plan of raters, prompts and votes can detect, and what a wanted difference needs.

The closed forms (strengths in nats, K configurations near each other, every pair dealt alike,
n votes for each pair, ties counted half, t the share of ties):

* One vote on a pair has variance (1 - t)/4 and slope 1/4, so the difference of two strengths
  that were estimated directly from n* votes has variance 4 (1 - t) / n*. In a round robin the
  comparisons with the others speak as well: the Fisher information is (n/4)(K I - J), its
  pseudo-inverse gives 8/(nK), hence n* = nK/2.
* A configuration is a little better on some prompts (standard deviation s_p) and for some raters
  (s_r), both on the scale of ratings, where a tie is half a win. The difference of two then
  varies with variance v = 2 s^2 between clusters, and the average over G clusters keeps v/G of
  it whatever the number of votes. Averaging over clusters also flattens the logit by
  a = 1/sqrt(1 + c^2 (v_p + v_r)) (Zeger, Liang and Albert 1988).
* Together, with each vote counted once (Kish's design effect, in components)::

      Var = 4 (1 - t)/n* + a^2 v_p (1/P - 1/n*) + a^2 v_r (1/R - 1/n*)

* The detectable difference at confidence 1 - alpha and power q is
  (t_{1 - alpha/2, f} + t_{q, f}) sqrt(Var) with f = (fewest clusters) - 1; alpha is divided by
  the number of comparisons that shall hold at once (Bonferroni).

With fewer than five raters the result speaks for these raters: v_r is left out.
Checked by simulation in the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, exp, inf, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

from service.errors import Invalid

FEWEST_RATERS_FOR_ALL = 5
MOST = 1_000_000
# The spreads seen in 8,931 crowd votes on 59 models (124 raters, 13 prompts): how much the
# clustered intervals exceed the plain ones there puts both near half a nat.
USUAL_SPREAD = 0.5


# Student's t without scipy, which pages may not load.
MANY = 1e4
_TINY = 1e-300
_STEPS = 400
_EPSILON = 1e-15


class ProbabilityInvalid(Invalid):
    """A probability lies outside (0, 1), or degrees of freedom are not positive."""


class PlanInvalid(Invalid):
    """A plan has a number that cannot be used."""


class Short(StrEnum):
    """What a plan has too little of."""

    NOTHING = "nothing"
    VOTES = "votes"
    PROMPTS = "prompts"
    RATERS = "raters"


@dataclass(frozen=True)
class Plan:
    """Raters x prompts x votes; `votes_per_pair` counts over all prompts and raters together."""

    configurations: int
    raters: int
    prompts: int
    votes_per_pair: int
    tie_share: float = 0.2
    prompt_spread: float = USUAL_SPREAD
    rater_spread: float = USUAL_SPREAD

    def __post_init__(self) -> None:
        counts = (self.raters, self.prompts, self.votes_per_pair)
        if self.configurations < 2 or min(counts) < 1:  # noqa: PLR2004 - a pair needs two
            raise PlanInvalid("A plan needs two configurations, a rater, a prompt and a vote.")
        if not 0 <= self.tie_share < 1 or min(self.prompt_spread, self.rater_spread) < 0:
            raise PlanInvalid("A share of ties lies in [0, 1), and a spread is not negative.")

    @property
    def pairs(self) -> int:
        """The number of pairs of configurations."""
        return self.configurations * (self.configurations - 1) // 2

    @property
    def total_votes(self) -> int:
        """All votes that this plan asks for."""
        return self.pairs * self.votes_per_pair

    @property
    def votes_per_rater(self) -> int:
        """What each rater has to do, rounded up."""
        return ceil(self.total_votes / self.raters)

    @property
    def speaks_for_all_raters(self) -> bool:
        """Whether there are raters enough to speak about raters in general."""
        return self.raters >= FEWEST_RATERS_FOR_ALL

    @property
    def most_votes_per_pair(self) -> int:
        """How many votes a pair can get when nobody judges the same matchup twice."""
        return self.raters * self.prompts


@dataclass(frozen=True)
class Variance:
    """The parts of the variance of one difference of strengths, in nats squared."""

    votes: float
    prompts: float
    raters: float
    freedom: float

    @property
    def total(self) -> float:
        """The whole variance."""
        return self.votes + self.prompts + self.raters


@dataclass(frozen=True)
class Detectable:
    """The smallest difference of two configurations that a plan finds, on three scales.

    `share` is the expected share of votes of the better one (ties half), 0.5 being equal;
    `largest_part` says what the plan is short of if that is too coarse.
    """

    nats: float
    share: float
    standard_error: float
    freedom: float
    largest_part: Short
    for_these_raters: bool


@dataclass(frozen=True)
class Need:
    """The least plan found that detects a wanted difference, and what was short before."""

    plan: Plan
    detectable: Detectable
    short: tuple[Short, ...]
    more_votes: int
    more_prompts: int
    more_raters: int
    is_reachable: bool


def variance(plan: Plan) -> Variance:
    """Return the variance of the difference of two strengths under a plan, by part."""
    direct = plan.votes_per_pair * plan.configurations / 2
    raters_vary = plan.speaks_for_all_raters
    between_prompts = 2 * plan.prompt_spread**2
    between_raters = 2 * plan.rater_spread**2 if raters_vary else 0.0
    flat = attenuation(between_prompts + between_raters) ** 2
    prompts, raters = min(plan.prompts, direct), min(plan.raters, direct)
    fewest = min(prompts, raters) if raters_vary else prompts
    return Variance(
        votes=4 * (1 - plan.tie_share) / direct,
        prompts=flat * between_prompts * (1 / prompts - 1 / direct),
        raters=flat * between_raters * (1 / raters - 1 / direct),
        freedom=max(fewest - 1, 1.0),
    )


def detectable(
    plan: Plan, *, power: float = 0.8, confidence: float = 0.95, comparisons: int = 1
) -> Detectable:
    """Return the smallest difference that a plan finds with that power and confidence.

    Parameters
    ----------
    plan
        What is going to be asked of whom.
    power
        The chance to decide when the difference is just that large.
    confidence
        1 - alpha, two-sided, for all comparisons at once.
    comparisons
        How many differences shall hold at once: 1 for a named pair, K - 1 for "the best".
    """
    parts = variance(plan)
    error = sqrt(parts.total)
    nats = _reach(parts.freedom, power, confidence, comparisons) * error
    largest = max(
        (parts.votes, Short.VOTES), (parts.prompts, Short.PROMPTS), (parts.raters, Short.RATERS)
    )
    return Detectable(
        nats=nats,
        share=log_odds_to_share(nats),
        standard_error=error,
        freedom=parts.freedom,
        largest_part=largest[1],
        for_these_raters=not plan.speaks_for_all_raters,
    )


def needed(
    plan: Plan, share: float, *, power: float = 0.8, confidence: float = 0.95, comparisons: int = 1
) -> Need:
    """Return the least growth of a plan with which it detects a wanted share of the votes.

    Votes are the cheapest and grow first: up to one vote of every rater on every matchup, and
    up to twice the votes that would do if no prompt and no rater differed. Where even those
    cannot do it, the clusters with the larger part of the variance grow.

    Parameters
    ----------
    plan
        Where to start; what it already has is kept.
    share
        The expected share (ties half) of the better one that must be found, above 0.5.
    power, confidence, comparisons
        As in `detectable`.
    """
    if not 0.5 < share < 1:  # noqa: PLR2004 - 0.5 is equal
        raise PlanInvalid("The wanted share of the votes lies between 50 % and 100 %.")
    wanted = share_to_log_odds(share)
    reach = _reach(inf, power, confidence, comparisons)
    unclustered = 8 * (1 - plan.tie_share) / plan.configurations * (reach / wanted) ** 2

    def filled(candidate: Plan) -> Plan:
        most = min(candidate.most_votes_per_pair, ceil(2 * unclustered))
        return replace(candidate, votes_per_pair=max(candidate.votes_per_pair, most))

    def found(candidate: Plan) -> bool:
        what = detectable(candidate, power=power, confidence=confidence, comparisons=comparisons)
        return what.nats <= wanted

    grown = plan
    while not found(filled(grown)) and max(grown.prompts, grown.raters) < MOST:
        grown = _with_more_clusters(grown, variance(filled(grown)))
    grown = _with_fewest_votes(grown, filled(grown).votes_per_pair, found)
    return Need(
        plan=grown,
        detectable=detectable(grown, power=power, confidence=confidence, comparisons=comparisons),
        short=_shortages(plan, grown),
        more_votes=grown.total_votes - plan.total_votes,
        more_prompts=grown.prompts - plan.prompts,
        more_raters=grown.raters - plan.raters,
        is_reachable=found(grown),
    )


def _reach(freedom: float, power: float, confidence: float, comparisons: int) -> float:
    if comparisons < 1 or not 0 < confidence < 1 or not 0.5 <= power < 1:  # noqa: PLR2004 - a coin
        raise PlanInvalid("Power lies in [50 %, 100 %), confidence between 0 and 100 %.")
    alpha = (1 - confidence) / comparisons
    return t_quantile(1 - alpha / 2, freedom) + t_quantile(power, freedom)


def _with_more_clusters(plan: Plan, parts: Variance) -> Plan:
    """Grow the clusters that hold the larger part: by a twentieth, at least by one."""
    if parts.raters > parts.prompts or (
        parts.raters == parts.prompts and plan.raters < plan.prompts
    ):
        return replace(plan, raters=plan.raters + max(1, plan.raters // 20))
    return replace(plan, prompts=plan.prompts + max(1, plan.prompts // 20))


def _with_fewest_votes(plan: Plan, most: int, found: Callable[[Plan], bool]) -> Plan:
    """Bisect for the fewest votes per pair that suffice, given the clusters."""
    low, high = plan.votes_per_pair, most
    while low < high:
        middle = (low + high) // 2
        if found(replace(plan, votes_per_pair=middle)):
            high = middle
        else:
            low = middle + 1
    return replace(plan, votes_per_pair=low)


def _shortages(before: Plan, after: Plan) -> tuple[Short, ...]:
    short = [
        kind
        for kind, grew in (
            (Short.RATERS, after.raters > before.raters),
            (Short.PROMPTS, after.prompts > before.prompts),
            (Short.VOTES, after.votes_per_pair > before.votes_per_pair),
        )
        if grew
    ]
    return tuple(short) or (Short.NOTHING,)


def t_quantile(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t at a probability in (0, 1); `inf` freedom is normal.

    Found by bisection on the distribution function; with very many degrees of freedom, where
    that loses digits, by the expansion around the normal quantile (Abramowitz and Stegun
    26.7.5). Good to about 1e-9.
    """
    _check(probability, freedom)
    if freedom > MANY:
        z = NormalDist().inv_cdf(probability)
        return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    if probability == 0.5:  # noqa: PLR2004 - the median
        return 0.0
    if probability < 0.5:  # noqa: PLR2004 - by symmetry
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_tail(high, freedom) > 1 - probability:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if t_tail(middle, freedom) > 1 - probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def t_tail(value: float, freedom: float) -> float:
    """Return P(T > value) for a value of at least 0: I_x(f/2, 1/2) / 2 at x = f/(f + value^2)."""
    if isinf(freedom):
        return 1 - NormalDist().cdf(value)
    return _incomplete_beta(freedom / (freedom + value * value), freedom / 2, 0.5) / 2


def _check(probability: float, freedom: float) -> None:
    if not 0 < probability < 1 or not freedom > 0:
        raise ProbabilityInvalid("A probability lies between 0 and 1, and freedom above 0.")


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised I_x(a, b) by its continued fraction (DLMF 8.17.22)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front / _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + ...)) by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        value *= c * d
        if abs(c * d - 1) < _EPSILON:
            break
    return value


def share_to_log_odds(share: float) -> float:
    """Return the difference of two strengths, in nats, that gives this expected share."""
    if not 0 < share < 1:
        raise ProbabilityInvalid("A share lies between 0 and 1.")
    return log(share / (1 - share))


def log_odds_to_share(difference: float) -> float:
    """Return the expected share of the votes (ties half) at a difference of strengths in nats."""
    if difference < 0:
        return 1 - log_odds_to_share(-difference)
    return 1 / (1 + exp(-difference))


def attenuation(variance: float) -> float:
    """Return how much a logit of that variance shrinks when averaged over: 1/sqrt(1 + c^2 v).

    c = 16 sqrt(3) / (15 pi), the logistic-normal approximation of Zeger, Liang and Albert
    (1988), "Models for longitudinal data", Biometrics 44.
    """
    return 1 / sqrt(1 + 0.345843 * variance)
