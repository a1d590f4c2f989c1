"""Fits of strengths to counts (Bradley–Terry, Davidson), and what a fit has to confess."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from service.stats import likelihood, newton, scale
from service.stats.connectivity import Shape, find_shape, ties_are_bounded
from service.stats.counts import SIGN, BoolArray, Counts, FloatArray, IntArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.likelihood import POSITION, Rows
from service.stats.plain import plain

Model = Literal["bradley_terry", "davidson"]
BothBad = Literal["half", "drop"]

WEAK_PRIOR = 0.1  # precision in nat⁻²: a standard deviation of 3.2 nat, or 549 rating points
RUNAWAY = 20.0  # nat: a coefficient beyond this has no finite maximum, or might as well


@dataclass(frozen=True, eq=False)
class Fit:
    """Strengths of items, with what is needed to say how sure they are.

    Attributes
    ----------
    model : "bradley_terry" or "davidson"
    counts : Counts
        What was fitted (after "both bad" was dropped, where so).
    both_bad : "half" or "drop"
        What was done with the votes "both bad".
    position : bool
        Whether the advantage of the left side was fitted.
    strengths : (K,) array
        Natural-log units; the mean of each component is zero.
    coefficients : mapping of str to float
        Of the position and the covariates, in log-odds per unit.
    tie_strength : float or None
        Davidson's nu; None in Bradley–Terry, 0 where nothing was ever tied.
    component : (K,) integer array
        Items with different numbers were never linked by votes: do not compare them.
    precision : (K + P [+ 1],) array
        Of the prior on each parameter; 0 is none.
    log_likelihood : float
        Without the prior; a tie of Bradley–Terry counts as half of either win.
    converged : bool
    iterations : int
    findings : tuple of Finding
    """

    model: Model
    counts: Counts
    both_bad: BothBad
    position: bool
    strengths: FloatArray
    coefficients: Mapping[str, float]
    tie_strength: float | None
    component: IntArray
    precision: FloatArray
    log_likelihood: float
    converged: bool
    iterations: int
    findings: tuple[Finding, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Return the names of the items."""
        return self.counts.items

    @property
    def ratings(self) -> FloatArray:
        """Return the strengths on the published scale (1000 + 400/ln 10 × strength)."""
        return scale.rating(self.strengths)

    @property
    def log_tie(self) -> float | None:
        """Return the log of the tie strength; None where the fit has no such parameter."""
        return float(np.log(self.tie_strength)) if self.tie_strength else None

    @property
    def parameters(self) -> FloatArray:
        """Return strengths, coefficients and log tie strength in one array."""
        extra = [] if self.log_tie is None else [self.log_tie]
        return np.concatenate([self.strengths, list(self.coefficients.values()), extra])

    @cached_property
    def rows(self) -> Rows:
        """The rows that the likelihood sums over."""
        return likelihood.sum_rows(self.counts, position=self.position)

    @cached_property
    def moments(self) -> likelihood.Moments:
        """Moments of one vote in each of the rows."""
        return likelihood.moments(self.rows.differences(self.parameters), self.log_tie)

    @cached_property
    def information(self) -> FloatArray:
        """The information of the votes about the parameters, without the prior."""
        return likelihood.information(self.rows, self.moments)

    @cached_property
    def bread(self) -> FloatArray:
        """The inverse of information plus prior, with each component's mean held at zero."""
        return newton.centred_inverse(self.information, self.precision, self.component)

    def to_dict(self) -> dict[str, Any]:
        """Return the fit as JSON-able values, without the counts."""
        names = (
            "model",
            "both_bad",
            "items",
            "strengths",
            "ratings",
            "coefficients",
            "tie_strength",
        )
        more = ("component", "precision", "log_likelihood", "converged", "iterations", "findings")
        return {name: plain(getattr(self, name)) for name in names + more}


def fit(
    counts: Counts,
    *,
    model: Model = "bradley_terry",
    prior: float = WEAK_PRIOR,
    position: bool = False,
    both_bad: BothBad = "half",
    start: Fit | None = None,
    max_iterations: int = 100,
) -> Fit:
    r"""Fit strengths to counts; data never raises, and every number is finite.

    Maximises

    .. math:: \sum_r \log P(o_r \mid \theta_{i_r} - \theta_{j_r} + x_r^T \beta)
              - \tfrac{1}{2} \lambda (|\theta|^2 + |\beta|^2 [+ (\log \nu)^2])

    over strengths :math:`\theta`, coefficients :math:`\beta` and, in Davidson's model [2]_,
    the tie strength :math:`\nu`. In Bradley and Terry's model [1]_ a tie is half a win each.

    Parameters
    ----------
    counts : Counts
    model : {"bradley_terry", "davidson"}
    prior : float
        The precision :math:`\lambda`. 0 asks for the exact maximum of the likelihood; where
        that is not finite, those outside the largest level fall back to `WEAK_PRIOR` and a
        finding says so.
    position : bool
        Fit the advantage of the side shown left; votes with unknown sides then say nothing
        about it.
    both_bad : {"half", "drop"}
        Take "both bad" as half a win each, or leave these votes out.
    start : Fit, optional
        Begin at the strengths of an earlier fit; items are matched by name.
    max_iterations : int

    Raises
    ------
    StatsError
        `prior` is negative or not finite, or `model` or `both_bad` unknown.

    References
    ----------
    .. [1] Bradley, R. A., Terry, M. E. (1952). Rank analysis of incomplete block designs I.
       Biometrika 39(3/4), 324-345.
    .. [2] Davidson, R. R. (1970). On extending the Bradley–Terry model to accommodate ties
       in paired comparison experiments. JASA 65(329), 317-328.
    """
    _check_options(model, prior, both_bad)
    kept = counts.without_both_bad() if both_bad == "drop" else counts
    rows = likelihood.sum_rows(kept, position=position)
    shape = _shape(rows)
    tied = model == "davidson" and bool((rows.ties > 0).any())
    names = ((POSITION,) if position else ()) + kept.covariate_names
    precision, findings = _precision(kept.items, rows, shape, prior, len(names), tied=tied)
    found = newton.maximise(
        rows,
        precision,
        shape.component,
        tied=tied,
        start=_start(start, kept.items, names, tied=tied),
        max_iterations=max_iterations,
    )
    if prior == 0 and names and _ran_away(rows, found, precision, shape, tied=tied):
        precision = np.where(precision == 0, WEAK_PRIOR, precision)
        text = "A coefficient has no finite or no single best value; a weak prior holds it."
        findings += (Finding(Code.UNBOUNDED_COEFFICIENT, text),)
        found = newton.maximise(
            rows, precision, shape.component, tied=tied, max_iterations=max_iterations
        )
    size, width = rows.size, len(names)
    result = Fit(
        model=model,
        counts=kept,
        both_bad=both_bad,
        position=position,
        strengths=found.parameters[:size],
        coefficients=dict(zip(names, found.parameters[size : size + width].tolist(), strict=True)),
        tie_strength=_tie_strength(model, found.parameters, tied=tied),
        component=shape.component,
        precision=precision,
        log_likelihood=found.log_likelihood,
        converged=found.converged,
        iterations=found.iterations,
        findings=kept.findings
        + _diagnose(kept, rows, shape, model=model)
        + findings
        + _of_convergence(converged=found.converged),
    )
    # What was computed on the way is kept, so that intervals need not compute it again.
    result.__dict__["rows"] = rows
    return result


def _check_options(model: str, prior: float, both_bad: str) -> None:
    if model not in {"bradley_terry", "davidson"}:
        raise StatsError(f"no such model: {model}")
    if both_bad not in {"half", "drop"}:
        raise StatsError(f"no such treatment of both bad: {both_bad}")
    if not (np.isfinite(prior) and prior >= 0):
        raise StatsError("prior must be finite and not negative")


def _shape(rows: Rows) -> Shape:
    half = rows.votes / 2
    return find_shape(rows.size, rows.first, rows.second, half + rows.balance, half - rows.balance)


def _precision(
    items: tuple[str, ...], rows: Rows, shape: Shape, prior: float, width: int, *, tied: bool
) -> tuple[FloatArray, tuple[Finding, ...]]:
    """Return the prior precision of each parameter: the weak one where no maximum exists."""
    if prior > 0:
        return np.full(rows.size + width + tied, prior), ()
    findings: tuple[Finding, ...] = ()
    strengths = np.where(_are_free(shape), 0.0, WEAK_PRIOR)
    if (strengths > 0).any():
        text = "The exact maximum is not finite for these items; a weak prior holds them."
        names = tuple(items[index] for index in np.flatnonzero(strengths))
        findings += (Finding(Code.PRIOR_USED, text, items=names),)
    ties = np.zeros(int(tied))
    if tied:
        decided = rows.votes - rows.ties
        wins_first, wins_second = decided / 2 + rows.balance, decided / 2 - rows.balance
        dust = 1e-12 * rows.votes
        if not ties_are_bounded(
            rows.size,
            rows.first,
            rows.second,
            np.where(wins_first > dust, wins_first, 0),
            np.where(wins_second > dust, wins_second, 0),
            rows.ties,
        ):
            ties[:] = WEAK_PRIOR
            text = "The tie strength has no finite maximum; a weak prior holds it."
            findings += (Finding(Code.UNBOUNDED_TIES, text),)
    return np.concatenate([strengths, np.zeros(width), ties]), findings


def _are_free(shape: Shape) -> BoolArray:
    """Return which strengths votes hold without a prior.

    Where a component falls into levels, those outside its largest level are held by the prior,
    and with them how far the levels are apart; within that level nothing is drawn together. Of
    several that are the largest none is free: which of them is named first must not matter.
    """
    levels = np.bincount(shape.level)
    most = np.zeros(shape.components, dtype=np.int64)
    np.maximum.at(most, shape.component, levels[shape.level])
    is_largest = levels[shape.level] == most[shape.component]
    # As many items of largest levels as one such level has: then it is the only one.
    in_largest = np.bincount(shape.component, weights=is_largest, minlength=shape.components)
    alone = np.bincount(shape.component)[shape.component] == 1
    free: BoolArray = is_largest & (in_largest == most)[shape.component] & ~alone
    return free


def _start(
    earlier: Fit | None, items: tuple[str, ...], names: tuple[str, ...], *, tied: bool
) -> FloatArray | None:
    if earlier is None:
        return None
    if earlier.items == items:
        strengths = earlier.strengths
    else:
        known = dict(zip(earlier.items, earlier.strengths, strict=True))
        strengths = np.array([known.get(item, 0.0) for item in items])
    extra = [earlier.coefficients.get(name, 0.0) for name in names]
    ties = [earlier.log_tie or 0.0] if tied else []
    return np.concatenate([strengths, extra, ties])


def _ran_away(
    rows: Rows, found: newton.Optimum, precision: FloatArray, shape: Shape, *, tied: bool
) -> bool:
    """Return whether covariates leave the maximum infinite, or not unique."""
    free = np.abs(found.parameters[precision == 0])
    if not found.converged or (free > RUNAWAY).any():
        return True
    log_tie = float(found.parameters[-1]) if tied else None
    point = likelihood.moments(rows.differences(found.parameters), log_tie)
    curvature = likelihood.information(rows, point)
    return not newton.is_identified(curvature, precision, shape.component)


def _tie_strength(model: Model, parameters: FloatArray, *, tied: bool) -> float | None:
    if model == "bradley_terry":
        return None
    return float(np.exp(parameters[-1])) if tied else 0.0


def _diagnose(counts: Counts, rows: Rows, shape: Shape, *, model: str) -> tuple[Finding, ...]:
    """Return what is special about the counts: gaps, separation, ties."""
    if not len(counts):
        return (Finding(Code.NO_VOTES, "There are no votes yet."),)
    findings = [*_of_links(counts, rows, shape), *_of_bounds(counts, shape)]
    decided = SIGN[counts.outcome] != 0
    if not decided.any():
        text = "Every vote was a tie: nothing tells the items apart."
        findings.append(Finding(Code.ONLY_TIES, text))
    elif decided.all() and model == "davidson":
        text = "No vote was a tie, so the tie strength is zero."
        findings.append(Finding(Code.NO_TIES, text))
    return tuple(findings)


def _of_convergence(*, converged: bool) -> tuple[Finding, ...]:
    """Return a finding where the search ended before it converged."""
    if converged:
        return ()
    text = "The fit did not converge; do not rely on these strengths."
    return (Finding(Code.NOT_CONVERGED, text),)


def _names(counts: Counts, chosen: BoolArray | IntArray) -> tuple[str, ...]:
    return tuple(counts.items[index] for index in np.arange(len(counts.items))[chosen])


def _of_links(counts: Counts, rows: Rows, shape: Shape) -> list[Finding]:
    if shape.components == 1:
        return []
    seen = np.zeros(rows.size, dtype=bool)
    seen[rows.first] = seen[rows.second] = True
    findings = []
    if not seen.all():
        text = "Some items have no votes yet; their strengths are unknown."
        findings.append(Finding(Code.ITEM_WITHOUT_VOTES, text, items=_names(counts, ~seen)))
    parts = np.unique(shape.component[seen])
    if len(parts) > 1:
        text = "The votes fall into groups that never met: compare within a group only."
        groups = tuple(_names(counts, shape.component == part) for part in parts)
        findings.append(Finding(Code.DISCONNECTED, text, groups=groups))
    return findings


def _of_bounds(counts: Counts, shape: Shape) -> list[Finding]:
    findings = []
    if shape.above.any():
        text = "These won every comparison with the rest: how far above they are is unknown."
        findings.append(Finding(Code.UNBOUNDED_ABOVE, text, items=_names(counts, shape.above)))
    if shape.below.any():
        text = "These lost every comparison with the rest: how far below they are is unknown."
        findings.append(Finding(Code.UNBOUNDED_BELOW, text, items=_names(counts, shape.below)))
    for part in range(shape.components):
        levels = np.unique(shape.level[shape.component == part])
        if len(levels) > 1:
            text = "The items fall into levels, and no vote goes against their order."
            groups = tuple(_names(counts, shape.level == level) for level in levels)
            findings.append(Finding(Code.SEPARATED, text, groups=groups))
    return findings
