"""The ladder from a prompt to a model of one's own: who stands on each rung, and what it adds."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.configuration import Approach
from service.domain.leaderboard import Difference, Leaderboard, Row
from service.domain.priced import COST, Gap

# Each takes more work than the one before; agents and others stand beside it.
RUNGS = (Approach.PROMPT, Approach.RETRIEVAL, Approach.FINE_TUNE, Approach.PRE_TRAIN)


@dataclass(frozen=True)
class Step:
    """One rung, with what it adds to the one below; `below` is "" at the foot.

    Each rung is spoken for by the best configuration of its approach. `state` is `foot`, `met`,
    `never_met` (no chain of votes joins it with the rung below) or `too_few` (no configuration
    of its approach has enough votes to compete).
    """

    approach: str
    configuration: str
    below: str
    state: str
    one_off_cost: float | None
    difference: Difference | None = None
    cost: Gap | None = None


def speakers(ratings: Iterable[Row]) -> dict[str, Row]:
    """Return the best configuration in service of each approach of the ladder, rated ones first.

    The rows come best first, those of the largest part before others.
    """
    found: dict[str, Row] = {}
    for row in ratings:
        if row.is_retired or row.approach not in RUNGS:
            continue
        before = found.get(row.approach)
        if before is None or (before.rating is None and row.rating is not None):
            found[row.approach] = row
    return found


def climb(board: Leaderboard) -> tuple[Step, ...]:
    """Return the rungs that a study has, from the foot up; none where it has only one."""
    found = speakers(board.ratings)
    rungs = [found[rung] for rung in RUNGS if rung in found]
    if len(rungs) < 2:  # noqa: PLR2004 - no ladder
        return ()
    steps: list[Step] = []
    below: Row | None = None
    for row in rungs:
        steps.append(_step(board, row, below))
        if row.rating is not None:
            below = row
    return tuple(steps)


def _step(board: Leaderboard, row: Row, below: Row | None) -> Step:
    name = row.configuration
    once = board.prices.of(name).one_off_cost
    if row.rating is None:
        return Step(row.approach, name, "", "too_few", once)
    if below is None or below.rating is None:
        return Step(row.approach, name, "", "foot", once)
    under = below.configuration
    if row.rating.part != below.rating.part:
        return Step(row.approach, name, under, "never_met", once)
    return Step(
        row.approach,
        name,
        under,
        "met",
        once,
        board.difference(name, under),
        board.prices.gap(COST, name, under),
    )
