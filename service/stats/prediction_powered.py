"""What a judge's many verdicts add to people's few votes: PPI++ means, and votes they are worth."""

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt

from service.stats import clustered
from service.stats.counts import FloatArray, IntArray, sum_by
from service.stats.findings import StatsError
from service.stats.proportions import Estimate, critical


@dataclass(frozen=True)
class Powered:
    """A mean of people's votes that leans on a judge's as far as that helps.

    Attributes
    ----------
    mean : Estimate
    people_only : Estimate
        The same without the judge.
    weight : float
        How far it leans on the judge: 0 not at all, 1 fully.
    """

    mean: Estimate
    people_only: Estimate
    weight: float


def powered_mean(
    people: npt.ArrayLike,
    judge: npt.ArrayLike,
    judge_alone: npt.ArrayLike,
    prompts: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    confidence: float = 0.95,
) -> Powered:
    r"""Return the PPI++ estimate of the mean of what people would say.

    .. math:: \hat\theta = \lambda \bar f_N + \frac1n \sum_i (y_i - \lambda f_i), \quad
       SE^2 = \lambda^2 \frac{var(f_N)}{N} + \frac{var(y - \lambda f)}{n}

    with :math:`\lambda = cov(y, f) / (var(f) (1 + n/N))` within 0 to 1, and Student's t on n - 1.
    With `prompts`, what each adds to the two means is summed by prompt first, and t is on prompts.
    True in the long run only where the units with votes are drawn at random from all.

    Parameters
    ----------
    people, judge : (n,) numbers
        Of the same units.
    judge_alone : (N,) numbers
        Of other units, which no person judged.
    prompts : ((n,) integers, (N,) integers), optional
        Numbered alike, of the units with votes and of the others.
    confidence : float

    Raises
    ------
    StatsError
        Lengths differ, or fewer than two units have votes.

    References
    ----------
    Angelopoulos, Duchi and Zrnic (2023), "PPI++: efficient prediction-powered inference".
    """
    y, f, more = (np.asarray(each, dtype=np.float64) for each in (people, judge, judge_alone))
    if y.shape != f.shape or y.ndim != 1 or len(y) < 2:  # noqa: PLR2004 - a variance takes two
        raise StatsError("two units at least need a vote and a verdict each")
    own, others = (np.arange(len(y)), len(y) + np.arange(len(more))) if prompts is None else prompts
    where = np.unique(np.concatenate([own, others]), return_inverse=True)[1]
    spread = float(np.concatenate([f, more]).var(ddof=1))
    weight = 0.0
    if len(more) and spread > 0:
        weight = float(np.cov(y, f)[0, 1]) / (spread * (1 + len(y) / len(more)))
        weight = min(max(weight, 0.0), 1.0)
    alone = _mean(y, np.zeros(len(more)), where, confidence)
    return Powered(_mean(y - weight * f, weight * more, where, confidence), alone, weight)


def _mean(rest: FloatArray, more: FloatArray, where: IntArray, confidence: float) -> Estimate:
    """Return the sum of two means, with what each cluster adds to them summed first."""
    means = (float(rest.mean()), float(more.mean()) if len(more) else 0.0)
    pulls = np.concatenate([(rest - means[0]) / len(rest), (more - means[1]) / max(len(more), 1)])
    summed = sum_by(where, pulls, int(where.max()) + 1)
    groups = len(np.unique(where[: len(rest)]))
    value, freedom = sum(means), max(groups - 1, 1)
    half = critical(confidence, freedom) * sqrt(float(summed @ summed) * groups / freedom)
    return Estimate(value, value - half, value + half, confidence)


def effective_votes(correlation: float, people: float, judgements: float) -> float:
    """Return how many votes people's votes and a judge's judgements are worth together.

    n / (1 - rho² N / (n + N)): the number of votes alone that would be as sure. However many
    judgements, never more than n / (1 - rho²).
    """
    rho = min(max(correlation, 0.0), 1.0 - 1e-9)
    if people <= 0:
        return 0.0
    return people / (1 - rho**2 * judgements / (people + judgements))


@dataclass(frozen=True)
class Correlation:
    """How votes and verdicts go together within pairs of configurations.

    Attributes
    ----------
    value : Estimate or None
        None where too few are there, or one of them does not vary.
    units : int
        Matchups less pairs: what is left to correlate once each pair has its own mean.
    """

    value: Estimate | None
    units: int


LEAST = 10


def correlate_within(
    people: npt.ArrayLike,
    judge: npt.ArrayLike,
    pair: npt.ArrayLike,
    prompt: npt.ArrayLike,
    confidence: float = 0.95,
) -> Correlation:
    """Return the correlation of votes and verdicts, with the mean of each pair taken away.

    That one configuration is better than another is no news of a judge; what it adds to votes on
    a pair is only how well it follows them from matchup to matchup. The interval is the wider of
    Fisher's (z = artanh rho, 1 / sqrt(n - 3)) and the jackknife's over prompts on the same scale.

    Parameters
    ----------
    people, judge : (M,) numbers
        The first configuration's points.
    pair, prompt : (M,) integers

    References
    ----------
    Fisher (1921), "On the probable error of a coefficient of correlation", Metron 1.
    """
    y, f, code = (np.asarray(each) for each in (people, judge, pair))
    _, index = np.unique(code, return_inverse=True)
    one, two = _centred(y.astype(np.float64), index), _centred(f.astype(np.float64), index)
    freedom = len(y) - int(index.max(initial=-1)) - 1
    products = (one @ one, two @ two)
    if freedom < LEAST or min(products) <= 1e-12:  # noqa: PLR2004 - nothing varies
        return Correlation(None, max(freedom, 0))
    sums = clustered.sum_columns(prompt, np.ones(len(y)), one * one, two * two, one * two)
    found = clustered.estimate(sums, _fisher, confidence=confidence)
    middle = float(_fisher(sums.sum(axis=0)))
    half = critical(confidence) / sqrt(max(freedom - 3, 1))
    if found is not None:
        half = max(half, (found.upper - found.lower) / 2)
    return Correlation(
        Estimate(tanh(middle), tanh(middle - half), tanh(middle + half), confidence), freedom
    )


def _fisher(sums: FloatArray) -> FloatArray:
    rho = sums[..., 3] / np.sqrt(sums[..., 1] * sums[..., 2])
    scale: FloatArray = np.arctanh(np.clip(rho, -1 + 1e-9, 1 - 1e-9))
    return scale


def _centred(values: FloatArray, index: IntArray) -> FloatArray:
    sizes = np.bincount(index)
    moved: FloatArray = values - (np.bincount(index, values) / sizes)[index]
    return moved


def needed_units(correlation: float) -> int:
    """Return about how many units show a correlation to be above none at all (Fisher's z)."""
    z = atanh(min(max(abs(correlation), 0.05), 0.95))
    return int(np.ceil((critical(0.95) / z) ** 2)) + 3
