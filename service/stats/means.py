"""Means of values on a bounded scale, per item, with intervals that allow for clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from service.stats import covariance
from service.stats.counts import FloatArray, IntArray, sum_by
from service.stats.findings import Code, Finding, StatsError
from service.stats.intervals import ENOUGH, LEAST_DEGREES, Method, quantile
from service.stats.plain import plain
from service.stats.proportions import Estimate, wilson


@dataclass(frozen=True, eq=False)
class Given:
    """The values, with the scale taken from 0 to 1."""

    item: IntArray
    value: FloatArray
    number: FloatArray
    numbers: FloatArray
    means: FloatArray
    scale: tuple[float, float]

    @classmethod
    def of(
        cls,
        items: int,
        item: npt.ArrayLike,
        value: npt.ArrayLike,
        number: npt.ArrayLike,
        scale: tuple[float, float],
    ) -> "Given":
        """Check the values and take their scale from 0 to 1."""
        code = np.asarray(item, dtype=np.int64)
        values, often = (np.asarray(entry, dtype=np.float64) for entry in (value, number))
        if code.ndim != 1 or not code.shape == values.shape == often.shape:
            raise StatsError("item, value and number must have one entry per value")
        if len(code) and not 0 <= code.min() <= code.max() < items:
            raise StatsError("an item lies outside")
        # Asked this way round, what is no number is refused too.
        if not scale[0] < scale[1] or not np.all((values >= scale[0]) & (values <= scale[1])):
            raise StatsError("a value lies outside the scale")
        if not np.all((often > 0) & np.isfinite(often)):
            raise StatsError("a value was given at least once")
        part = (values - scale[0]) / (scale[1] - scale[0])
        numbers = sum_by(code, often, items)
        sums = sum_by(code, often * part, items)
        means = np.where(numbers > 0, sums / np.maximum(numbers, 1e-300), 0.5)
        return cls(code, part, often, numbers, means, scale)

    def back(self, part: FloatArray) -> FloatArray:
        """Return numbers between 0 and 1 on the scale."""
        return self.scale[0] + part * (self.scale[1] - self.scale[0])


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What leaving out one cluster after the other does to the means.

    Attributes
    ----------
    covariance : (K, K) array
    groups, effective : (K,) array
        How many clusters hold values of an item, and how many equal ones these would be worth.
    total : int
        How many clusters there are.
    """

    covariance: FloatArray
    groups: FloatArray
    effective: FloatArray
    total: int

    @classmethod
    def each(cls, given: Given, codes: IntArray) -> "LeftOut":
        """Leave out each cluster, `codes` saying which cluster a value is of."""
        size = len(given.numbers)
        total = int(codes.max(initial=-1)) + 1
        # Few clusters hold values of every item: only what there is takes room.
        keys, at = np.unique(codes * size + given.item, return_inverse=True)
        cluster, item = np.divmod(keys, size)
        often = sum_by(at, given.number, len(keys))
        moved = given.number * (given.value - given.means[given.item])
        rest = given.numbers[item] - often
        groups = np.bincount(item, minlength=size).astype(np.float64)
        weight = np.sqrt(np.maximum(groups - 1, 0) / np.maximum(groups, 1))
        shifts = np.divide(
            sum_by(at, moved, len(keys)), rest, out=np.zeros(len(keys)), where=rest > 0
        )
        table = csr_array((shifts * weight[item], (cluster, item)), shape=(total, size))
        squares = sum_by(item, often**2, size)
        effective = np.divide(given.numbers**2, squares, out=np.zeros(size), where=squares > 0)
        return cls((table.T @ table).toarray(), groups, effective, total)


def clusters_of(
    given: Given, rater: npt.ArrayLike, prompt: npt.ArrayLike
) -> tuple[IntArray, IntArray, IntArray]:
    """Return clusters counted from 0: raters, prompts, and both together."""
    if not np.shape(rater) == np.shape(prompt) == given.item.shape:
        raise StatsError("rater and prompt must have one entry per value")
    one, two = (
        np.unique(np.asarray(entry, dtype=np.int64), return_inverse=True)[1]
        for entry in (rater, prompt)
    )
    together = one * (int(two.max(initial=0)) + 1) + two
    return one, two, np.unique(together, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Means:
    """The mean of each item's values, its interval, and how the means go together.

    Attributes
    ----------
    items : tuple of str
    scale : tuple of two floats
        The lowest and the highest value there can be.
    values : (K,) array
        The means; the middle of the scale where an item has no value.
    low, high : (K,) array
        The interval of each; not finite where there are too few values for one.
    numbers : (K,) array
        How many values each item has.
    degrees : (K,) array
        Degrees of freedom of the t quantile; 0 where there is no interval.
    groups : (K,) array
        How many raters with a prompt gave each item a value.
    covariance : (K, K) array
        Of the means, never zero on the diagonal.
    independent : (K, K) array
        The same by rater and prompt together alone: no difference may have less variance.
    method : Method
        How values were taken to depend on each other.
    level : float
    findings : tuple of Finding
    """

    items: tuple[str, ...]
    scale: tuple[float, float]
    values: FloatArray
    low: FloatArray
    high: FloatArray
    numbers: FloatArray
    degrees: FloatArray
    groups: FloatArray
    covariance: FloatArray
    independent: FloatArray
    method: Method
    level: float
    findings: tuple[Finding, ...] = ()

    def has_interval(self, item: int) -> bool:
        """Tell whether an item has values enough for an interval."""
        return bool(self.degrees[item] > 0)

    def difference(self, one: int, other: int) -> Estimate | None:
        """Return how far one mean lies above another; None where either has no interval."""
        return self._difference(one, other, self.level)

    def told_apart(self, one: int, other: int) -> bool:
        """Tell whether two means differ, all pairs of items taken together (Bonferroni)."""
        rated = int((self.degrees > 0).sum())
        pairs = max(1, rated * (rated - 1) // 2)
        found = self._difference(one, other, 1 - (1 - self.level) / pairs)
        return found is not None and not found.lower <= 0 <= found.upper

    def _difference(self, one: int, other: int, level: float) -> Estimate | None:
        if not (self.has_interval(one) and self.has_interval(other)):
            return None
        gap = float(self.values[one] - self.values[other])
        most = self.scale[1] - self.scale[0]
        spread = max(
            float(matrix[one, one] + matrix[other, other] - 2 * matrix[one, other])
            for matrix in (self.covariance, self.independent)
        )
        # What is the same for all keeps a width: as of a mean, on a scale of twice the length.
        part = np.array([(gap / most + 1) / 2])
        floor = _one_more(np.zeros(1), part, np.minimum(self.groups[[one]], self.groups[[other]]))
        spread = max(spread, float(floor[0]) * (2 * most) ** 2)
        degrees = float(min(self.degrees[one], self.degrees[other]))
        reach = quantile(level, degrees) * spread**0.5
        return Estimate(gap, max(-most, gap - reach), min(most, gap + reach), level)

    def to_dict(self) -> dict[str, Any]:
        """Return the means as JSON-able values, without the covariance."""
        names = ("items", "scale", "values", "low", "high", "numbers", "degrees", "method")
        return {name: plain(getattr(self, name)) for name in (*names, "level", "findings")}


def find_means(
    items: Sequence[str],
    item: npt.ArrayLike,
    value: npt.ArrayLike,
    number: npt.ArrayLike,
    *,
    rater: npt.ArrayLike,
    prompt: npt.ArrayLike,
    scale: tuple[float, float] = (0.0, 1.0),
    level: float = 0.95,
) -> Means:
    r"""Return the mean of each item's values with an interval clustered by rater and prompt.

    A mean is moved by whole clusters: with :math:`\delta_g` what leaving cluster g out does to
    it, :math:`V = \frac{G-1}{G} \sum_g \delta_g^2` (the jackknife, CR3 [1]_ [2]_), and for two
    kinds of clusters :math:`V = V_{rater} + V_{prompt} - V_{both}` [3]_, where `both` are the
    values of one rater for one prompt: they are mostly about the same text. No variance is less
    than that by rater, by prompt or by both alone, nor than what one more value, half at either
    end of the scale, would leave: unanimous values keep a width. The same holds of differences,
    with :math:`V_{both}`: what raters and prompts add to all items alike cancels, and what is
    left of :math:`V_{rater} + V_{prompt} - V_{both}` may come out as nothing by chance.

    The interval is Wilson's score interval [4]_ on the scale taken from 0 to 1, with as many
    trials as would give a proportion that variance [5]_, and Student's t with the smaller
    effective number of clusters less one. So it never leaves the scale and is skew near its ends.

    Clusters fewer than `ENOUGH` are not estimated from: the intervals then speak for these
    raters (or these prompts) only. An item that has fewer than `ENOUGH` raters and fewer than
    `ENOUGH` prompts gets no interval.

    Parameters
    ----------
    items : sequence of str
        Names of the K items.
    item, rater, prompt : (M,) integers
        Whom a value is of, who gave it, for which prompt; items in 0..K - 1.
    value, number : (M,) numbers
        A value within the scale, and how often it was given.
    scale : tuple of two floats
        The ends of the scale.
    level : float
        Nominal coverage.

    Raises
    ------
    StatsError
        Lengths differ, or something lies outside.

    References
    ----------
    .. [1] Quenouille (1956), "Notes on bias in estimation", Biometrika 43.
    .. [2] Bell and McCaffrey (2002), "Bias reduction in standard errors for linear regression
       with multi-stage samples", Survey Methodology 28.
    .. [3] Cameron, Gelbach and Miller (2011), "Robust inference with multiway clustering",
       Journal of Business & Economic Statistics 29.
    .. [4] Wilson (1927), Journal of the American Statistical Association 22.
    .. [5] Korn and Graubard (1998), "Confidence intervals for proportions with small expected
       number of positive counts estimated from survey data", Survey Methodology 24.
    """
    if not 0 < level < 1:
        raise StatsError("level must lie between 0 and 1")
    given = Given.of(len(items), item, value, number, scale)
    by_rater, by_prompt, by_both = (
        LeftOut.each(given, codes) for codes in clusters_of(given, rater, prompt)
    )
    used = [left for left in (by_rater, by_prompt) if left.total >= ENOUGH]
    degrees = np.zeros(len(items))
    if used:
        enough = np.any([left.groups >= ENOUGH for left in used], axis=0)
        worth = np.min([left.effective for left in used], axis=0)
        degrees = np.where(enough, np.maximum(worth - 1, LEAST_DEGREES), 0.0)
    matrix = _cautious(given, _clustered(used, by_both), by_both.groups)
    low, high = _ends(given, np.diag(matrix), by_both.groups, degrees, level)
    return Means(
        items=tuple(items),
        scale=scale,
        values=given.back(given.means),
        low=given.back(low),
        high=given.back(high),
        numbers=given.numbers,
        degrees=degrees,
        groups=by_both.groups,
        covariance=matrix * (scale[1] - scale[0]) ** 2,
        independent=by_both.covariance * (scale[1] - scale[0]) ** 2,
        method=_method(by_rater, by_prompt),
        level=level,
        findings=_findings(tuple(items), given, (by_rater, by_prompt), degrees),
    )


def _clustered(used: Sequence[LeftOut], by_both: LeftOut) -> FloatArray:
    """Return the covariance with as many kinds of clusters as are used."""
    if not used:
        return by_both.covariance
    if len(used) == 1:
        return used[0].covariance
    parts = [left.covariance for left in used]
    floor = np.maximum(*(np.diag(part) for part in parts))
    matrix = covariance.two_way(parts[0], parts[1], by_both.covariance)
    return covariance.at_least(matrix, np.diag(np.maximum(floor, np.diag(by_both.covariance))))


def _smoothed(mean: FloatArray, number: FloatArray) -> FloatArray:
    """Return means between 0 and 1 with one more value, half of it at either end."""
    smooth: FloatArray = (number * mean + 0.5) / (number + 1)
    return smooth


def _one_more(spread: FloatArray, mean: FloatArray, number: FloatArray) -> FloatArray:
    """Return what variance such means have with that one value more."""
    many = np.maximum(number, 1)
    middle = _smoothed(mean, number)
    more = (middle**2 + (1 - middle) ** 2) / 2 + many * (mean - middle) ** 2
    smooth: FloatArray = spread * many / (many + 1) + more / (many * (many + 1))
    return smooth


def _cautious(given: Given, matrix: FloatArray, groups: FloatArray) -> FloatArray:
    """Return a covariance no variance of which is less than with one value more."""
    return covariance.at_least(matrix, np.diag(_one_more(np.diag(matrix), given.means, groups)))


def _ends(
    given: Given, spread: FloatArray, groups: FloatArray, degrees: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's interval of each mean, for as many trials as have its variance."""
    middle = _smoothed(given.means, groups)
    trials = middle * (1 - middle) / spread
    found = [
        wilson(mean * often, often, level, freedom) if freedom else Estimate(mean, nan, nan, level)
        for mean, often, freedom in zip(given.means, trials, degrees, strict=True)
    ]
    return np.array([one.lower for one in found]), np.array([one.upper for one in found])


def _method(by_rater: LeftOut, by_prompt: LeftOut) -> Method:
    if by_rater.total >= ENOUGH:
        return Method.TWO_WAY if by_prompt.total >= ENOUGH else Method.BY_RATER
    return Method.BY_PROMPT if by_prompt.total >= ENOUGH else Method.INDEPENDENT


def _findings(
    items: tuple[str, ...], given: Given, both: tuple[LeftOut, LeftOut], degrees: FloatArray
) -> tuple[Finding, ...]:
    if not len(given.item):
        return (Finding(Code.NO_VOTES, "There are no values yet."),)
    found: tuple[Finding, ...] = ()
    for left, code, name in zip(
        both, (Code.THESE_RATERS_ONLY, Code.THESE_PROMPTS_ONLY), ("raters", "prompts"), strict=True
    ):
        if left.total < ENOUGH and degrees.any():
            text = f"With so few {name} the intervals speak for these {name} only."
            found += (Finding(code, text, figures={name: left.total}),)
    few = tuple(name for name, freedom in zip(items, degrees, strict=True) if not freedom)
    if few:
        found += (Finding(Code.TOO_FEW, "There are too few values for an interval.", items=few),)
    return found
