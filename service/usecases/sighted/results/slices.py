"""Rates a part of a study on the prompts of each tag, leaning on the whole (needs numpy)."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from service.domain.slices import Slice, SliceRow, Slices, SliceShare
from service.stats import scale, slices
from service.stats.counts import ClusterCells, FloatArray, IntArray, sum_by
from service.stats.intervals import Intervals
from service.usecases.sighted.results import standings

# More tags than this nobody reads, and each takes as long to rate as the whole.
MOST_TAGS = 12

Tags = Mapping[int, Sequence[str]]


def rate(
    whole: Intervals,
    prompts: ClusterCells,
    tags: Tags,
    order: Sequence[int],
    incumbent: str | None = None,
) -> Slices:
    """Return the results by tag of the prompts, the tag with most votes first.

    `prompts` are the part's votes kept apart by prompt, whose cluster names are ids of prompts with
    their tags in `tags`; rows come in `order`, which holds positions of items.
    """
    votes = np.bincount(prompts.cluster, prompts.votes, minlength=len(prompts.clusters))
    places: dict[str, list[int]] = {}
    for place, identity in enumerate(prompts.clusters):
        if votes[place]:
            for tag in dict.fromkeys(tags.get(int(identity), ())):
                places.setdefault(tag, []).append(place)
    chosen = sorted(places, key=lambda tag: (-votes[places[tag]].sum(), tag))
    cells = {tag: _of_tag(prompts, np.array(places[tag])) for tag in chosen[:MOST_TAGS]}
    if not cells:
        return Slices()
    found = slices.rate_slices(whole, cells).slices
    items = whole.fit.items
    live = items.index(incumbent) if incumbent in items else None
    return Slices(
        tuple(
            Slice(
                one.tag,
                one.votes,
                one.prompts,
                tuple(_rows(whole, one, order, live, _met(cells[one.tag], live))),
            )
            for one in found
        ),
        left_out=len(chosen) - len(cells),
    )


def _of_tag(prompts: ClusterCells, places: IntArray) -> ClusterCells:
    return prompts.only(np.isin(prompts.cluster, places))


def _met(cells: ClusterCells, live: int | None) -> FloatArray:
    """Return how many votes there are on each item and the incumbent."""
    size = len(cells.items)
    if live is None:
        return np.zeros(size)
    first, second = cells.first == live, cells.second == live
    return sum_by(cells.second[first], cells.votes[first], size) + sum_by(
        cells.first[second], cells.votes[second], size
    )


def _rows(
    whole: Intervals,
    one: slices.Slice,
    order: Sequence[int],
    live: int | None,
    met: FloatArray,
) -> Iterator[SliceRow]:
    """Yield a row for each item; figures only where there is enough of it, and of another."""
    items = whole.fit.items
    quantile = whole.quantile
    is_compared = one.is_enough.sum() > 1
    for at in order:
        votes, prompts = int(one.item_votes[at]), int(one.item_prompts[at])
        if not (is_compared and one.is_enough[at]):
            yield SliceRow(items[at], votes, prompts, met=int(met[at]))
            continue
        expected = standings.share_of_others(one.strengths, at, one.contrast, quantile)
        yield SliceRow(
            configuration=items[at],
            votes=votes,
            prompts=prompts,
            points=scale.rating(float(one.strengths[at])),
            low=scale.rating(float(one.low[at])),
            high=scale.rating(float(one.high[at])),
            expected=SliceShare(*expected),
            against=None
            if live is None or live == at or not one.is_enough[live]
            else _against(one, at, live, quantile),
            met=int(met[at]),
        )


def _against(one: slices.Slice, at: int, live: int, quantile: float) -> SliceShare:
    """Return the expected share against the incumbent here, from the covariance of both."""
    weights = np.zeros(len(one.strengths))
    weights[at], weights[live] = 1.0, -1.0
    gap, error = one.contrast(weights)
    reach = quantile * error
    return SliceShare(*(float(scale.win_share(end)) for end in (gap, gap - reach, gap + reach)))
