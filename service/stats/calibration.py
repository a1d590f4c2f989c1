"""A judge's grades put onto people's scale from as few as five, where that helps at all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.proportions import Estimate

MIDDLE, LOWEST, HIGHEST = 3.0, 1.0, 5.0
LEAST = 5
# Priors: an offset of 0 ± 1, a slope of 1 ± 0.5, grades that scatter by 1.
_MEAN = np.array([0.0, 1.0])
_PRECISION = np.diag([1.0, 4.0])


@dataclass(frozen=True)
class Calibration:
    """A map from the judge's grades to people's, and whether it may be used.

    Attributes
    ----------
    offset, slope : float
        grade = 3 + offset + slope (judge - 3), kept within 1 to 5.
    is_applied : bool
        Only where the error on grades left out is smaller with the map than without.
    raw_error, mapped_error : float
        Mean absolute errors; the latter with each grade left out of what its map is made of.
    grades : int
    """

    offset: float
    slope: float
    is_applied: bool
    raw_error: float
    mapped_error: float
    grades: int

    def __call__(self, judge: npt.ArrayLike) -> FloatArray:
        """Return the judge's grades on people's scale; as they are where the map is refused."""
        said = np.asarray(judge, dtype=np.float64)
        if not self.is_applied:
            return said
        return _mapped(said, np.array([self.offset, self.slope]))


def calibrate(people: npt.ArrayLike, judge: npt.ArrayLike) -> Calibration:
    r"""Return the shrunken map of a judge's grades onto people's, behind its gate.

    The most probable w = (offset, slope) under normal priors,
    :math:`w = (X'X + P)^{-1} (X'(y - 3) + P m)` with X = [1, s - 3]. It is used from five grades
    on, and only if the mean absolute error with each grade left out in turn is smaller than that
    of the judge's grades as they are.

    Parameters
    ----------
    people, judge : (N,) numbers from 1 to 5

    Raises
    ------
    StatsError
        Lengths differ, or there is none.

    References
    ----------
    Lindley and Smith (1972), "Bayes estimates for the linear model"; Stone (1974),
    "Cross-validatory choice and assessment of statistical predictions", both JRSS B.
    """
    y, s = (np.asarray(grades, dtype=np.float64) for grades in (people, judge))
    if y.shape != s.shape or y.ndim != 1 or not len(y):
        raise StatsError("every grade of a person needs the judge's, and there must be one")
    design = np.stack([np.ones(len(s)), s - MIDDLE], axis=1)
    outer = design[:, :, None] * design[:, None, :]
    pull = design * (y - MIDDLE)[:, None]
    prior = _PRECISION @ _MEAN
    whole = np.linalg.solve(_PRECISION + outer.sum(axis=0), pull.sum(axis=0) + prior)
    without = np.linalg.solve(
        _PRECISION + outer.sum(axis=0) - outer, (pull.sum(axis=0) - pull + prior)[:, :, None]
    )[:, :, 0]
    raw = float(np.abs(s - y).mean())
    mapped = float(np.abs(_mapped(s, without.T) - y).mean())
    return Calibration(
        float(whole[0]), float(whole[1]), len(y) >= LEAST and mapped < raw, raw, mapped, len(y)
    )


def _mapped(judge: FloatArray, map_: FloatArray) -> FloatArray:
    moved: FloatArray = np.clip(MIDDLE + map_[0] + map_[1] * (judge - MIDDLE), LOWEST, HIGHEST)
    return moved


def exact(good: int, number: int, confidence: float = 0.95) -> Estimate:
    """Return a share of a handful with the exact interval: of 5 of 5 it begins at 48 %.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26.
    """
    if number <= 0:
        return Estimate(0.5, 0.0, 1.0, confidence)
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(good, number - good + 1, tail)) if good else 0.0
    high = float(special.betaincinv(good + 1, number - good, 1 - tail)) if good < number else 1.0
    return Estimate(good / number, low, high, confidence)
