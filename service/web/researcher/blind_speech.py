"""How sighted pages speak of recognising authors: in points between -100 and 100."""

MINUS = "\N{MINUS SIGN}"
UNKNOWN = "–"


def points(value: float | None) -> str:
    """Return an index between -1 and 1 in whole points, such as "12"."""
    return UNKNOWN if value is None else f"{round(100 * value)}".replace("-", MINUS)


def ends(low: float | None, high: float | None) -> str:
    """Return the interval of an index in points, such as "−25 to 34"."""
    return UNKNOWN if low is None or high is None else f"{points(low)} to {points(high)}"
