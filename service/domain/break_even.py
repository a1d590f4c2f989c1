"""When what a configuration costs once has paid for itself by what its requests save."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.domain import records
from service.domain.leaderboard import Leaderboard, Part
from service.domain.priced import COST, Gap

REQUESTS = 1000  # costs are kept per so many
MOST_REQUESTS = 10**12


class Pays(StrEnum):
    """What can be said of the day on which something has paid for itself."""

    SURELY = "surely"
    PERHAPS = "perhaps"  # it may save too little, or nothing
    NEVER = "never"
    UNKNOWN = "unknown"  # too few prompts have costs of both


@dataclass(frozen=True)
class BreakEven:
    """When a configuration has paid for what it costs once, against another.

    After `low` to `high` requests it has: None for never, or for nobody knows. With the same
    number of requests each month, in months.
    """

    configuration: str
    against: str
    one_off_cost: float
    pays: Pays
    gap: Gap | None
    low: float | None = None
    high: float | None = None

    def months(self, requests_per_month: int) -> tuple[float | None, float | None]:
        """Return the same in months."""
        return (
            None if self.low is None else self.low / requests_per_month,
            None if self.high is None else self.high / requests_per_month,
        )


def to_plain(found: Sequence[BreakEven], requests_per_month: int | None) -> list[dict[str, Any]]:
    """Return break-evens as programs get them; in months too where somebody says how many."""
    return [
        {
            **records.to_plain(one),
            "months": None if requests_per_month is None else list(one.months(requests_per_month)),
        }
        for one in found
    ]


def find(board: Leaderboard) -> tuple[BreakEven, ...]:
    """Return the break-even of each configuration that costs something once and competes.

    Against the incumbent of its part, whose own outlay is spent; else against the one that one
    would otherwise ship, the leader, or for the leader itself the one next to it, whose outlay
    then counts too: only what is paid more has to come back.
    """
    found = []
    for part in board.parts:
        for name in part.configurations:
            once = board.prices.of(name).one_off_cost
            against = _against(board, part, name)
            if not once or against is None:
                continue
            spent = against == board.incumbent
            other = 0.0 if spent else (board.prices.of(against).one_off_cost or 0.0)
            if once > other:  # else there is nothing to pay back
                gap = board.prices.gap(COST, name, against)
                found.append(of(name, against, once - other, gap))
    return tuple(found)


def _against(board: Leaderboard, part: Part, name: str) -> str | None:
    """Return whom a configuration would replace."""
    incumbent = board.incumbent
    if incumbent in part.configurations:
        return incumbent if incumbent != name else None
    if part.claims.leader != name:
        return part.claims.leader
    return part.claims.rivals[0].rival if part.claims.rivals else None


def of(configuration: str, against: str, outlay: float, gap: Gap | None) -> BreakEven:
    r"""Return when an outlay in USD has come back, by the cost per 1,000 requests.

    With U the outlay, above 0, and -d the saving per request, from low to high: N = U / -d.
    """
    known = (configuration, against, outlay)
    if gap is None or gap.low is None or gap.high is None:
        return BreakEven(*known, Pays.UNKNOWN, gap)
    least, most = -gap.high / REQUESTS, -gap.low / REQUESTS  # what a request saves
    if most <= 0:
        return BreakEven(*known, Pays.NEVER, gap)
    if least > 0:
        return BreakEven(*known, Pays.SURELY, gap, outlay / most, outlay / least)
    return BreakEven(*known, Pays.PERHAPS, gap, outlay / most, None)
