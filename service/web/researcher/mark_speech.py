"""What sighted pages say about criteria, grades and gold, in plain sentences."""

from service.domain.marks import Wanted
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


def gold(asked: Wanted) -> str:
    """Return how an answer to gold is counted, and how far that goes."""
    if asked.replaces_vote:
        return (
            "Gold matchups have a better text that you named. Right is a higher grade for it; "
            "equal grades are not. Few answers say little: grading anyhow, one gets about two "
            "in five right."
        )
    return (
        "Gold matchups have a better text that you named. Right is a vote for it, better or much "
        "better; both good and both bad are not. Few answers say little: pressing anything, one "
        "gets about one in three right."
    )
