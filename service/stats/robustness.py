"""How little would turn the top over: the fewest votes, or the one rater, that it hangs on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from service.stats.counts import ClusterCells, Counts, FloatArray, IntArray
from service.stats.covariance import residuals
from service.stats.fitting import Fit, fit
from service.stats.plain import plain
from service.stats.tally import merge_clusters

STEPS = 40
ROUNDING = 1e-9  # nat: an even result is no change of the top
CANDIDATES = 5  # rivals that are checked by refits
WORTH_A_LOOK = 1.5  # times the best so far: the prediction is not farther off than that


@dataclass(frozen=True, eq=False)
class Flip:
    """The fewest votes found whose removal puts another item on top.

    Attributes
    ----------
    top, rival : str
        Who leads, and who would.
    votes : float
        How many votes have to go; 0 where no removal was found that does it.
    share : float
        The same as a share of all votes.
    is_found : bool
        False where there is no rival or no vote to remove; then nothing is claimed.
    removed : Counts
        The votes themselves, counted.
    predicted : float
        Votes by the linear approximation alone, before refits.
    """

    top: str
    rival: str
    votes: float
    share: float
    is_found: bool
    removed: Counts
    predicted: float

    def to_dict(self) -> dict[str, Any]:
        """Return the flip as JSON-able values, without the removed votes."""
        names = ("top", "rival", "votes", "share", "is_found", "predicted")
        return {name: plain(getattr(self, name)) for name in names}


@dataclass(frozen=True, eq=False)
class WithoutRater:
    """What the order is without one rater.

    Attributes
    ----------
    rater : str
    votes : float
        How many votes the rater cast.
    strengths : (K,) array
        Of the fit without them.
    rank_change : (K,) integer array
        Rank without minus rank with; 0 is no change.
    lead_change : float
        Change, in nats, of the lead of the present top over the present second.
    top_changes : bool
    """

    rater: str
    votes: float
    strengths: FloatArray
    rank_change: IntArray
    lead_change: float
    top_changes: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def smallest_flip(found: Fit) -> Flip:
    r"""Return the smallest set of votes found whose removal changes the top.

    Removing vote v moves a contrast c of the strengths by about

    .. math:: \Delta_v = -c^T H^{-1} x_v (y_v - p_v),

    its influence. For each rival, votes are removed in the order of their influence against
    the lead until the sum exceeds it (AMIP); then the removal is checked and mended by
    refitting: bisection on how far to go along that order, to the fewest votes that truly
    turn the lead. The best rival counts. It is an upper bound of the true minimum. Votes of
    one cell have one influence, so the cost depends on cells, not on votes.

    Parameters
    ----------
    found : Fit
        With its counts.

    References
    ----------
    Broderick, Giordano and Meager (2020), "An automatic finite-sample robustness metric";
    Huang, Shen, Wei and Broderick (2025), "Dropping just a handful of preferences can change
    top large language model rankings", arXiv 2508.11847.
    """
    ranked = np.argsort(-found.strengths, kind="stable")
    nothing = found.counts.only(np.zeros(len(found.counts), dtype=bool))
    if len(ranked) < 2 or not len(found.counts):  # noqa: PLR2004 - a lead takes two
        name = found.items[0] if found.items else ""
        return Flip(name, name, 0.0, 0.0, is_found=False, removed=nothing, predicted=0.0)
    top = int(ranked[0])
    candidates = [_plan(found, top, int(rival)) for rival in ranked[1:]]
    plans = sorted((plan for plan in candidates if plan), key=lambda plan: plan.predicted)
    best: Flip | None = None
    for plan in plans[:CANDIDATES]:
        if best is not None and plan.predicted > WORTH_A_LOOK * best.votes:
            break
        flip = _verify(found, top, plan)
        if flip is not None and (best is None or flip.votes < best.votes):
            best = flip
    if best is None:
        second = found.items[int(ranked[1])]
        return Flip(
            found.items[top], second, 0.0, 0.0, is_found=False, removed=nothing, predicted=0.0
        )
    return best


def leave_one_rater_out(
    found: Fit, raters: ClusterCells, *, most: int | None = None
) -> tuple[WithoutRater, ...]:
    """Return the order without each rater in turn, those who matter most for the top first.

    Where the rest falls apart nothing is said to change: strengths are then compared with none.

    Parameters
    ----------
    found : Fit
        Of all votes.
    raters : ClusterCells
        The same votes by rater.
    most : int, optional
        So many raters at most, those with most votes.
    """
    if len(found.items) < 2:  # noqa: PLR2004 - an order takes two
        return ()
    ranked = np.argsort(-found.strengths, kind="stable")
    lead = float(found.strengths[ranked[0]] - found.strengths[ranked[1]])
    results = []
    votes = np.bincount(raters.cluster, raters.votes, minlength=len(raters.clusters))
    busiest = np.argsort(-votes, kind="stable")[:most]
    for index in busiest[votes[busiest] > 0]:
        without = refit_without(found, raters, np.array([index]))
        change = ranks(without.strengths) - ranks(found.strengths)
        left = float(without.strengths[ranked[0]] - without.strengths[ranked[1]])
        results.append(
            WithoutRater(
                rater=raters.clusters[index],
                votes=float(raters.votes[raters.cluster == index].sum()),
                strengths=without.strengths,
                rank_change=change,
                lead_change=left - lead,
                top_changes=bool(
                    without.strengths.argmax() != ranked[0] and not without.component.any()
                ),
            )
        )
    return tuple(sorted(results, key=lambda one: (not one.top_changes, -abs(one.lead_change))))


def refit_without(found: Fit, raters: ClusterCells, dropped: IntArray) -> Fit:
    """Return the same fit without the raters at these positions."""
    kept = merge_clusters(raters.only(~np.isin(raters.cluster, dropped)))
    if found.both_bad == "drop":
        kept = kept.without_both_bad()
    return _refit(found, kept)


def ranks(strengths: FloatArray) -> IntArray:
    """Return ranks from 1, the strongest first; equals in the order in which they stand."""
    places = np.empty(len(strengths), dtype=np.int64)
    places[np.argsort(-strengths, kind="stable")] = np.arange(1, len(strengths) + 1)
    return places


@dataclass(frozen=True, eq=False)
class _Plan:
    """Which cells to empty, in order, to turn the lead over one rival."""

    rival: int
    order: IntArray
    predicted: float


def _influence(found: Fit, top: int, rival: int) -> FloatArray:
    """Return how one vote of each cell, when removed, moves the lead of top over rival."""
    counts, size = found.counts, len(found.items)
    rest = residuals(found, counts)
    row = found.bread[top] - found.bread[rival]
    along = row[counts.first] - row[counts.second]
    along = along + rest.table @ row[size : size + rest.table.shape[1]]
    moves: FloatArray = -along * rest.wins
    return moves if rest.ties is None else moves - row[-1] * rest.ties


def _plan(found: Fit, top: int, rival: int) -> _Plan | None:
    moves = _influence(found, top, rival)
    order = np.argsort(moves, kind="stable")
    order = order[moves[order] < 0]
    lead = float(found.strengths[top] - found.strengths[rival])
    weight, pull = found.counts.votes[order], -moves[order]
    reach = np.cumsum(weight * pull)
    if not len(order):
        return None
    place = int(np.searchsorted(reach, lead, side="right"))
    if place >= len(order):
        return _Plan(rival, order, float(weight.sum()))
    before = float(reach[place - 1]) if place else 0.0
    votes = float(weight[:place].sum()) + (lead - before) / float(pull[place])
    return _Plan(rival, order, votes)


def _verify(found: Fit, top: int, plan: _Plan) -> Flip | None:
    """Bisect, by refits, for the fewest whole votes along the plan that turn the lead."""
    most = float(found.counts.votes[plan.order].sum())
    low, high = 0.0, min(most, max(1.0, np.ceil(plan.predicted)))
    while not _turns(found, top, plan, high):
        if high >= most:
            return None
        low, high = high, min(most, np.ceil(high * 1.3 + 1))
    for _ in range(STEPS):
        if high - low <= 1:
            break
        middle = np.floor((low + high) / 2)
        low, high = (low, middle) if _turns(found, top, plan, middle) else (middle, high)
    counts = found.counts
    removed = _taken(found, plan, high)
    taken = _with_votes(counts, removed)
    return Flip(
        top=counts.items[top],
        rival=counts.items[plan.rival],
        votes=float(removed.sum()),
        share=float(removed.sum() / counts.votes.sum()),
        is_found=True,
        removed=taken,
        predicted=plan.predicted,
    )


def _taken(found: Fit, plan: _Plan, votes: float) -> FloatArray:
    weight = found.counts.votes[plan.order]
    before = np.cumsum(weight) - weight
    removed = np.zeros(len(found.counts))
    removed[plan.order] = np.clip(votes - before, 0.0, weight)
    return removed


def _turns(found: Fit, top: int, plan: _Plan, votes: float) -> bool:
    left = found.counts.votes - _taken(found, plan, votes)
    again = _refit(found, _with_votes(found.counts, left))
    are_joined = again.component[plan.rival] == again.component[top]
    return bool(are_joined and again.strengths[plan.rival] - again.strengths[top] > ROUNDING)


def _refit(found: Fit, counts: Counts) -> Fit:
    prior = float(found.precision.min()) if len(found.precision) else 0.0
    return fit(counts, model=found.model, prior=prior, position=found.position, start=found)


def _with_votes(counts: Counts, votes: FloatArray) -> Counts:
    return replace(counts, votes=votes, squares=votes).only(votes > 0)
