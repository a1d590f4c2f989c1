"""How often corrected intervals hold the truth when real prompts are drawn anew, with few votes."""

from dataclasses import dataclass

import numpy as np

from service.domain.judge import JudgeEvidence
from service.stats import corrected
from service.stats.counts import FloatArray


@dataclass(frozen=True)
class Held:
    """Shares of intervals that held the truth, and how wide those with the judge are beside."""

    people: float
    both: float
    width: float


def units(evidence: JudgeEvidence) -> tuple[corrected.Judged, int]:
    """Return matchups that people judged, with a judge's verdicts, and how many items they have."""
    names = {name: at for at, name in enumerate(evidence.families)}
    voted = [one for one in evidence.matchups if one.votes]
    said = {"first": 1.0, "second": 0.0}
    judged = corrected.Judged(
        np.array([names[one.first] for one in voted]),
        np.array([names[one.second] for one in voted]),
        np.unique([one.prompt for one in voted], return_inverse=True)[1],
        np.array([len(one.votes) for one in voted], dtype=float),
        np.array([sum((1 + vote.outcome.sign) / 2 for vote in one.votes) for one in voted]),
        np.array([said.get(one.settled.value, 0.5) for one in voted]),
    )
    return judged, len(names)


def resample(evidence: JudgeEvidence, *, voted: float, rounds: int, seed: int = 1) -> Held:
    """Draw prompts with replacement and keep people's votes on so many of their matchups.

    The truth is what all votes give: the world that prompts are drawn from.
    """
    whole, items = units(evidence)
    truth = corrected.rate(items, whole, weight=0.0).values
    rng = np.random.default_rng(seed)
    groups = int(whole.prompt.max()) + 1
    of_prompt = [np.flatnonzero(whole.prompt == at) for at in range(groups)]
    tried = _Tried(items, truth)
    for _ in range(rounds):
        drawn = rng.integers(0, groups, groups)
        rows = np.concatenate([of_prompt[at] for at in drawn])
        place = np.concatenate([np.full(len(of_prompt[at]), n) for n, at in enumerate(drawn)])
        kept = rng.random(len(rows)) < voted
        judged = corrected.Judged(
            whole.first[rows],
            whole.second[rows],
            place,
            np.where(kept, whole.votes[rows], 0.0),
            np.where(kept, whole.points[rows], 0.0),
            whole.verdict[rows],
        )
        tried.add(judged)
    return tried.held()


@dataclass(frozen=True)
class Uneven:
    """Prompts of unequal weight, each with tastes of its own, and a judge that shares them partly.

    Prompt n has votes in proportion to 1 / n ** `skew`; `taste` is in units of strength.
    """

    prompts: int
    skew: float
    taste: float = 0.7
    follows: float = 0.6
    items: int = 5
    units: int = 600
    voted: float = 0.4


UNEVEN = {
    "13 prompts of one weight": Uneven(13, 0.0),
    "13 prompts, few hold most votes": Uneven(13, 1.0),
    "80 prompts, few hold most votes": Uneven(80, 1.0),
}


def draw_worlds(world: Uneven, *, rounds: int, seed: int = 1) -> Held:
    """Draw such prompts anew; the truth is what very many of them give."""
    rng = np.random.default_rng(seed)
    many = Uneven(4000, 0.0, world.taste, world.follows, world.items, 200_000, 1.0)
    truth = corrected.rate(world.items, _drawn(many, rng), weight=0.0).values
    tried = _Tried(world.items, truth)
    for _ in range(rounds):
        tried.add(_drawn(world, rng))
    return tried.held()


def _drawn(world: Uneven, rng: np.random.Generator) -> corrected.Judged:
    strength = np.linspace(-0.6, 0.6, world.items)
    tastes = rng.normal(0, world.taste, (world.prompts, world.items))
    weights = 1 / np.arange(1, world.prompts + 1) ** world.skew
    prompt = rng.choice(world.prompts, world.units, p=weights / weights.sum())
    first = rng.integers(0, world.items, world.units)
    second = (first + rng.integers(1, world.items, world.units)) % world.items
    own = tastes[prompt, first] - tastes[prompt, second]
    gap = strength[first] - strength[second]
    wins = rng.random(world.units) < 1 / (1 + np.exp(-(gap + own)))
    said = world.follows * own + gap + rng.logistic(0, 1, world.units)
    voted = rng.random(world.units) < world.voted
    return corrected.Judged(
        first, second, prompt, voted * 1.0, voted * wins * 1.0, (said > 0) * 1.0
    )


class _Tried:
    """Counts over rounds which intervals held the truth, by people alone and with the judge."""

    def __init__(self, items: int, truth: FloatArray) -> None:
        self.items, self.truth = items, truth
        self.hits: tuple[list[float], list[float]] = ([], [])
        self.widths: tuple[list[float], list[float]] = ([], [])

    def add(self, judged: corrected.Judged) -> None:
        for at, weight in enumerate((0.0, None)):
            found = corrected.rate(self.items, judged, weight=weight)
            reach = found.critical * found.errors
            known = np.isfinite(found.values)
            self.hits[at].append(float((np.abs(found.values - self.truth) <= reach)[known].mean()))
            self.widths[at].append(float(np.nanmean(reach)))

    def held(self) -> Held:
        people, both = (float(np.mean(each)) for each in self.hits)
        widths = [float(np.mean(each)) for each in self.widths]
        return Held(people, both, widths[1] / widths[0])
