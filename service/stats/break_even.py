"""When a change has paid for itself, and what a point of quality costs."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from service.stats.findings import StatsError
from service.stats.plain import plain


@dataclass(frozen=True)
class BreakEven:
    """When a cheaper or dearer way has paid for its introduction.

    Attributes
    ----------
    calls : float or None
        Number of calls after which the saving per call equals the outlay; None for never.
    months : float or None
        Months at the volume given, with the monthly costs; None for never.
    saving_per_month : float
        At that volume; may be negative.
    """

    calls: float | None
    months: float | None
    saving_per_month: float

    def to_dict(self) -> dict[str, Any]:
        """Return the break-even as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def break_even(
    outlay: float,
    cost_now: float,
    cost_then: float,
    calls_per_month: float,
    *,
    monthly: float = 0.0,
) -> BreakEven:
    r"""Return when another item has paid for its introduction.

    .. math:: N^* = \frac{U}{c_0 - c_1}, \qquad m = \frac{U}{v (c_0 - c_1) - F}.

    Parameters
    ----------
    outlay : float
        U: training, labelling, evaluation; once.
    cost_now, cost_then : float
        c_0 and c_1 per call.
    calls_per_month : float
        v.
    monthly : float
        F: what the other item costs per month whatever the volume, for example hosting, more
        than the present one.

    Raises
    ------
    StatsError
        Outlay, costs or volume are negative or not finite.
    """
    numbers = (outlay, cost_now, cost_then, calls_per_month)
    if min(numbers) < 0 or not all(map(isfinite, (*numbers, monthly))):
        raise StatsError("outlay, costs and volume are finite and not negative")
    per_call = cost_now - cost_then
    saving = calls_per_month * per_call - monthly
    return BreakEven(
        calls=outlay / per_call if per_call > 0 else None,
        months=outlay / saving if saving > 0 else None,
        saving_per_month=saving,
    )


def price_of_quality(
    cost: float, other_cost: float, share: float, *, calls: float = 1000.0
) -> float | None:
    """Return what one more percentage point of preference costs, per so many calls.

    Parameters
    ----------
    cost, other_cost : float
        Per call, of the better item and of the other.
    share : float
        Expected share of the votes (ties half) of the better item; above 1/2.
    calls : float

    Returns
    -------
    float or None
        None where the first is not preferred; negative where it is even cheaper.
    """
    points = (share - 0.5) * 100
    return (cost - other_cost) * calls / points if points > 0 else None
