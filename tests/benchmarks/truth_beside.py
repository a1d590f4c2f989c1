"""What stands beside the claims in the benchmark of truth: forecasts, drift, one busy rater."""

import numpy as np

from service.stats import find_intervals, fit, forecast, from_clusters
from service.stats.history import History, find_drift
from service.stats.scale import POINTS
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from tests.oracles import looks
from tests.oracles.looks import Sums

MOST = 3000


def forecasts(what, runs, rng):
    """Return for each study whose end was foreseen after some votes if it came by then."""
    pair, number = what
    cast = pair.cast(runs, MOST, rng)
    first, sums = looks.look(cast).first, Sums.none(runs, pair)
    for at in range(number):
        sums.add(cast, at)
    seen = looks.score(sums)
    kept, undecided = [], np.flatnonzero(first > number)
    for study in undecided:
        high = forecast.find_shortage(seen, int(study), number, 0.05).high
        if high is not None and number + high <= MOST:
            kept.append(float(first[study] <= number + high))
    return {"kept": kept, "undecided": [float(len(undecided))]}


def drift(what, runs, rng):
    """Return for each study if drift was found; raters come in any order, or one by one."""
    pair, votes, one_by_one = what
    cast = pair.cast(runs, votes, rng)
    order = np.argsort(cast.rater, axis=1, kind="stable")
    found = []
    for at in range(runs):
        way = order[at] if one_by_one else slice(None)
        sign, none = cast.sign[at][way], np.zeros(votes, dtype=np.int64)
        history = History(
            items=("a", "b"),
            first=none,
            second=none + 1,
            outcome=np.where(sign > 0, 1, np.where(sign < 0, 4, 6)),
            rater=cast.rater[at][way],
            prompt=cast.prompt[at][way],
            raters=tuple(map(str, range(pair.raters))),
        )
        found.append(float(bool(find_drift(history))))
    return {"found": found}


def busy(what, runs, rng):
    """Return half-widths (points) for raters in general, for these, and if the former covers."""
    pair, votes = what
    cast = pair.cast(runs, votes, rng)
    found = {"general": [], "these": [], "covers": []}
    for at in range(runs):
        sign, none = cast.sign[at], np.zeros(votes, dtype=np.int64)
        outcome = np.where(sign > 0, 1, np.where(sign < 0, 4, 6))
        raters, prompts = (
            from_clusters(2, number, code[at], none, none + 1, outcome)
            for number, code in ((pair.raters, cast.rater), (pair.prompts, cast.prompt))
        )
        plain = fit(merge_clusters(raters), prior=0.0)
        bounded = bound_clusters(raters)
        whole = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
        general = find_intervals(whole, raters=bounded, prompts=prompts, unweighed=plain)
        these = find_intervals(whole, prompts=prompts, unweighed=plain)
        for name, one in (("general", general), ("these", these)):
            found[name].append(float(one.quantile * one.standard_errors[0] * POINTS))
        found["covers"].append(float(general.low[0] <= 0 <= general.high[0]))
    return found
