"""How figures are spoken on sighted pages: shares, money, durations, ages; unknown is never 0."""

from datetime import datetime

UNKNOWN = "unknown"
THIN = "\N{NO-BREAK SPACE}"
_NANOS = 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def share(value: float | None) -> str:
    """Return a share of votes as a whole percentage, such as "63 %"."""
    return UNKNOWN if value is None else f"{100 * value:.0f}{THIN}%"


def points(value: float | None) -> str:
    """Return a share as percentage points without the sign, for intervals."""
    return "?" if value is None else f"{100 * value:.0f}"


def interval(low: float | None, high: float | None) -> str:
    """Return the two ends of an interval of shares, such as "55–71"."""
    if low is None or high is None:
        return UNKNOWN
    return f"{points(low)}–{points(high)}"


def rate(value: float | None) -> str:
    """Return a rate as a percentage that does not round a rare event away."""
    if value is None:
        return UNKNOWN
    if 0 < value < 0.01:  # noqa: PLR2004 - below one per cent a decimal is needed
        return f"{100 * value:.1f}{THIN}%"
    return f"{100 * value:.0f}{THIN}%"


def number(value: float | None, decimals: int = 2) -> str:
    """Return a rating with its sign, such as "+0.41"."""
    return UNKNOWN if value is None else f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def count(value: float | None) -> str:
    """Return a whole number with thousands apart, such as "8,931"."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def tally(value: float | None) -> str:
    """Return a count that may hold halves, such as "12" or "12.5"."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def plural(value: int, one: str, many: str = "") -> str:
    """Return a count with its noun: "1 vote", "24 votes"."""
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def money(dollars: float | None) -> str:
    """Return US dollars with as many digits as the sum deserves."""
    if dollars is None:
        return UNKNOWN
    if dollars == 0:
        return "$0"
    if abs(dollars) < 0.01:  # noqa: PLR2004 - below a cent two digits would read as nothing
        return f"${dollars:.2g}" if abs(dollars) >= 0.0001 else "under $0.0001"  # noqa: PLR2004 - the smallest sum worth telling
    return f"${dollars:,.2f}"


def nanos(value: int | None) -> str:
    """Return a sum that is kept in nanodollars."""
    return money(None if value is None else value / _NANOS)


def duration(milliseconds: float | None) -> str:
    """Return a latency, such as "320 ms" or "1.8 s"."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds:.0f}{THIN}ms"
    return f"{milliseconds / 1000:.1f}{THIN}s"


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was, in the largest fitting unit."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < _MINUTE:
        return "less than a minute ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h ago"
    return f"{seconds // _DAY} days ago"
