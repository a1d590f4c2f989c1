"""Plain sums of a leaderboard: votes by configuration and matchup, marks, cost and latency."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import quantiles

from service.domain import marks
from service.domain.beside_votes import GradeRow, LeadRow
from service.domain.budget import NANOS
from service.domain.completion import CompletionKind, CompletionState
from service.domain.leaderboard import Cell
from service.domain.measured import Measured, Rates
from service.domain.vote import Outcome
from service.store import tallies
from service.store.completions import Measures
from service.store.took import ANSWERS, Group
from service.usecases.sighted.results.fold import AHEAD, BEHIND, EQUAL, Given

# Looked up once: a big study has tens of thousands of counts.
_SIGN = {str(outcome): outcome.sign for outcome in Outcome}
_BAD = frozenset(str(outcome) for outcome in Outcome if outcome.is_bad)


@dataclass
class Sums:
    """What one configuration's votes add up to."""

    wins: int = 0
    losses: int = 0
    ties: int = 0
    both_bad: int = 0

    @property
    def votes(self) -> int:
        """All votes on matchups of this configuration."""
        return self.wins + self.losses + self.ties + self.both_bad

    @property
    def share(self) -> float | None:
        """The share of all votes won, every kind of tie counted half; None without votes."""
        if not self.votes:
            return None
        return (self.wins + (self.ties + self.both_bad) / 2) / self.votes


def by_configuration(cells: Iterable[tuple[tallies.Cell, int]]) -> dict[int, Sums]:
    """Return each configuration's sums over its matchups."""
    found: dict[int, Sums] = {}
    for cell, number in cells:
        first = found.setdefault(cell.first_configuration_id, Sums())
        second = found.setdefault(cell.second_configuration_id, Sums())
        sign = _SIGN[cell.outcome]
        if sign > 0:
            first.wins += number
            second.losses += number
        elif sign < 0:
            second.wins += number
            first.losses += number
        elif cell.outcome in _BAD:
            first.both_bad += number
            second.both_bad += number
        else:
            first.ties += number
            second.ties += number
    return found


def matrix(cells: Iterable[tuple[tallies.Cell, int]], names: Mapping[int, str]) -> tuple[Cell, ...]:
    """Return the counts of every matchup that has votes."""
    found: dict[tuple[int, int], Counter[str]] = {}
    for cell, number in cells:
        pair = (cell.first_configuration_id, cell.second_configuration_id)
        counted = found.setdefault(pair, Counter())
        sign = _SIGN[cell.outcome]
        if sign:
            counted["first_wins" if sign > 0 else "second_wins"] += number
        else:
            counted["both_bad" if cell.outcome in _BAD else "ties"] += number
    return tuple(
        Cell(
            names[first],
            names[second],
            first_wins=counted["first_wins"],
            second_wins=counted["second_wins"],
            ties=counted["ties"],
            both_bad=counted["both_bad"],
        )
        for (first, second), counted in sorted(found.items())
    )


def graded(given: Given, names: Mapping[int, str]) -> tuple[GradeRow, ...]:
    """Return every graded configuration with its mean, the best first; without intervals."""
    found = [
        GradeRow(
            names[identity],
            sum(grade * number for grade, number in counts.items()) / counts.total(),
            tuple(counts[grade] for grade in marks.SCALE),
        )
        for identity, counts in given.counts().items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.mean, row.configuration)))


def led(given: Given, names: Mapping[int, str]) -> tuple[LeadRow, ...]:
    """Return how often each configuration was ahead, equal and behind in one criterion."""
    return tuple(
        LeadRow(names[identity], *(counts[standing] for standing in (AHEAD, EQUAL, BEHIND)))
        for identity, counts in given.counts().items()
    )


def measured(measures: Iterable[Measures]) -> dict[int, Measured]:
    """Return cost, latency and the rates of kinds of completions per configuration.

    Cost is the mean over answers in USD per 1,000 requests, None as soon as one is unknown; an
    answer out of the store counts with what it would have cost, and what was paid without that.
    Rates are of settled completions: complete, cut off, refused, failed.
    """
    by_configuration: dict[int, list[Measures]] = {}
    for row in measures:
        by_configuration.setdefault(row.configuration_id, []).append(row)
    return {identity: _measured(rows) for identity, rows in by_configuration.items()}


def of_groups(groups: Iterable[Group], medians: Mapping[int, float]) -> dict[int, Measured]:
    """Return the same of sums that the database made; without the 95th percentile of latency."""
    by_configuration: dict[int, list[Group]] = {}
    for group in groups:
        by_configuration.setdefault(group.configuration_id, []).append(group)
    return {
        identity: _of_groups(rows, medians.get(identity))
        for identity, rows in by_configuration.items()
    }


def _of_groups(rows: list[Group], median: float | None) -> Measured:
    answers = [row for row in rows if row.kind in ANSWERS]
    number = sum(row.number for row in answers)
    priced = sum(row.priced for row in answers)
    cost = sum(row.cost_nanos for row in answers)
    saved = sum(row.saved_nanos for row in answers)
    kinds: Counter[str | None] = Counter()
    for row in answers:
        kinds[row.kind] += row.number
    failed = sum(row.number for row in rows if row.state == CompletionState.FAILED)
    return Measured(
        completions=number + failed,
        cost=(cost - saved) / NANOS if priced == number else None,
        saved=saved / NANOS,
        reused=sum(row.reused_calls for row in answers),
        cost_per_1000=1000 * cost / priced / NANOS if priced and priced == number else None,
        latency_p50_ms=median,
        rates=_rates(kinds, failed),
    )


def _rates(kinds: Mapping[str | None, int], failed: int) -> Rates:
    """Return the shares of all that ended: answers by their kinds, and what failed."""
    settled = sum(kinds.values()) + failed
    if not settled:
        return Rates()
    return Rates(
        complete=kinds.get(CompletionKind.COMPLETE, 0) / settled,
        cut_off=kinds.get(CompletionKind.CUT_OFF, 0) / settled,
        refused=kinds.get(CompletionKind.REFUSED, 0) / settled,
        failed=failed / settled,
    )


def is_answer(row: Measures) -> bool:
    """Tell whether a completion is an answer, also one that was refused or cut off."""
    return row.kind in ANSWERS


def _measured(rows: list[Measures]) -> Measured:
    answers = [row for row in rows if is_answer(row)]
    failed = [row for row in rows if row.state == CompletionState.FAILED]
    costs = [row.cost_nanos for row in answers]
    known = [cost for cost in costs if cost is not None]
    latencies = sorted(row.latency_ms for row in answers if row.latency_ms is not None)
    kinds = Counter(row.kind for row in answers)
    saved = sum(row.saved_nanos for row in answers)
    are_known = len(known) == len(costs)
    return Measured(
        completions=len(answers) + len(failed),
        cost=(sum(known) - saved) / NANOS if are_known else None,
        saved=saved / NANOS,
        reused=sum(row.reused_calls for row in answers),
        cost_per_1000=1000 * sum(known) / len(known) / NANOS if known and are_known else None,
        latency_p50_ms=_quantile(latencies, 50),
        latency_p95_ms=_quantile(latencies, 95),
        rates=_rates(kinds, len(failed)),
    )


def _quantile(ordered: list[int], percent: int) -> float | None:
    if not ordered:
        return None
    if len(ordered) == 1:
        return float(ordered[0])
    return float(quantiles(ordered, n=100, method="inclusive")[percent - 1])
