"""Critical values for all differences at once: the largest studentised one among draws."""

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky, eigh

from service.stats.counts import FloatArray, IntArray

Noise = npt.NDArray[np.float32]


def draw_noise(
    matrix: FloatArray, degrees: float, rng: np.random.Generator, draws: int, *, own: bool = False
) -> Noise:
    """Return (K, draws) deviations with covariance `matrix`, up to a shift common to all.

    Where `degrees` is finite they are Student's t: a draw shares its chi-square among all
    items, or with `own` every item has one of its own.
    """
    size = len(matrix)
    normal = rng.standard_normal((size, draws), dtype=np.float32)
    if not size:
        return normal
    try:
        # The shift makes a covariance of centred strengths definite.
        root = cholesky(matrix + np.diag(matrix).mean(), lower=True, check_finite=False)
    except LinAlgError:
        spread, axes = eigh(matrix)
        root = axes * np.sqrt(np.maximum(spread, 0))
    noise: Noise = root.astype(np.float32) @ normal
    if np.isfinite(degrees):
        square = rng.chisquare(degrees, (size if own else 1, draws)) / degrees
        noise /= np.sqrt(np.maximum(square, 1e-12)).astype(np.float32)
    return noise


def gap_variances(matrix: FloatArray) -> FloatArray:
    """Return the variances of all differences under a covariance matrix."""
    own = np.diag(matrix)
    variances: FloatArray = np.maximum(own[:, None] + own - 2 * matrix, 0.0)
    return variances


def critical_value(noise: Noise, matrix: FloatArray, component: IntArray, level: float) -> float:
    r"""Return the quantile of :math:`\max_{i<j} |z_i - z_j| / \sqrt{V_{i-j}}` within components.

    Draws that cannot reach the quantile are set aside first. With :math:`u_i = z_i / s_i`
    and :math:`\rho` the largest :math:`\sqrt{s_i^2 + s_j^2} / \sqrt{V_{i-j}}`, the
    inequality of Cauchy and Schwarz bounds a draw by
    :math:`\rho \sqrt{\max(u, 0)^2 + \min(u, 0)^2}`, while the pair that attains both
    extremes bounds it from below: the result is exact.
    """
    parts = [part for part in _parts(component) if len(part) > 1]
    if not parts:
        return 0.0
    bounds = [_bound(noise[part], matrix[np.ix_(part, part)]) for part in parts]
    lowest = np.max([low for low, _ in bounds], axis=0)
    highest = np.max([high for _, high in bounds], axis=0)
    # The quantile interpolates between two order statistics: keep one more than it needs.
    draws = noise.shape[1]
    needed = min(draws, draws - int(np.floor(level * (draws - 1))) + 1)
    reached = np.partition(lowest, draws - needed)[draws - needed]
    chosen = highest >= reached
    exact = lowest.copy()
    exact[chosen] = np.max(
        [_largest(noise[np.ix_(part, chosen)], matrix[np.ix_(part, part)]) for part in parts],
        axis=0,
    )
    return float(np.quantile(exact, level))


def _parts(component: IntArray) -> list[IntArray]:
    return [np.flatnonzero(component == part) for part in np.unique(component)]


def _inverse_errors(matrix: FloatArray) -> Noise:
    errors = np.sqrt(gap_variances(matrix))
    scale = np.zeros(errors.shape, dtype=np.float32)
    known = errors > 0
    scale[known] = 1 / errors[known]
    return scale


def _bound(noise: Noise, matrix: FloatArray) -> tuple[Noise, Noise]:
    """Return for each draw what its largest studentised difference is at least, and at most."""
    centred = noise - noise.mean(axis=0)
    error = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    unit = centred / error[:, None].astype(np.float32)
    scale = _inverse_errors(matrix)
    ratio = float((np.sqrt(error[:, None] ** 2 + error**2) * scale).max())
    top, bottom = unit.argmax(axis=0), unit.argmin(axis=0)
    number = np.arange(noise.shape[1])
    pair: Noise = np.abs(centred[top, number] - centred[bottom, number]) * scale[top, bottom]
    highest, lowest = unit[top, number], unit[bottom, number]
    reach = np.sqrt(np.maximum(highest, 0) ** 2 + np.minimum(lowest, 0) ** 2)
    # A little slack, since everything here is in single precision.
    most: Noise = (reach * np.float32(ratio * 1.001)).astype(np.float32)
    return pair, np.maximum(most, pair)


def _largest(noise: Noise, matrix: FloatArray) -> Noise:
    scale = _inverse_errors(matrix)
    largest = np.zeros(noise.shape[1], dtype=np.float32)
    space = np.empty_like(noise)
    for item in range(len(noise) - 1):
        gap = np.subtract(noise[item + 1 :], noise[item], out=space[item + 1 :])
        np.abs(gap, out=gap)
        gap *= scale[item + 1 :, item, None]
        np.maximum(largest, gap.max(axis=0), out=largest)
    return largest
