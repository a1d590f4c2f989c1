"""The likelihood of paired comparisons: rows, moments of an outcome, score and information.

Both models are exponential families in u, which is 1/2, 0 or -1/2 as the first item won,
tied or lost. With the difference of strengths d and the log tie strength t,

    log P(outcome) = u d + [tie] t - log Z(d, t).

Bradley–Terry has Z = e^{d/2} + e^{-d/2} and takes a tie as half a win each; Davidson has
Z = e^{d/2} + e^{-d/2} + e^t: in `davidson` a tie has a probability of its own.
"""

from dataclasses import dataclass

import numpy as np

from service.stats.counts import SIGN, UNKNOWN_SIDE, Cells, FloatArray, IntArray, sum_by

POSITION = "position"
DENSE = 1 << 22  # keys that are counted in a table rather than sorted
SIDES = 3


def davidson(
    gap: FloatArray, log_tie: float | FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return P(first wins), P(tie) and P(second wins).

    With strengths :math:`\pi = e^{\theta}` and tie strength :math:`\nu` [1]_,

    .. math:: P(tie) = \frac{\nu \sqrt{\pi_i \pi_j}}
                            {\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}},
              \quad P(i) = \frac{\pi_i}{\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}}.

    Divided by :math:`\sqrt{\pi_i \pi_j}`, with :math:`d = \theta_i - \theta_j`, the three
    terms are :math:`e^{d/2}, \nu, e^{-d/2}`.

    Parameters
    ----------
    gap : array
        d, in natural log units.
    log_tie : float or array that broadcasts to `gap`
        log of the tie strength; minus infinity gives Bradley–Terry.

    References
    ----------
    .. [1] Davidson, R. R. (1970). On extending the Bradley–Terry model to accommodate ties
       in paired comparison experiments. JASA 65(329), 317-328.
    """
    top = np.maximum(np.abs(gap) / 2, log_tie)
    first = np.exp(gap / 2 - top)
    second = np.exp(-gap / 2 - top)
    tie = np.exp(log_tie - top)
    norm = first + second + tie
    return first / norm, tie / norm, second / norm


def _davidson_norm(gap: FloatArray, log_tie: float) -> FloatArray:
    """Return the log of the sum of the three terms of `davidson`."""
    top = np.maximum(np.abs(gap) / 2, log_tie)
    terms = np.exp(gap / 2 - top) + np.exp(-gap / 2 - top) + np.exp(log_tie - top)
    total: FloatArray = top + np.log(terms)
    return total


@dataclass(frozen=True, eq=False)
class Rows:
    """Comparisons summed over outcomes: all that a likelihood needs.

    Attributes
    ----------
    size : int
        Number of items K.
    first, second : (R,) integer arrays
    votes : (R,) float array
        Number n of votes.
    balance : (R,) float array
        Sum of u: half of (wins of first minus wins of second).
    ties : (R,) float array
    covariates : (R, P) float array
    """

    size: int
    first: IntArray
    second: IntArray
    votes: FloatArray
    balance: FloatArray
    ties: FloatArray
    covariates: FloatArray

    def differences(self, parameters: FloatArray) -> FloatArray:
        """Return d for each row, from strengths followed by coefficients."""
        strengths = parameters[: self.size]
        gap: FloatArray = strengths[self.first] - strengths[self.second]
        width = self.covariates.shape[1]
        if width:
            gap = gap + self.covariates @ parameters[self.size : self.size + width]
        return gap


def design(cells: Cells, *, position: bool) -> FloatArray:
    """Return the (M, P) covariates of cells: the position first where it is asked for.

    The position is 1 where the first item was shown left, -1 where it was shown right and
    0 where nobody knows; its coefficient is the advantage of the left side in log-odds.
    """
    if not position:
        return cells.covariates
    shown = np.where(cells.left == UNKNOWN_SIDE, 0.0, 2.0 * cells.left - 1.0)
    return np.column_stack([shown, cells.covariates])


def row_key(cells: Cells, *, position: bool) -> IntArray:
    """Return a number per cell that is the same for cells of one row; rows stand in its order."""
    key: IntArray = cells.first.astype(np.int64) * len(cells.items) + cells.second
    return key * SIDES + (cells.left + 1) if position else key


def sum_rows(cells: Cells, *, position: bool) -> Rows:
    """Sum cells over their outcomes."""
    size = len(cells.items)
    balance = cells.votes * (SIGN / 2)[cells.outcome]
    ties = cells.votes * (SIGN == 0)[cells.outcome]
    if cells.covariates.shape[1]:
        table = design(cells, position=position)
        return Rows(size, cells.first, cells.second, cells.votes, balance, ties, table)
    sides = SIDES if position else 1
    key = row_key(cells, position=position)
    space = size * size * sides
    if space <= DENSE:
        votes = sum_by(key, cells.votes, space)
        found = np.flatnonzero(votes)
        sums = [sum_by(key, part, space)[found] for part in (balance, ties)]
        votes = votes[found]
    else:
        found, key = np.unique(key, return_inverse=True)
        votes, *sums = (sum_by(key, part, len(found)) for part in (cells.votes, balance, ties))
    pair, side = np.divmod(found, sides)
    first, second = np.divmod(pair, max(size, 1))
    table = np.zeros((len(found), 0))
    if position:
        table = np.array([0.0, -1.0, 1.0])[side][:, None]
    return Rows(size, first, second, votes, sums[0], sums[1], table)


@dataclass(frozen=True, eq=False)
class Moments:
    """Means and variances of one vote, for each difference.

    Attributes
    ----------
    mean, variance : arrays
        E u, Var u.
    tie, tie_covariance, tie_variance : arrays or None
        P(tie), Cov(u, [tie]), Var [tie]; None in Bradley–Terry.
    """

    mean: FloatArray
    variance: FloatArray
    tie: FloatArray | None = None
    tie_covariance: FloatArray | None = None
    tie_variance: FloatArray | None = None


def moments(gap: FloatArray, log_tie: float | FloatArray | None) -> Moments:
    """Return the moments of one vote at differences `gap`; `log_tie` None is Bradley–Terry."""
    if log_tie is None:
        mean = np.tanh(gap / 2) / 2
        return Moments(mean, 0.25 - mean**2)
    first, tie, second = davidson(gap, log_tie)
    mean = (first - second) / 2
    variance = (first + second) / 4 - mean**2
    return Moments(mean, variance, tie, -mean * tie, tie * (1 - tie))


def log_likelihood(rows: Rows, gap: FloatArray, log_tie: float | None) -> float:
    """Return the log-likelihood, in which a tie of Bradley–Terry is half of either win."""
    if log_tie is None:
        size = np.abs(gap)
        log_norm = size / 2 + np.log1p(np.exp(-size))
        return float(rows.balance @ gap - rows.votes @ log_norm)
    log_norm = _davidson_norm(gap, log_tie)
    return float(rows.balance @ gap - rows.votes @ log_norm + rows.ties.sum() * log_tie)


def score(rows: Rows, point: Moments) -> FloatArray:
    """Return the derivative of the log-likelihood by strengths, coefficients, log tie strength."""
    rest = rows.balance - rows.votes * point.mean
    parts = [_scatter(rows, rest, rows.size), rows.covariates.T @ rest]
    if point.tie is not None:
        parts.append(np.array([rows.ties.sum() - rows.votes @ point.tie]))
    total: FloatArray = np.concatenate(parts)
    return total


def information(rows: Rows, point: Moments) -> FloatArray:
    """Return minus the second derivative of the log-likelihood (expected = observed here)."""
    if point.tie_covariance is None or point.tie_variance is None:
        return gram(rows, rows.votes * point.variance)
    return gram(
        rows,
        rows.votes * point.variance,
        rows.votes * point.tie_covariance,
        float(rows.votes @ point.tie_variance),
    )


def gram(
    rows: Rows | Cells,
    weight: FloatArray,
    cross: FloatArray | None = None,
    tie: float = 0.0,
    table: FloatArray | None = None,
) -> FloatArray:
    """Return the sum of ``weight * x x'`` over rows, x being +1, -1 and the covariates.

    Parameters
    ----------
    weight : (R,) array
        Weight of u with itself.
    cross : (R,) array, optional
        Weight of u with the tie; where given, the tie adds a last row and column.
    tie : float
        Sum of the weights of the tie with itself.
    table : (R, P) array, optional
        Covariates; those of the rows by default.
    """
    size = rows.size if isinstance(rows, Rows) else len(rows.items)
    columns = rows.covariates if table is None else table
    width = columns.shape[1]
    total = np.zeros((size + width + (cross is not None),) * 2)
    key = rows.first.astype(np.int64) * size + rows.second
    met = sum_by(key, weight, size * size).reshape(size, size)
    met = met + met.T
    total[:size, :size] = -met
    total[np.arange(size), np.arange(size)] += met.sum(axis=1)
    for offset, column in enumerate(columns.T, start=size):
        border = _scatter(rows, weight * column, size)
        total[:size, offset] = total[offset, :size] = border
    if width:
        inside = slice(size, size + width)
        total[inside, inside] = columns.T @ (columns * weight[:, None])
    if cross is not None:
        border = np.concatenate([_scatter(rows, cross, size), columns.T @ cross])
        total[:-1, -1] = total[-1, :-1] = border
        total[-1, -1] = tie
    return total


def _scatter(rows: Rows | Cells, load: FloatArray, size: int) -> FloatArray:
    return sum_by(rows.first, load, size) - sum_by(rows.second, load, size)
