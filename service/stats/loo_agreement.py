"""Does a rater judge like the others: agreement with what all others would have said."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from service.stats import covariance
from service.stats.counts import SIGN, FloatArray, IntArray, sum_by
from service.stats.findings import StatsError
from service.stats.fitting import fit
from service.stats.plain import plain
from service.stats.tally import from_clusters, merge_clusters

ALIKE = (0.005, 0.95)  # bounds of the correlation of votes on one matchup
MAD_TO_SD = 0.6744897501960817


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """How each rater agrees with the others, against what the others agree among themselves.

    Attributes
    ----------
    agreement : (R,) array
        Share of the votes for a side that went where the others would have gone.
    expected : (R,) array
        The same, expected of a rater like the others.
    z : (R,) array
        Weighted difference in standard errors, after division by `overdispersion`.
    p_value : (R,) array
        One-sided: small where a rater agrees less than expected. 1 without votes for a side.
    votes : (R,) array
        Votes for a side.
    overdispersion : float
        How much more than chance raters differ among each other; at least 1.
    correlation : float
        Of two votes on the same matchup beyond what the scale of the items explains.
    """

    agreement: FloatArray
    expected: FloatArray
    z: FloatArray
    p_value: FloatArray
    votes: FloatArray
    overdispersion: float
    correlation: float

    def to_dict(self) -> dict[str, Any]:
        """Return the agreement as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def leave_one_out_agreement(
    items: int,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    prompt: npt.ArrayLike,
    rater: npt.ArrayLike,
    raters: int,
) -> LeaveOneOut:
    r"""Return how each rater agrees with a prediction from the other raters' votes.

    Only votes for a side count, so that being undecided is no disagreement. With s = 1 or -1
    a vote is predicted by the others' n votes on the same matchup (prompt and pair), of sum S,
    shrunk towards their Bradley-Terry scale m = tanh(gap/2):

    .. math:: e = \frac{S + k m}{n + k}, \qquad k = \frac{1 - \rho}{\rho}.

    rho is the correlation of votes on one matchup, by moments of the beta-binomial. Being a
    posterior mean, e is calibrated with few votes per matchup as with many: a rater like the
    others has E s = e, and z = sum e (s - e) / sqrt(sum e^2 (1 - e^2)). Honest raters differ
    in taste, so z is divided by the spread of all raters (median, hence hardly moved by some
    bad ones) where that is above 1. The scale without a rater is one Newton step away.

    Parameters
    ----------
    items : int
        How many there are.
    first, second, outcome, prompt, rater : (N,) integers
        Votes; outcomes are codes of `Outcome`.
    raters : int
        How many there are.

    Raises
    ------
    StatsError
        Lengths differ or codes lie outside.

    References
    ----------
    Crowder (1978), "Beta-binomial anova for proportions", Applied Statistics 27; Efron (2004),
    "Large-scale simultaneous hypothesis testing: the choice of a null hypothesis", Journal of
    the American Statistical Association 99.
    """
    cells = from_clusters(items, raters, rater, first, second, outcome)
    prompts = np.asarray(prompt)
    if prompts.shape != np.shape(rater):
        raise StatsError("prompt must have one entry per vote")
    one, two = np.asarray(first), np.asarray(second)
    sign = SIGN[np.asarray(outcome)] * np.where(one < two, 1, -1)
    chosen = (sign != 0) & (one != two)
    low, high = np.minimum(one, two)[chosen], np.maximum(one, two)[chosen]
    who: IntArray = np.asarray(rater)[chosen]
    said = sign[chosen].astype(np.float64)
    matchup = np.unique(np.stack([prompts[chosen], low, high]), axis=1, return_inverse=True)[
        1
    ].ravel()
    decided = cells.only(SIGN[cells.outcome] != 0)
    whole = fit(merge_clusters(decided))
    steps = covariance.find_steps(whole, decided, leave_out=True)[:, :items]
    all_gap = whole.strengths[low] - whole.strengths[high]
    gap = all_gap - (steps[who, low] - steps[who, high])
    rho = _correlation(said, matchup, np.tanh(all_gap / 2))
    strength = (1 - rho) / rho
    others = _others(said, matchup, who, raters)
    hope = (others[0] + strength * np.tanh(gap / 2)) / (others[1] + strength)
    return _compare(said, hope, who, raters, rho)


def _correlation(said: FloatArray, matchup: IntArray, scale: FloatArray) -> float:
    """Return rho by moments: E (S - sum m)^2 = n (1 - m^2) (1 + (n - 1) rho)."""
    if not len(said):
        return ALIKE[0]
    rest = np.bincount(matchup, said - scale)
    size = np.bincount(matchup)
    spread = np.bincount(matchup, 1 - scale**2)
    room = float(((size - 1) * spread).sum())
    rho = float((rest**2 - spread).sum()) / room if room > 0 else ALIKE[0]
    return float(np.clip(rho, *ALIKE))


def _others(
    said: FloatArray, matchup: IntArray, who: IntArray, raters: int
) -> tuple[FloatArray, FloatArray]:
    """Return, per vote, sum and number of the votes of others on the same matchup."""
    size = int(matchup.max(initial=-1)) + 1
    own = np.unique(matchup.astype(np.int64) * raters + who, return_inverse=True)[1]
    one = np.ones(len(said))
    kinds = int(own.max(initial=-1)) + 1
    total, number = (sum_by(matchup, part, size) for part in (said, one))
    mine, count = (sum_by(own, part, kinds) for part in (said, one))
    return total[matchup] - mine[own], number[matchup] - count[own]


def _compare(
    said: FloatArray, hope: FloatArray, who: IntArray, raters: int, rho: float
) -> LeaveOneOut:
    votes = np.bincount(who, minlength=raters).astype(np.float64)
    agree = sum_by(who, np.where(hope == 0, 0.5, (said * hope > 0).astype(float)), raters)
    expected = sum_by(who, (1 + np.abs(hope)) / 2, raters)
    surplus = sum_by(who, hope * (said - hope), raters)
    variance = sum_by(who, hope**2 * (1 - hope**2), raters)
    judged = variance > 1e-9  # noqa: PLR2004 - nothing could disagree
    z = np.where(judged, surplus / np.sqrt(np.where(judged, variance, 1.0)), 0.0)
    spread = float(np.median(np.abs(z[judged]))) / MAD_TO_SD if judged.any() else 1.0
    over = max(1.0, spread)
    at_least_one = np.maximum(votes, 1)
    return LeaveOneOut(
        agreement=np.where(votes > 0, agree / at_least_one, 0.5),
        expected=np.where(votes > 0, expected / at_least_one, 0.5),
        z=z / over,
        p_value=np.where(judged, special.ndtr(z / over), 1.0),
        votes=votes,
        overdispersion=over,
        correlation=rho,
    )
