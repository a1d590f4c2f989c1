"""Are guesses right more often than by chance, whatever somebody likes to guess."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from service.stats.findings import StatsError
from service.stats.plain import plain

DRAWS = 9_999
SEED = 20260312
PAIR = 2


@dataclass(frozen=True)
class Guesses:
    """How many guesses were right, beside how many chance gives.

    Attributes
    ----------
    right, number : int
    expected : float
        How many would be right if guesses had nothing to do with the truth.
    p_value : float
        Of at least so many right ones then, one-sided.
    """

    right: int
    number: int
    expected: float
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def right_by_chance(table: npt.ArrayLike, *, draws: int = DRAWS, seed: int = SEED) -> Guesses:
    r"""Return whether more guesses are right than their margins give.

    With r the sums of the rows and c those of the columns, :math:`\sum_i r_i c_i / n` are
    expected on the diagonal of a table whose rows and columns have nothing to do with each
    other. So a habit, such as always saying the same, is no knowledge. What was asked about is
    drawn by chance, which makes the permutation test exact although answers of one person are
    alike: Fisher's for two rows, else over tables drawn with the same margins [1]_ [2]_.

    Parameters
    ----------
    table : (K, K) array of counts
        How often what the row is was taken for what the column is.
    draws, seed : int
        Of tables with these margins, where there are more than two rows.

    Raises
    ------
    StatsError
        The table is not square or a count is negative.

    References
    ----------
    .. [1] Fisher (1935), "The Design of Experiments".
    .. [2] Boyett (1979), "Random R × C tables with given row and column totals", Applied
       Statistics 28; Phipson and Smyth (2010), "Permutation
       p-values should never be zero", Statistical Applications in Genetics and Molecular
       Biology 9.
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != PAIR or len(counts) != counts.shape[1] or np.any(counts < 0):
        raise StatsError("the table must be square, with counts")
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    number, right = int(counts.sum()), int(np.trace(counts))
    if not number:
        return Guesses(0, 0, 0.0, 1.0)
    if len(counts) == PAIR:
        p_value = float(stats.fisher_exact(counts, alternative="greater").pvalue)
    else:
        # Not Patefield's method: scipy 1.17 loses counts there where the first rows are empty.
        drawn = stats.random_table(rows, columns, seed=seed).rvs(draws, method="boyett")
        as_many = int((np.trace(drawn, axis1=1, axis2=2) >= right).sum())
        p_value = (1 + as_many) / (1 + draws)
    return Guesses(right, number, float(rows @ columns) / number, p_value)
