"""What can be measured in texts: how often more of it won, and ratings with it alike (numpy)."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.domain.grounds import Adjusted, Measured, Trait
from service.domain.vote import Outcome
from service.stats import Fit, fit, scale
from service.stats.counts import FloatArray
from service.stats.covariance import count_clusters
from service.stats.covariates import normalised_difference
from service.stats.intervals import ENOUGH, find_intervals
from service.stats.position import position_bias
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from service.store.tallies import Told
from service.usecases.sighted.results import amounts, numeric, standings

# Votes for each amount that is held equal, at least: with fewer the adjusted says nothing.
PER_TRAIT = 20


def measure(
    told: Sequence[Told],
    names: Mapping[int, str],
    texts: Mapping[int, tuple[float, ...]],
    probes: Sequence[str],
) -> Measured:
    """Return what texts have more or less of, of votes between these configurations."""
    votes = [
        one
        for one in told
        if one.first_configuration_id in names
        and one.second_configuration_id in names
        and all(text in texts for text in one.texts)
    ]
    if not votes:
        return Measured("no_texts")
    first, second = (np.array([texts[one.texts[side]] for one in votes]) for side in (0, 1))
    sign = np.array([Outcome(one.outcome).sign for one in votes])
    raters = np.unique([one.rater for one in votes], return_inverse=True)[1]
    means = _means(votes, names, texts)
    called = (*amounts.NAMES, *probes)
    traits = []
    for at, name in enumerate(called):
        more = np.sign(first[:, at] - second[:, at]) * np.sign(sign)
        found = position_bias(more, raters)
        share = found.left_share
        traits.append(
            Trait(
                name,
                is_probe=at >= len(amounts.NAMES),
                votes=found.left + found.right,
                share=share.value,
                low=share.lower,
                high=share.upper,
                means=tuple((who, float(each[at])) for who, each in means.items()),
            )
        )
    apart = normalised_difference(first, second)
    varies = [at for at in range(len(called)) if np.abs(apart[:, at]).max() > 0]
    adjusted = _adjust(votes, names, apart[:, varies], [called[at] for at in varies])
    return Measured(
        "", len(votes), len({t for v in votes for t in v.texts}), tuple(traits), adjusted
    )


def _means(
    votes: Sequence[Told], names: Mapping[int, str], texts: Mapping[int, tuple[float, ...]]
) -> dict[str, FloatArray]:
    """Return the mean amounts over the texts of each configuration that were judged."""
    of: dict[int, set[int]] = {identity: set() for identity in names}
    for one in votes:
        of[one.first_configuration_id].add(one.texts[0])
        of[one.second_configuration_id].add(one.texts[1])
    return {
        names[identity]: np.mean([texts[text] for text in sorted(judged)], axis=0)
        for identity, judged in of.items()
        if judged
    }


def _adjust(
    votes: Sequence[Told], names: Mapping[int, str], apart: FloatArray, called: Sequence[str]
) -> tuple[Adjusted, ...]:
    """Return expected shares with all amounts alike, beside those that are not adjusted.

    Both are of the same votes, weighed alike.
    """
    if not called or len(votes) < PER_TRAIT * len(called):
        return ()
    who = [one.rater for one in votes]
    where = [str(one.prompt_id) for one in votes]
    raters = numeric.told_by(votes, names, who, apart, called)
    prompts = numeric.told_by(votes, names, where, apart, called)
    raw_votes = numeric.told_by(votes, names, who)
    plain = fit(merge_clusters(raters))
    if count_clusters(raters) >= ENOUGH:
        raters, raw_votes = bound_clusters(raters), bound_clusters(raw_votes)
    raw, fitted = fit(merge_clusters(raw_votes), prior=0.0), fit(merge_clusters(raters))
    if fitted.component.any() or raw.component.any() or not fitted.converged:
        return ()
    intervals = find_intervals(fitted, raters=raters, prompts=prompts, unweighed=plain)
    before = dict(zip(raw.items, _shares(raw), strict=True))
    found = []
    for at in standings.by_strength(raw):
        name = raw.items[at]
        share, low, high = standings.expected_share(intervals, fitted.items.index(name))
        found.append(Adjusted(name, before[name], share, low, high))
    return tuple(found)


def _shares(fitted: Fit) -> list[float]:
    size = len(fitted.items)
    chances = scale.win_share(fitted.strengths[:, None] - fitted.strengths[None, :])
    return [float((chances[at].sum() - 0.5) / max(size - 1, 1)) for at in range(size)]
