"""Tells who competes: configurations in service with votes among them, in parts that never met.

The others change nothing: neither ratings, nor how sure they are, nor what is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from service.domain.leaderboard import NEWCOMER, RETIRED
from service.store.tallies import Cell

Counted = tuple[Cell, int]
REASONS = (RETIRED, NEWCOMER)

# Fewer votes than this, and fewer than a third of what others have: a newcomer, who waits.
ENOUGH_VOTES = 20
PART_OF_OTHERS = 3


@dataclass(frozen=True)
class Field:
    """Who competes, and whose votes do not count yet or any more.

    `parts` are the ids of configurations that a chain of votes joins, the part with most votes
    first. `left_out` counts votes on matchups with somebody who does not compete, by reason.
    """

    parts: tuple[frozenset[int], ...]
    left_out: Mapping[str, int]

    def cells_of(self, part: AbstractSet[int], cells: tuple[Counted, ...]) -> tuple[Counted, ...]:
        """Return the counts of matchups within a part."""
        if len(self.parts) == 1 and not self.left_out:
            return cells
        return tuple(counted for counted in cells if _is_within(counted[0], part))

    def named(self, names: Mapping[int, str]) -> list[frozenset[str]]:
        """Return the parts by their configurations' names."""
        return [frozenset(names[identity] for identity in part) for part in self.parts]


def find(cells: Iterable[Counted], retired: AbstractSet[int]) -> Field:
    """Return who competes, from the counts of all matchups."""
    every = [counted for counted in cells if counted[1]]
    running = in_service(every, retired)
    newcomers = _newcomers(_votes(running))
    settled = in_service(running, newcomers)
    left_out = {RETIRED: _sum(every) - _sum(running), NEWCOMER: _sum(running) - _sum(settled)}
    return Field(_parts(settled), {why: number for why, number in left_out.items() if number})


def in_service(cells: Iterable[Counted], others: AbstractSet[int]) -> tuple[Counted, ...]:
    """Return the counts of matchups with none of these others."""
    return tuple(
        counted
        for counted in cells
        if counted[0].first_configuration_id not in others
        and counted[0].second_configuration_id not in others
    )


def _votes(cells: Iterable[Counted]) -> Counter[int]:
    votes: Counter[int] = Counter()
    for cell, number in cells:
        votes[cell.first_configuration_id] += number
        votes[cell.second_configuration_id] += number
    return votes


def _newcomers(votes: Counter[int]) -> frozenset[int]:
    """Return who has a handful of votes where at least two others have many more."""
    if len(votes) < 3:  # noqa: PLR2004 - two compete whatever they have
        return frozenset()
    second = sorted(votes.values())[-2]
    edge = min(ENOUGH_VOTES, second / PART_OF_OTHERS)
    return frozenset(identity for identity, number in votes.items() if number < edge)


def _parts(cells: tuple[Counted, ...]) -> tuple[frozenset[int], ...]:
    of: dict[int, set[int]] = {}
    for cell, _ in cells:
        joined = of.get(cell.first_configuration_id, {cell.first_configuration_id})
        joined |= of.get(cell.second_configuration_id, {cell.second_configuration_id})
        for identity in joined:
            of[identity] = joined
    parts = {frozenset(part) for part in of.values()}
    votes = {part: _sum(c for c in cells if _is_within(c[0], part)) for part in parts}
    return tuple(sorted(parts, key=lambda part: (-votes[part], min(part))))


def _is_within(cell: Cell, part: AbstractSet[int]) -> bool:
    return cell.first_configuration_id in part and cell.second_configuration_id in part


def _sum(cells: Iterable[Counted]) -> int:
    return sum(number for _, number in cells)
