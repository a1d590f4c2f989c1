"""Quantiles of Student's t without scipy, for pages that may not load it."""

from math import exp, inf, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

from service.errors import Invalid

MANY = 1e4
_TINY = 1e-300
_STEPS = 400
_EPSILON = 1e-15


class ProbabilityInvalid(Invalid):
    """A probability lies outside (0, 1), or degrees of freedom are not positive."""


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile of a probability in (0, 1)."""
    _check(probability, inf)
    return NormalDist().inv_cdf(probability)


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
