"""Rates a study at some moments of its past, with intervals that hold at all (needs numpy)."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.domain.course import Course, Moment, Standing
from service.stats import fit
from service.stats.ahead import ALPHA, DRAWN, TIGHTEST_AT
from service.stats.counts import SIGN
from service.stats.covariance import count_clusters
from service.stats.intervals import ENOUGH, Intervals, find_intervals
from service.stats.sequential import boundary, tightest
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from service.store.tallies import Told
from service.usecases.sighted.results import numeric, standings


def follow(
    told: Sequence[Told], names: Mapping[int, str], moments: Sequence[tuple[int, str]]
) -> Course:
    """Return where these configurations stood after so many of all votes, oldest first.

    Each interval is widened by the boundary of `stats.sequential` in place of a quantile, with
    the votes that preferred one as its clock: so it holds at every look, for one configuration.
    """
    found = []
    for end, at in moments:
        votes = [one for one in told[:end] if _is_within(one, names)]
        standing = _stand(votes, names) if votes else ()
        if standing:
            found.append(Moment(at, len(votes), standing))
    return Course(tuple(found), "" if found else "too_few_votes")


def _is_within(one: Told, names: Mapping[int, str]) -> bool:
    return one.first_configuration_id in names and one.second_configuration_id in names


def _stand(votes: Sequence[Told], names: Mapping[int, str]) -> tuple[Standing, ...]:
    """Return the standing of all; nothing while votes do not join them."""
    raters = numeric.told_by(votes, names, [one.rater for one in votes])
    prompts = numeric.told_by(votes, names, [str(one.prompt_id) for one in votes])
    plain = fit(merge_clusters(raters), prior=0.0)
    if plain.component.any():
        return ()
    bounded = bound_clusters(raters) if count_clusters(raters) >= ENOUGH else raters
    fitted = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
    intervals = find_intervals(fitted, raters=bounded, prompts=prompts, unweighed=plain)
    decided = SIGN[plain.counts.outcome] != 0
    number = np.zeros(len(fitted.items))
    for side in (plain.counts.first, plain.counts.second):
        np.add.at(number, side[decided], plain.counts.votes[decided])
    return tuple(
        _standing(intervals, at, float(number[at])) for at in standings.by_strength(fitted)
    )


def _standing(intervals: Intervals, at: int, decided: float) -> Standing:
    eta = TIGHTEST_AT / tightest(ALPHA)
    factor = float(boundary(decided / eta, intervals.degrees, alpha=DRAWN * ALPHA))
    share, low, high = standings.expected_share(intervals, at, factor)
    return Standing(intervals.fit.items[at], share, low, high)
