"""What quality costs, from what completions took and how configurations stand (needs numpy)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.domain.budget import NANOS
from service.domain.priced import (
    COST,
    LATENCY,
    MEASURES,
    Beaten,
    Frontier,
    Gap,
    Mean,
    Prices,
    Standing,
    wanted,
)
from service.stats import paired, tradeoff
from service.stats.counts import FloatArray, IntArray
from service.store.completions import Measures
from service.usecases.sighted.results import parts, sums
from service.usecases.sighted.results.parts import Rated

# From what is stored to what is shown: USD per 1,000 requests.
_UNIT = {COST: 1000 / NANOS, LATENCY: 1.0}
EVEN = 0.5


@dataclass(frozen=True, eq=False)
class Taken:
    """What answers took by configuration and prompt; NaN where it was not recorded.

    Costs are in nanodollars, which are whole and so exact; latencies in milliseconds.
    """

    tables: Mapping[str, Mapping[str, FloatArray]]
    one_off: Mapping[str, float]

    @classmethod
    def of(
        cls, measures: Iterable[Measures], names: Mapping[int, str], one_off: Mapping[int, float]
    ) -> "Taken":
        """Return a value for each configuration and prompt, the mean over samples."""
        answers = [row for row in measures if sums.is_answer(row) and row.configuration_id in names]
        place = {prompt: at for at, prompt in enumerate(sorted({row.prompt_id for row in answers}))}
        at = {identity: at for at, identity in enumerate(names)}
        item = np.array([at[row.configuration_id] for row in answers], dtype=np.int64)
        unit = np.array([place[row.prompt_id] for row in answers], dtype=np.int64)
        given = {
            COST: [row.cost_nanos for row in answers],
            LATENCY: [row.latency_ms for row in answers],
        }
        tables = {}
        for measure, values in given.items():
            table = _means(item, unit, np.array(values, dtype=np.float64), (len(at), len(place)))
            tables[measure] = {name: table[at[identity]] for identity, name in names.items()}
        return cls(tables, {names[one]: paid for one, paid in one_off.items()})


def _means(
    item: IntArray, unit: IntArray, values: FloatArray, shape: tuple[int, int]
) -> FloatArray:
    known = np.isfinite(values)
    total, number = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (item[known], unit[known]), values[known])
    np.add.at(number, (item[known], unit[known]), 1.0)
    found: FloatArray = np.divide(total, number, out=np.full(shape, np.nan), where=number > 0)
    return found


def find(taken: Taken, rated: Sequence[Rated], asked: Iterable[str | None]) -> Prices:
    """Return what quality costs in each part; `asked` names whose differences are kept."""
    also = list(asked)
    found = [_of_part(taken, each, also) for each in rated]
    return Prices(
        tuple(one for standings, _ in found for one in standings),
        tuple(one for _, gaps in found for one in gaps),
    )


def _of_part(
    taken: Taken, each: Rated, also: Sequence[str | None]
) -> tuple[list[Standing], list[Gap]]:
    members = each.part.configurations
    gaps: dict[tuple[str, str, str], Gap] = {}
    means: dict[str, list[Mean | None]] = {}
    fronts: dict[str, list[Frontier | None]] = {}
    for measure in MEASURES:
        table = _UNIT[measure] * np.array([taken.tables[measure][name] for name in members])
        gaps |= {
            (one.measure, one.first, one.second): one for one in _gaps(measure, members, table)
        }
        means[measure] = [_mean(row) for row in table]
        fronts[measure] = _frontier(each, means[measure], table)
    better = {
        (one.first, one.second) if one.share > EVEN else (one.second, one.first)
        for one in each.differences
        if one.told_apart
    }
    standings = [
        Standing(
            name,
            means[COST][at],
            means[LATENCY][at],
            taken.one_off.get(name),
            fronts[COST][at],
            fronts[LATENCY][at],
            _beaten(name, [one for one in members if (one, name) in better], gaps),
        )
        for at, name in enumerate(members)
    ]
    claims = each.part.claims
    shipped = [claims.leader, *(one.rival for one in claims.rivals[:1]), *also]
    asked = list(dict.fromkeys(name for name in shipped if name in members))
    pairs = wanted(members, asked)
    kept = (_either(gaps, measure, *pair) for measure in MEASURES for pair in pairs)
    return standings, [one for one in kept if one is not None]


def _mean(row: FloatArray) -> Mean | None:
    found = paired.mean(row)
    return None if found is None else Mean(found.value, found.low, found.high, found.units)


def _gaps(measure: str, members: Sequence[str], table: FloatArray) -> Iterator[Gap]:
    """Yield how each differs from those after it, on the prompts that both answered."""
    pairs = len(members) * (len(members) - 1) // 2
    for at, name in enumerate(members):
        found = paired.gaps(table[at], table[at + 1 :], pairs=pairs)
        for other, one in zip(members[at + 1 :], found, strict=True):
            if one is not None:
                yield Gap(
                    measure,
                    name,
                    other,
                    one.units,
                    one.first,
                    one.second,
                    one.value,
                    one.low,
                    one.high,
                    one.told_apart,
                )


def _either(
    gaps: Mapping[tuple[str, str, str], Gap], measure: str, first: str, second: str
) -> Gap | None:
    found = gaps.get((measure, first, second))
    if found is not None:
        return found
    other = gaps.get((measure, second, first))
    return None if other is None else other.turned()


def _beaten(
    name: str, better: Sequence[str], gaps: Mapping[tuple[str, str, str], Gap]
) -> Beaten | None:
    """Return the best of those surely better that takes surely no more of anything recorded.

    What was recorded of one alone compares nothing; where nothing compares, nobody is beaten.
    """
    for other in better:
        known = [gap for measure in MEASURES if (gap := _either(gaps, measure, other, name))]
        if known and all(gap.is_less or gap.is_same for gap in known):
            return Beaten(other, tuple(gap.measure for gap in known))
    return None


def _frontier(
    each: Rated, means: Sequence[Mean | None], table: FloatArray
) -> list[Frontier | None]:
    """Return who lies on the frontier of quality against one measure, and how probably."""
    if sum(one is not None for one in means) < 2:  # noqa: PLR2004 - a frontier of one says nothing
        return [None] * len(means)
    intervals = each.intervals
    order = [intervals.fit.items.index(name) for name in each.part.configurations]
    found = tradeoff.find_frontier(
        intervals.fit.strengths[order],
        intervals.covariance[np.ix_(order, order)],
        [np.nan if one is None else one.value for one in means],
        cost_covariance=paired.covariance(table),
        freedom=intervals.degrees,
        seed=parts.SEED,
    )
    return [
        None if one is None else Frontier(bool(found.is_on[at]), float(found.chance[at]))
        for at, one in enumerate(means)
    ]
