"""What a plan of raters, prompts and votes can tell apart, by the rule of the decision card.

The rule is `stats.ahead`: a claim holds at every look, or at a declared end. Here its score is
worked out as expected, before any vote. For K configurations with N votes in all, dealt alike, a
difference rests on n = N / (K - 1) votes: half of those on its own pair count through the others
(the Fisher information of a round robin is (n_pair / 4)(K I - J)). With s the expected share of
all votes of the better one (ties half), t the share of ties, q = 1/2 + (s - 1/2)/(1 - t) of the
others and spreads on the logit scale of one difference::

    m   = 2 s - 1                                  V_0 = (1 - t - m^2) / n
    V_r = ((1 - t) 2 q (1 - q) spread_r)^2 (1/R - 1/n), V_p likewise

The plan tells s apart if m exceeds the limit that `ahead` sets for such scores by as much as four
of five studies fall short of their mean. Numbers are checked by simulating that very rule in
the tests. With fewer than five raters (prompts) the answer is about these: V_r (V_p) is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, comb, exp, inf, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

from service.errors import Invalid

ENOUGH = 5  # raters, or prompts, to speak of others than these
POWER = 0.8
MOST = 100_000
# What `make bench-truth` takes for usual: how far raters and prompts differ, on the logit scale.
RATER_SPREAD, PROMPT_SPREAD = 0.3, 0.5
USUAL_TIES = 0.2
# The constants of `stats.ahead`; a test holds the two together.
ALPHA = 0.05
LEAST_ADDED = 0.25
CAUTION = 3.0
DRAWN = 0.4
BEFORE_END, AT_END = 0.2, 0.6
ETA = 100 / 8.211968062068253
STEP = 0.005
LARGEST = 0.95

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
    """Raters x prompts x votes; `votes` are all there will be, over all pairs of configurations.

    `has_end` is whether an end is declared before the first look.
    """

    configurations: int
    raters: int
    prompts: int
    votes: int
    has_end: bool = False
    ties: float = USUAL_TIES
    rater_spread: float = RATER_SPREAD
    prompt_spread: float = PROMPT_SPREAD

    def __post_init__(self) -> None:
        if self.configurations < 2 or min(self.raters, self.prompts, self.votes) < 1:  # noqa: PLR2004 - a pair needs two
            raise PlanInvalid("A plan needs two configurations, a rater, a prompt and a vote.")
        if not 0 <= self.ties < 1 or min(self.prompt_spread, self.rater_spread) < 0:
            raise PlanInvalid("A share of ties lies in [0, 1), and a spread is not negative.")

    @property
    def pairs(self) -> int:
        """The number of pairs of configurations."""
        return comb(self.configurations, 2)

    @property
    def votes_per_rater(self) -> int:
        """What each rater has to do, rounded up."""
        return ceil(self.votes / self.raters)

    @property
    def most_votes(self) -> int:
        """All votes that these raters can give when nobody judges the same matchup twice."""
        return self.raters * self.prompts * self.pairs


@dataclass(frozen=True)
class Scores:
    """What a difference rests on: the parts of the variance of m, and V and f of the rule.

    `estimates` are what the rule takes raters and prompts to add, on average: at least a part of
    the independent variance, so that an uncertain estimate errs to the safe side.
    """

    mean: float
    information: float
    decided: float
    independent: float
    raters: float
    prompts: float
    estimates: dict[Short, float]
    variance: float
    freedom: float

    @property
    def error(self) -> float:
        """The standard deviation of m from study to study."""
        return sqrt(self.independent + self.raters + self.prompts)


@dataclass(frozen=True)
class Need:
    """The least growth of a plan with which it tells a share apart; `plan` None where none does."""

    plan: Plan | None
    short: tuple[Short, ...]


@dataclass(frozen=True)
class Outlook:
    """A plan in figures: `told` and `with_end` are shares of all votes, None above 95 %.

    `wanted` is the share that `need` is about. `minutes` are of one rater, None where nobody
    can tell; `has_texts` is whether there are answers to tell it by.
    """

    plan: Plan
    wanted: float
    told: float | None
    with_end: float | None
    need: Need
    minutes: int | None
    has_texts: bool
    is_adaptive: bool
    # How many matchups each rater is told that there are, 0 where a quota says how many.
    asked: int = 0


def detectable(plan: Plan) -> float | None:
    """Return the least share of all votes that a plan tells from one half, None above 95 %."""
    steps = round((LARGEST - 0.5) / STEP)
    shares = [0.5 + STEP * number for number in range(1, steps + 1)]
    low, high = 0, len(shares)
    while low < high:
        middle = (low + high) // 2
        if tells(plan, shares[middle]):
            high = middle
        else:
            low = middle + 1
    return None if low == len(shares) else shares[low]


def tells(plan: Plan, share: float) -> bool:
    """Say whether four of five studies like this one find a better one of that share."""
    if not 0.5 < share < 1 - plan.ties / 2:  # noqa: PLR2004 - one half is equal
        return False
    found = scores(plan, share)
    return found.mean >= limit(plan, found) + NormalDist().inv_cdf(POWER) * found.error


def scores(plan: Plan, share: float) -> Scores:
    """Return what a difference of that share will rest on, as expected."""
    number = plan.votes / (plan.configurations - 1)
    mean, decided = 2 * share - 1, number * (1 - plan.ties)
    among = 0.5 + (share - 0.5) / (1 - plan.ties)
    slope = (1 - plan.ties) * 2 * among * (1 - among)
    independent = max(1 - plan.ties - mean**2, 1e-9) / number
    parts = {
        kind: (slope * spread) ** 2 * max(1 / count - 1 / number, 0.0)
        for kind, spread, count in (
            (Short.RATERS, plan.rater_spread, plan.raters),
            (Short.PROMPTS, plan.prompt_spread, plan.prompts),
        )
        if count >= ENOUGH
    }
    variance, doubt = independent + CAUTION * decided / number**3, 0.0
    estimates: dict[Short, float] = {}
    for kind, count in ((Short.RATERS, plan.raters), (Short.PROMPTS, plan.prompts)):
        if kind in parts:
            freedom = max(min(count, number) - 1, 1e-9)
            spread = (independent + parts[kind]) * sqrt(2 / freedom)
            estimates[kind] = _at_least(LEAST_ADDED * independent, parts[kind], spread)
            variance += estimates[kind]
            doubt += estimates[kind] ** 2 / freedom
    return Scores(
        mean,
        number,
        decided,
        independent,
        parts.get(Short.RATERS, 0.0),
        parts.get(Short.PROMPTS, 0.0),
        estimates,
        variance,
        variance**2 / doubt if doubt else inf,
    )


def _at_least(least: float, mean: float, spread: float) -> float:
    """Return the mean of what is normal, with everything below `least` taken as that."""
    normal = NormalDist()
    z = (mean - least) / spread
    return least + (mean - least) * normal.cdf(z) + spread * normal.pdf(z)


def limit(plan: Plan, found: Scores) -> float:
    """Return how large m must be for a first claim: at the declared end, or at any look."""
    pairs = max(plan.pairs, 1 + comb(plan.configurations - 2, 2))
    if plan.has_end:
        alpha = AT_END * ALPHA / pairs
        alone = -NormalDist().inv_cdf(alpha / 2) * sqrt(found.decided) + 1
        quantile = t_quantile(1 - alpha / 2, found.freedom)
        return max(quantile * sqrt(found.variance), alone / found.information)
    alpha = ALPHA / pairs
    clustered = sqrt(found.variance) * boundary(found.decided / ETA, found.freedom, DRAWN * alpha)
    run = found.decided + ETA
    return max(clustered, sqrt(run * log(run / (ETA * alpha**2))) / found.information)


def boundary(ratio: float, freedom: float, alpha: float) -> float:
    """Return c of the t mixture, as `stats.sequential.boundary`."""
    log_ratio = log1p(ratio) - 2 * log(alpha)
    normal = (1 + 1 / ratio) * log_ratio
    if isinf(freedom):
        return sqrt(normal)
    log_a = log_ratio / (freedom + 1)
    room = -(exp(log_a - log1p(ratio)) - 1)
    if room <= 0:
        return inf
    return sqrt(max(freedom * (exp(log_a) - 1) / room, normal))


def needed(plan: Plan, share: float) -> Need:
    """Return the least growth of a plan with which it tells that share of the votes apart.

    Votes grow first, as far as these raters can give them; then whoever adds more to the error,
    raters or prompts, by a tenth at a time.
    """
    grown = plan

    def full(candidate: Plan) -> Plan:
        return replace(candidate, votes=max(plan.votes, min(candidate.most_votes, MOST)))

    while not tells(full(grown), share):
        if grown.most_votes >= MOST:
            return Need(None, ())
        grown = _wider(grown, scores(full(grown), share))
    votes = _fewest(plan.votes, full(grown).votes, lambda n: tells(replace(grown, votes=n), share))
    return Need(replace(grown, votes=votes), _short(plan, replace(grown, votes=votes)))


def _wider(plan: Plan, found: Scores) -> Plan:
    """Grow what adds more to the error; where neither does, what there is less of."""
    raters, prompts = found.raters, found.prompts
    if raters > prompts or (raters == prompts and plan.raters <= plan.prompts):
        return replace(plan, raters=plan.raters + max(1, plan.raters // 10))
    return replace(plan, prompts=plan.prompts + max(1, plan.prompts // 10))


def _fewest(low: int, high: int, is_enough: Callable[[int], bool]) -> int:
    while low < high:
        middle = (low + high) // 2
        if is_enough(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _short(before: Plan, after: Plan) -> tuple[Short, ...]:
    grew = (
        (Short.RATERS, after.raters > before.raters),
        (Short.PROMPTS, after.prompts > before.prompts),
        (Short.VOTES, after.votes > before.votes),
    )
    return tuple(kind for kind, has_grown in grew if has_grown) or (Short.NOTHING,)


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
