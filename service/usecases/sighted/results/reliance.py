"""Checks what a result hangs on: one rater, a handful of votes, votes that were left out."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from service.domain.claims import Claims
from service.domain.trust import CAUTION, NOT_CHECKED, NOTE, OK, Check
from service.stats import ClusterCells, Fit, fit, scale
from service.stats.counts import sum_by
from service.stats.covariance import count_clusters
from service.stats.intervals import DOMINANT, ENOUGH
from service.stats.robustness import leave_one_rater_out, smallest_flip
from service.stats.tally import merge_clusters
from service.stats.weights import MOST, bound_clusters
from service.usecases.sighted.results import numeric
from service.usecases.sighted.results.competing import Counted

# Beyond so many counts of matchups nothing is refitted to see what the top hangs on.
MOST_CELLS = 3000
# Raters who are left out in turn, those with most votes.
MOST_RATERS = 30
# A top that fewer votes would turn over is worth a word.
FRAGILE = 0.02


def dominant_rater(names: Mapping[int, str], by_rater: Sequence[Counted]) -> Check:
    """Return the share of votes that the busiest rater cast, and whether it is too large."""
    cells = numeric.clusters_of(names, tuple(by_rater))
    votes = sum_by(cells.cluster, cells.votes, len(cells.clusters))
    number, share = int((votes > 0).sum()), float(votes.max() / votes.sum())
    figures = {"share": share, "raters": float(number)}
    if number < 2:  # noqa: PLR2004 - nobody to compare with
        return Check("dominant_rater", NOT_CHECKED, "one_rater", figures=figures)
    if number >= ENOUGH:
        is_much, why = share >= DOMINANT, "weighed"
    else:
        is_much, why = share >= MOST / number, "not_weighed"
    return Check("dominant_rater", CAUTION if is_much else OK, why, figures=figures)


def robustness(
    names: Mapping[int, str], by_rater: Sequence[Counted], claims: Claims
) -> Iterator[Check]:
    """Yield how few votes, and which one rater, would put another on top."""
    raters = numeric.clusters_of(names, tuple(by_rater))
    found = fit(merge_clusters(raters))
    if len(found.counts) > MOST_CELLS:
        yield Check("robustness", NOT_CHECKED, "too_large")
        yield Check("one_rater_out", NOT_CHECKED, "too_large")
        return
    yield _flip(found, {claim.rival for claim in claims.ahead_of})
    yield _one_rater_out(found, raters)


def _flip(found: Fit, beaten: set[str]) -> Check:
    flip = smallest_flip(found)
    figures = {"votes": flip.votes, "of": found.counts.total, "share": flip.share}
    if not flip.is_found:
        return Check("robustness", OK, "none_found", (flip.top,), figures=figures)
    items = (flip.top, flip.rival)
    if flip.rival not in beaten:
        return Check("robustness", NOTE, "open", items, figures=figures)
    state = CAUTION if flip.share < FRAGILE else OK
    return Check("robustness", state, items=items, figures=figures)


def _one_rater_out(found: Fit, raters: ClusterCells) -> Check:
    name = "one_rater_out"
    if count_clusters(raters) < 2:  # noqa: PLR2004 - nobody would be left
        return Check(name, NOT_CHECKED, "one_rater")
    out = leave_one_rater_out(found, raters, most=MOST_RATERS)
    top = found.items[int(found.strengths.argmax())]
    turned = [one for one in out if one.top_changes]
    figures = {"looked": float(len(out)), "number": float(len(turned))}
    if not turned:
        return Check(name, OK, items=(top,), figures=figures)
    rival = found.items[int(turned[0].strengths.argmax())]
    figures["votes"] = turned[0].votes
    return Check(name, CAUTION, items=(top, rival), figures=figures)


def exclusions(
    names: Mapping[int, str], by_rater: Sequence[Counted], uncounted: Sequence[Counted]
) -> Check:
    """Return what the expected share of the top would be with the votes that are left out."""
    left_out = tuple(
        counted
        for counted in uncounted
        if counted[0].first_configuration_id in names
        and counted[0].second_configuration_id in names
    )
    number = float(sum(count for _, count in left_out))
    if not left_out:
        return Check("exclusions", OK, "none")
    before = _weighed(numeric.clusters_of(names, tuple(by_rater)))
    after = _weighed(numeric.clusters_of(names, (*by_rater, *left_out)))
    top, other = (one.items[int(one.strengths.argmax())] for one in (before, after))
    figures = {
        "votes": number,
        "without": _share(before, top),
        "with": _share(after, top),
    }
    state = OK if top == other else CAUTION
    return Check("exclusions", state, items=(top, other), figures=figures)


def _weighed(raters: ClusterCells) -> Fit:
    bounded = bound_clusters(raters) if count_clusters(raters) >= ENOUGH else raters
    return fit(merge_clusters(bounded), prior=0.0)


def _share(found: Fit, name: str) -> float:
    """Return the share of votes that is expected against each of the others in turn."""
    at = found.items.index(name)
    others = np.flatnonzero(np.arange(len(found.items)) != at)
    return float(scale.win_share(found.strengths[at] - found.strengths[others]).mean())
