"""How sighted pages speak of mean grades, shares and their intervals."""

from service.web.researcher import figures

WAITS = "Intervals are added when a worker looks next: seconds after the next vote or grade."
TOO_FEW = "too few"


def mean(value: float) -> str:
    """Return a mean grade with one decimal."""
    return f"{value:.1f}"


def ends(low: float | None, high: float | None) -> str:
    """Return the interval of a mean grade, such as "3.4–4.1"."""
    return TOO_FEW if low is None or high is None else f"{mean(low)}–{mean(high)}"


def share_ends(low: float | None, high: float | None) -> str:
    """Return the interval of a share in percentage points, such as "55–71"."""
    return TOO_FEW if low is None or high is None else figures.interval(low, high)
