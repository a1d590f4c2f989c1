"""Residuals of votes under a fit: what every robust variance is made of."""

from dataclasses import dataclass

import numpy as np

from service.stats import likelihood
from service.stats.counts import SIGN, Cells, FloatArray
from service.stats.findings import StatsError
from service.stats.fitting import Fit


@dataclass(frozen=True, eq=False)
class Residuals:
    """What one vote in each cell adds to the score.

    Attributes
    ----------
    table : (M, P) array
        The covariates, the position among them.
    wins : (M,) array
        u (1/2, 0, -1/2) minus its expectation.
    ties : (M,) array or None
        [tie] minus its probability; None in Bradley–Terry.
    moments : Moments
        Of one vote in the cell.
    """

    table: FloatArray
    wins: FloatArray
    ties: FloatArray | None
    moments: likelihood.Moments


def residuals(fit: Fit, cells: Cells) -> Residuals:
    """Return the residuals of cells under a fit.

    Raises
    ------
    StatsError
        The cells are not about the items and covariates of the fit.
    """
    check_items(fit, cells)
    table = likelihood.design(cells, position=fit.position)
    gap = fit.strengths[cells.first] - fit.strengths[cells.second]
    if table.shape[1]:
        gap = gap + table @ np.array(list(fit.coefficients.values()))
    point = likelihood.moments(gap, fit.log_tie)
    sign = SIGN[cells.outcome]
    ties = None if point.tie is None else (sign == 0) - point.tie
    return Residuals(table, sign / 2 - point.mean, ties, point)


def check_items(fit: Fit, cells: Cells) -> None:
    """Raise `StatsError` where cells are not about the items and covariates of a fit."""
    if cells.items != fit.items or cells.covariate_names != fit.counts.covariate_names:
        raise StatsError("the cells are not about the items and covariates of the fit")
