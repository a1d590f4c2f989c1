"""Whole studies of several configurations through the product's own way, looked at now and then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from service.domain.preregistration import USUAL_MARGIN
from service.stats import dealing, find_intervals, fit, from_clusters
from service.stats.counts import OUTCOME_NAMES, FloatArray
from service.stats.ranks import gap_errors
from service.stats.rivals import Clusters
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from service.store.tallies import Cell
from service.usecases.sighted.results import claims, competing
from tests.oracles.simulate import Votes, World

BATCH = 20


@dataclass(frozen=True)
class Several:
    """A study of several configurations.

    `newcomer` votes go to one more configuration at the end of the study, `retired` says that one
    more had as many votes as the others and went; both are far worse, so what they do shows.
    """

    world: World
    adaptive: bool = False
    newcomer: int | None = None
    retired: bool = False

    def strengths(self) -> FloatArray:
        """Return the world's strengths, and that of one more where there is one."""
        more = [-1.5] if self.retired or self.newcomer is not None else []
        return np.concatenate([self.world.strengths, more])

    def play(self, looks: Sequence[int], rng: np.random.Generator) -> Iterator[Votes]:
        """Yield all votes so far at each of these looks; adaptive dealing goes on every 20."""
        strengths = self.strengths()
        world = World(**{**self.world.__dict__, "strengths": strengths})
        study = world.populate(rng)
        dealt = len(strengths) if self.retired else len(self.world.strengths)
        pairs = np.triu_indices(dealt, 1)
        share = np.full(len(pairs[0]), 1 / len(pairs[0]))
        cast = Votes.none(len(strengths))
        for look in looks:
            while len(cast) < look:
                number = min(look - len(cast), BATCH if self.adaptive else look)
                drawn = rng.choice(len(share), number, p=share / share.sum())
                cast = cast.plus(study.cast(pairs[0][drawn], pairs[1][drawn], rng))
                if self.adaptive:
                    share = self._adapt(cast, pairs, int(rng.integers(1 << 30)))
            if self.newcomer:
                others = rng.integers(dealt, size=self.newcomer)
                late = study.cast(np.full(self.newcomer, dealt), others, rng)
                yield cast.plus(late)
            else:
                yield cast

    def _adapt(self, cast: Votes, pairs: tuple[FloatArray, FloatArray], seed: int) -> FloatArray:
        found = fit(cast.counts(), prior=dealing.PRIOR)
        weights = dealing.top_two_weights(
            found.items, found.strengths, found.bread, draws=300, seed=seed
        )
        return weights.probability[pairs]


@dataclass(frozen=True)
class Look:
    """What the leaderboard would say of a leader: ahead of whom, as good as whom, if decided."""

    leader: int
    ahead_of: tuple[int, ...]
    decided: bool
    equal_to: tuple[int, ...] = ()
    rivals: int = 0

    @property
    def settled(self) -> bool:
        """Whether nothing is open of anybody, which may end a study."""
        return len(self.ahead_of) + len(self.equal_to) == self.rivals


def judge(study: Several, votes: Votes, margin: int = USUAL_MARGIN) -> Look | None:
    """Return what may be said of the largest part of those who compete; None of nobody."""
    kept = _compete(study, votes)
    if kept is None:
        return None
    names, raters, prompts = kept
    plain = fit(merge_clusters(raters), prior=0.0)
    bounded = bound_clusters(raters)
    whole = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
    made, verdict = claims.judge(
        whole, Clusters(whole, bounded), Clusters(plain, prompts), None, margin
    )
    place = {str(name): name for name in names}
    return Look(
        place[made.leader],
        tuple(place[claim.rival] for claim in made.ahead_of),
        verdict.state == "decided",
        tuple(place[claim.rival] for claim in made.rivals if claim.state == "equal"),
        len(made.rivals),
    )


def covers(study: Several, votes: Votes, first: int, second: int) -> bool | None:
    """Return whether the 95 % interval of this difference covers the truth; None without one."""
    kept = _compete(study, votes)
    if kept is None or not {first, second} <= set(kept[0]):
        return None
    names, raters, prompts = kept
    plain = fit(merge_clusters(raters), prior=0.0)
    bounded = bound_clusters(raters)
    whole = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
    found = find_intervals(whole, raters=bounded, prompts=prompts, unweighed=plain)
    one, two = names.index(first), names.index(second)
    gap = whole.strengths[one] - whole.strengths[two]
    target = study.world.target()
    off = gap - (target[first] - target[second])
    return bool(abs(off) <= found.quantile * gap_errors(found)[one, two])


def _compete(study: Several, votes: Votes):  # type: ignore[no-untyped-def]
    size = len(study.strengths())
    retired = frozenset([size - 1]) if study.retired else frozenset()
    counted = votes.counts()
    cells = [
        (Cell("all", 0, int(one), int(two), OUTCOME_NAMES[how], first_was_left=True), int(number))
        for one, two, how, number in zip(
            counted.first, counted.second, counted.outcome, counted.votes, strict=True
        )
    ]
    field = competing.find(cells, retired)
    if not field.parts:
        return None
    names = sorted(field.parts[0])
    place = np.full(size, -1)
    place[names] = np.arange(len(names))
    one, two = place[votes.first], place[votes.second]
    within = (one >= 0) & (two >= 0)
    items = [str(name) for name in names]
    return (
        names,
        *(
            from_clusters(
                items,
                number,
                code[within],
                one[within],
                two[within],
                votes.outcome[within],
            )
            for number, code in (
                (study.world.raters, votes.rater),
                (study.world.prompts, votes.prompt),
            )
        ),
    )
