"""Which matchups a prompt offers, and which one a rater gets next."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

SPACING = 3

# Two configurations' ids in the order that names a matchup.
Pair = tuple[int, int]


class Entrant(NamedTuple):
    """A completion that may be dealt; `order` is a hash of what is shown of it, never an id."""

    configuration_id: int
    completion_id: int
    order: str


class Offer(NamedTuple):
    """A prompt with open places, as seen by one rater; `matchups` is how many it can make.

    `dealt` counts what lapsed too, and what was dealt of configurations out of service.
    """

    prompt_id: int
    matchups: int
    places_open: int
    times_seen: int
    dealt: int


@dataclass(frozen=True)
class Draw:
    """A drawn matchup and the probability it had, given what was eligible."""

    first: Entrant
    second: Entrant
    probability: float


def _order(entrant: Entrant) -> str:
    return entrant.order


def pair_of(one: int, other: int) -> Pair:
    """Return two configuration ids in the order that names a matchup."""
    return (one, other) if one < other else (other, one)


def places(configurations: int, votes_per_matchup: int) -> int:
    """Return how many votes a prompt wants when that many configurations have answered it."""
    return configurations * (configurations - 1) // 2 * votes_per_matchup


def alike(entrants: Iterable[Entrant]) -> frozenset[Pair]:
    """Return the matchups that nobody could judge, since all texts of both sides look the same."""
    shown: dict[int, set[str]] = {}
    for entrant in entrants:
        shown.setdefault(entrant.configuration_id, set()).add(entrant.order)
    by_look: dict[str, list[int]] = {}
    for configuration_id, looks in shown.items():
        if len(looks) == 1:
            by_look.setdefault(next(iter(looks)), []).append(configuration_id)
    return frozenset(
        pair for same in by_look.values() if same[1:] for pair in combinations(sorted(same), 2)
    )


def pick_prompt(
    offers: Sequence[Offer], newest: Callable[[], Collection[int]], rng: random.Random
) -> Offer | None:
    """Return the prompt to deal next: an unseen one, else one seen least and not just now.

    `newest` tells the prompts of the last `SPACING` - 1 matchups; it is asked where nothing
    is unseen. The choice is uniform among equals, drawn over the order in which they come:
    it must not depend on ids, names or the order of creation.
    """
    unseen = [offer for offer in offers if offer.times_seen == 0]
    if unseen or not offers:
        return rng.choice(unseen) if unseen else None
    recent = newest()
    pool = [offer for offer in offers if offer.prompt_id not in recent] or offers
    least = min(offer.times_seen for offer in pool)
    return rng.choice([offer for offer in pool if offer.times_seen == least])


def _unlike(
    one: Entrant, other: Entrant, entrants: Sequence[Entrant], rng: random.Random
) -> tuple[Entrant, Entrant]:
    """Return what was drawn, or other samples of the two where these look the same."""
    if one.order != other.order:
        return one, other
    some, others = (
        [entrant for entrant in entrants if entrant.configuration_id == each.configuration_id]
        for each in (one, other)
    )
    unlike = [sorted(ends, key=_order) for ends in product(some, others)]
    unlike = [ends for ends in unlike if ends[0].order != ends[1].order]
    first, second = rng.choice(sorted(unlike, key=lambda ends: (ends[0].order, ends[1].order)))
    return first, second


def pick(
    entrants: Sequence[Entrant],
    taken: Mapping[Pair, int],
    barred: frozenset[Pair],
    votes_per_matchup: int,
    weights: Mapping[Pair, float] | None,
    rng: random.Random,
) -> Draw | None:
    """Draw a matchup of one prompt that has a free place and is not `barred`.

    Barred is what this rater has seen, what flags withdrew and what is shown alike. Without
    weights the draw is uniform among the matchups with the fewest votes, and none is dealt beyond
    the votes it wants. With weights (an adaptive study, which has one total instead) it is
    proportional to them. The order of the two drawn entrants carries no meaning; sides are drawn
    elsewhere.
    """
    by_configuration: dict[int, list[Entrant]] = {}
    for entrant in entrants:
        by_configuration.setdefault(entrant.configuration_id, []).append(entrant)
    chosen = {
        configuration: rng.choice(sorted(samples, key=lambda entrant: entrant.order))
        if len(samples) > 1
        else samples[0]
        for configuration, samples in sorted(
            by_configuration.items(), key=lambda item: min(entrant.order for entrant in item[1])
        )
    }
    free = set(combinations(sorted(chosen), 2)).difference(barred)
    if weights is None:
        free -= {pair for pair, number in taken.items() if number >= votes_per_matchup}
    eligible: list[tuple[Entrant, Entrant, int]] = []
    for pair in free:
        one, other = sorted((chosen[pair[0]], chosen[pair[1]]), key=_order)
        eligible.append((one, other, taken.get(pair, 0)))
    eligible.sort(key=lambda drawn: (drawn[0].order, drawn[1].order))
    if not eligible:
        return None
    if weights is not None:
        mass = [
            weights.get(pair_of(one.configuration_id, other.configuration_id), 0.0)
            for one, other, _ in eligible
        ]
        total = sum(mass)
        if total > 0:
            index = rng.choices(range(len(eligible)), weights=mass)[0]
            one, other, _ = eligible[index]
            return Draw(*_unlike(one, other, entrants, rng), mass[index] / total)
    fewest = min(count for _, _, count in eligible)
    pool = [(one, other) for one, other, count in eligible if count == fewest]
    one, other = rng.choice(pool)
    return Draw(*_unlike(one, other, entrants, rng), 1 / len(pool))
