"""What quality costs: measured cost and latency of configurations, and how they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

COST, LATENCY = "cost", "latency"
# What is measured of an answer, and is better where it is less.
MEASURES = (COST, LATENCY)


@dataclass(frozen=True)
class Mean:
    """A mean over prompts with its 95 % interval, whose ends are None of a single prompt.

    Costs are in USD per 1,000 requests, latencies in milliseconds.
    """

    value: float
    low: float | None
    high: float | None
    prompts: int


@dataclass(frozen=True)
class Gap:
    """How much more `first` takes than `second` on the prompts that both answered.

    The two means are over these prompts alone. `low` to `high` is the 95 % interval of this one
    difference, None with too few such prompts; `told_apart` holds for all pairs of a part at once.
    """

    measure: str
    first: str
    second: str
    prompts: int
    first_mean: float
    second_mean: float
    value: float
    low: float | None
    high: float | None
    told_apart: bool

    def turned(self) -> "Gap":
        """Return the same, seen from the other."""
        return Gap(
            self.measure,
            self.second,
            self.first,
            self.prompts,
            self.second_mean,
            self.first_mean,
            -self.value,
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.told_apart,
        )

    @property
    def is_less(self) -> bool:
        """Whether the first surely takes less."""
        return self.told_apart and self.value < 0

    @property
    def is_same(self) -> bool:
        """Whether both surely take the same, as two that are free do."""
        return self.low == self.high == 0

    @property
    def part(self) -> float:
        """By which part of the second's mean the two differ: 0.1 for 10 % less or more."""
        return abs(self.value) / self.second_mean if self.second_mean else 0.0


@dataclass(frozen=True)
class Beaten:
    """Who is surely better, and in which measures too: in all that were recorded of both."""

    by: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Frontier:
    """Whether nobody is better and takes less, by the estimates, and how probable that is."""

    is_on: bool
    chance: float


@dataclass(frozen=True)
class Standing:
    """What one configuration that competes takes; None where it was not recorded.

    `one_off_cost` is what it costs once, in USD, as the study says.
    """

    configuration: str
    cost: Mean | None = None
    latency: Mean | None = None
    one_off_cost: float | None = None
    cost_frontier: Frontier | None = None
    latency_frontier: Frontier | None = None
    beaten: Beaten | None = None

    def mean(self, measure: str) -> Mean | None:
        """Return what it takes in one measure."""
        return self.cost if measure == COST else self.latency

    def frontier(self, measure: str) -> Frontier | None:
        """Return how it stands to the frontier of quality against one measure."""
        return self.cost_frontier if measure == COST else self.latency_frontier


@dataclass(frozen=True)
class Prices:
    """What quality costs in one study.

    Of all pairs, those are kept that somebody asks for: with the leader of a part, the one next
    to it, the incumbent, and the best of each approach.
    """

    standings: tuple[Standing, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def of(self, configuration: str) -> Standing:
        """Return what one configuration takes; nothing is known of one that does not compete."""
        return self._of_each.get(configuration) or Standing(configuration)

    def gap(self, measure: str, first: str, second: str) -> Gap | None:
        """Return how two differ; None where no prompt has both, or nobody kept the pair."""
        found = self._of_pairs.get((measure, first, second))
        if found is not None:
            return found
        other = self._of_pairs.get((measure, second, first))
        return None if other is None else other.turned()

    # Pages of a hundred configurations ask some thousand times.
    @cached_property
    def _of_each(self) -> dict[str, Standing]:
        return {one.configuration: one for one in self.standings}

    @cached_property
    def _of_pairs(self) -> dict[tuple[str, str, str], Gap]:
        return {(one.measure, one.first, one.second): one for one in self.gaps}


def wanted(members: Sequence[str], asked: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs to keep: of each asked for with every other member, each pair once."""
    found: list[tuple[str, str]] = []
    for at, one in enumerate(asked):
        found += [(one, other) for other in members if other != one and other not in asked[:at]]
    return found
