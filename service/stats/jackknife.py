"""Means of values per item, and what leaving one cluster out after the other does to them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from service.stats.counts import FloatArray, IntArray, sum_by
from service.stats.findings import StatsError


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
