"""Covariance matrices of fitted parameters: Fisher, sandwich, clustered one and two ways."""

import numpy as np
from scipy.linalg import eigh

from service.stats import clusters, likelihood
from service.stats.counts import ClusterCells, FloatArray
from service.stats.fitting import Fit
from service.stats.residuals import check_items, residuals

PSEUDO_INFORMATION = 0.75  # three votes at even odds: as in the rule of three for unseen events


def fisher(fit: Fit) -> FloatArray:
    r"""Return the inverse information :math:`H^{-1}` (with the prior's precision in H).

    Right when the model is. In Bradley–Terry it takes a tie for a coin toss and is too wide
    where ties are common.
    """
    return fit.bread


def sandwich(fit: Fit) -> FloatArray:
    r"""Return :math:`H^{-1} B H^{-1}` with :math:`B = \sum_r w_r^2 s_r s_r^T` [1]_ [2]_.

    s is the score of one vote; votes are taken as independent.

    References
    ----------
    .. [1] Huber, P. J. (1967). The behavior of maximum likelihood estimates under
       nonstandard conditions. Proc. Fifth Berkeley Symposium 1, 221-233.
    .. [2] White, H. (1982). Maximum likelihood estimation of misspecified models.
       Econometrica 50(1), 1-25.
    """
    return _between(fit, _meat(fit))


def cluster_robust(fit: Fit, cells: ClusterCells, *, leave_out: bool = True) -> FloatArray:
    r"""Return the covariance when votes of one cluster are dependent.

    Without `leave_out` the CR1 form [1]_: with :math:`s_g` the summed score of cluster g,

    .. math:: V = \frac{G}{G-1} H^{-1} \Big(\sum_g s_g s_g^T\Big) H^{-1}.

    With `leave_out` the jackknife, CR3 [2]_: every cluster is left out in turn, with one
    Newton step from the fit,

    .. math:: \delta_g = (H - H_g)^{-1} s_g, \quad
              V = \frac{G-1}{G} \sum_g \delta_g \delta_g^T,

    which errs on the wide side where clusters are few or unequal, while CR1 errs on the
    narrow. With fewer than two clusters there is nothing to estimate from: zeros.

    References
    ----------
    .. [1] Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized
       linear models. Biometrika 73(1), 13-22.
    .. [2] Bell, R. M., McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
       regression with multi-stage samples. Survey Methodology 28(2), 169-181; MacKinnon,
       J. G., Nielsen, M. Ø., Webb, M. D. (2023). Cluster-robust inference: a guide to
       empirical practice. Journal of Econometrics 232(2), 272-299.
    """
    check_items(fit, cells)
    groups = clusters.number(cells)
    total = np.zeros_like(fit.bread)
    if groups < 2:  # noqa: PLR2004 - one cluster has no variance
        return total
    for part in clusters.blocks(cells, len(fit.bread)):
        steps = clusters.find_steps(fit, part, leave_out=leave_out)
        total += steps.T @ steps
    return _symmetric(total * ((groups - 1) / groups if leave_out else groups / (groups - 1)))


def two_way(by_rater: FloatArray, by_prompt: FloatArray, independent: FloatArray) -> FloatArray:
    r"""Return :math:`V_{rater} + V_{prompt} - V_{iid}` [1]_.

    Each vote is dependent with those of its rater and with those of its prompt; what
    both sums hold, the vote with itself, is taken away once.

    References
    ----------
    .. [1] Cameron, A. C., Gelbach, J. B., Miller, D. L. (2011). Robust inference with
       multiway clustering. Journal of Business & Economic Statistics 29(2), 238-249.
    """
    return by_rater + by_prompt - independent


def at_least(matrix: FloatArray, floor: FloatArray) -> FloatArray:
    """Return `matrix` made positive semidefinite, no variance less than under `floor`.

    A sum of covariances minus another may have negative eigenvalues: they become zero.
    Where a parameter then has less variance than under `floor`, the missing part is added
    to it alone. (Raising every direction instead would widen all intervals, because of
    many directions some always look too short by chance.)
    """
    spread, axes = eigh(matrix)
    if len(spread) and spread[0] < 0:
        matrix = (axes * np.maximum(spread, 0.0)) @ axes.T
    missing = np.maximum(np.diag(floor) - np.diag(matrix), 0.0)
    return _symmetric(matrix + np.diag(missing))


def caution(fit: Fit) -> FloatArray:
    """Return the variance to add because few votes may look more alike than they are.

    Where an item won everything, or only ever tied, the residuals are near zero and any
    sandwich with them. Up to three votes' worth of the model's own variance is therefore
    added for every parameter, and the spread of the prior; beside many votes both vanish.
    """
    return _between(fit, _cautious_meat(fit))


def cautious_sandwich(fit: Fit) -> FloatArray:
    """Return `sandwich` plus `caution`, at the price of one of them."""
    return _between(fit, _meat(fit) + _cautious_meat(fit))


def _meat(fit: Fit) -> FloatArray:
    rest = residuals(fit, fit.counts)
    weight = fit.counts.squares
    cross, tie = None, 0.0
    if rest.ties is not None:
        cross, tie = weight * rest.wins * rest.ties, float(weight @ rest.ties**2)
    return likelihood.gram(fit.counts, weight * rest.wins**2, cross, tie, rest.table)


def _cautious_meat(fit: Fit) -> FloatArray:
    known = np.diag(fit.information).copy()
    size = len(fit.items)
    for offset, column in enumerate(fit.rows.covariates.T, start=size):
        # In votes: a covariate may be in any unit.
        known[offset] /= max(float(np.max(np.abs(column), initial=0.0)) ** 2, 1e-300)
    with np.errstate(divide="ignore"):
        share = np.sqrt(np.minimum(1.0, PSEUDO_INFORMATION / known))
    meat: FloatArray = fit.information * share * share[:, None] + np.diag(fit.precision)
    return meat


def _between(fit: Fit, meat: FloatArray) -> FloatArray:
    return _symmetric(fit.bread @ meat @ fit.bread)


def _symmetric(matrix: FloatArray) -> FloatArray:
    both: FloatArray = (matrix + matrix.T) / 2
    return both
