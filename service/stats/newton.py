"""Newton's method on the K×K problem, with the mean of each component held at zero."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, lapack

from service.stats import likelihood
from service.stats.counts import FloatArray, IntArray
from service.stats.likelihood import Moments, Rows

TOLERANCE = 1e-8  # nat; Newton converges quadratically: the error left is its square
CHORD = 1e-3  # nat; after a step this short the curvature serves once more
HALVINGS = 30
SINGULAR = 1e-9  # a pivot of a matrix with a unit diagonal that is rounding only
SLACK = 1e-12  # rounding of a sum of log-likelihoods, relative


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the maximum was found, and whether it was."""

    parameters: FloatArray
    log_likelihood: float
    converged: bool
    iterations: int


def maximise(
    rows: Rows,
    precision: FloatArray,
    component: IntArray,
    *,
    tied: bool,
    start: FloatArray | None = None,
    max_iterations: int = 100,
) -> Optimum:
    """Maximise log-likelihood plus log prior over strengths, coefficients, log tie strength.

    The function is concave, so a Newton step, halved until it does not descend, converges
    from everywhere; convergence means that the last step was shorter than `TOLERANCE` in
    every parameter. Near the end the factorised curvature is used again (a chord instead
    of a tangent), which is as good and cheaper. A singular curvature ends the search unconverged.
    """
    size = rows.size
    if not len(precision):
        return Optimum(np.zeros(0), 0.0, converged=True, iterations=0)
    at = np.zeros(len(precision)) if start is None else start.copy()
    at[:size] = centre(at[:size], component)
    point, value = _evaluate(rows, at, precision, tied=tied)
    converged, iterations, factor, length = False, 0, None, np.inf
    is_even = not len(component) or np.ptp(precision[:size]) == 0
    while not converged and iterations < max_iterations:
        iterations += 1
        if factor is None or length > CHORD:
            factor = _factorise(likelihood.information(rows, point), precision, component)
        if factor is None:
            break
        slope = likelihood.score(rows, point) - precision * at
        step = cho_solve(factor, slope, check_finite=False)
        if not is_even:
            step = _keeping_means(step, factor, component)
        step[:size] = centre(step[:size], component)
        if not np.isfinite(step).all():
            break
        moved, point, value = _walk(rows, at, step, precision, value, tied=tied)
        length = float(np.abs(moved - at).max())
        converged = length < TOLERANCE
        at = moved
    return Optimum(at, value + _penalty(at, precision), converged, iterations)


def _factorise(
    information: FloatArray, precision: FloatArray, component: IntArray
) -> tuple[FloatArray, bool] | None:
    try:
        factor: tuple[FloatArray, bool] = cho_factor(
            hold_means(information, precision, component), overwrite_a=True, check_finite=False
        )
    except LinAlgError:
        return None
    return factor


def _keeping_means(
    step: FloatArray, factor: tuple[FloatArray, bool], component: IntArray
) -> FloatArray:
    """Return the best step of those that leave each component's mean where it is.

    Where the prior holds all strengths alike, that is the step less its means. Where it holds
    some more than others, the step less its means may descend: then Lagrange's multipliers say
    what to take away.
    """
    means = np.zeros((len(step), int(component.max()) + 1))
    means[np.arange(len(component)), component] = 1.0
    lean = cho_solve(factor, means, check_finite=False)
    kept: FloatArray = step - lean @ np.linalg.solve(means.T @ lean, means.T @ step)
    return kept


def _walk(
    rows: Rows,
    at: FloatArray,
    step: FloatArray,
    precision: FloatArray,
    value: float,
    *,
    tied: bool,
) -> tuple[FloatArray, Moments, float]:
    """Take the longest of 1, 1/2, 1/4, ... of the step that does not descend."""
    part = 1.0
    for _ in range(HALVINGS):
        moved = at + part * step
        point, reached = _evaluate(rows, moved, precision, tied=tied)
        if reached >= value - SLACK * (abs(value) + 1):
            break
        part /= 2
    return moved, point, reached


def _evaluate(
    rows: Rows, at: FloatArray, precision: FloatArray, *, tied: bool
) -> tuple[Moments, float]:
    log_tie = float(at[-1]) if tied else None
    gap = rows.differences(at)
    point = likelihood.moments(gap, log_tie)
    return point, likelihood.log_likelihood(rows, gap, log_tie) - _penalty(at, precision)


def _penalty(at: FloatArray, precision: FloatArray) -> float:
    return float(precision @ at**2) / 2


def centre(strengths: FloatArray, component: IntArray) -> FloatArray:
    """Return the strengths with the mean of each component taken away."""
    if not component.any():
        return strengths - strengths.mean() if len(strengths) else strengths
    sizes = np.bincount(component)
    return strengths - (np.bincount(component, strengths) / sizes)[component]


def hold_means(information: FloatArray, precision: FloatArray, component: IntArray) -> FloatArray:
    """Return information plus prior, made definite along each component's mean.

    Votes say nothing about the mean of a component. Adding a multiple of the matrix of
    ones changes the curvature in that direction only, in which no step is ever taken.
    """
    size = len(component)
    held = information + np.diag(precision)
    scale = max(float(np.trace(information[:size, :size])) / max(size, 1), 1.0)
    if component.any():
        held[:size, :size] += (component[:, None] == component) * (scale / size)
    else:
        held[:size, :size] += scale / size
    return held


def is_identified(information: FloatArray, precision: FloatArray, component: IntArray) -> bool:
    """Return whether votes and prior together say something about every parameter.

    The curvature, scaled to a unit diagonal, must have no pivot next to zero: a covariate
    that never varies, or always goes with the same item, leaves one.
    """
    held = hold_means(information, precision, component)
    own = np.diag(held)
    if (own <= 0).any():
        return False
    scaled = held / np.sqrt(own * own[:, None])
    try:
        factor, _ = cho_factor(scaled, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return False
    return bool(np.diag(factor).min(initial=1.0) ** 2 > SINGULAR)


def centred_inverse(
    information: FloatArray, precision: FloatArray, component: IntArray
) -> FloatArray:
    """Return the inverse of information plus prior with the components' means held at zero.

    An item that met nobody keeps the variance of its prior: it has no mean to be held to.
    """
    size = len(component)
    if not len(precision):
        return np.zeros((0, 0))
    sizes = np.bincount(component)[component]
    alone = np.concatenate([sizes == 1, np.zeros(len(precision) - size, dtype=bool)])
    held = hold_means(information, precision, component)
    held[alone, alone] = precision[alone]
    factor, _ = cho_factor(held, lower=True, overwrite_a=True, check_finite=False)
    half, _ = lapack.dpotri(factor, lower=1)
    inverse: FloatArray = np.tril(half) + np.tril(half, -1).T
    together = (component[:, None] == component) & (sizes > 1)
    if together.all():
        inverse[:size] -= inverse[:size].mean(axis=0)
        inverse[:, :size] -= inverse[:, :size].mean(axis=1)[:, None]
    else:
        project = np.eye(len(held))
        project[:size, :size] -= together / sizes
        inverse = project @ inverse @ project
    both: FloatArray = (inverse + inverse.T) / 2
    return both
