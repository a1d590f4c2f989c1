"""What leaderboards hold in these tests: one realistic content, and rows to change in it."""

from math import log10
from typing import Any

FINDING = "Only 12 prompts were judged: the intervals hold for prompts like these."
SHARES = {
    "retrieval": (0.61, 0.54, 0.68, 2.60),
    "fine-tune": (0.59, 0.52, 0.66, 0.42),
    "plain-prompt": (0.48, 0.41, 0.55, 0.95),
    "small-model": (0.32, 0.26, 0.39, None),
}


def rating(share: float) -> float:
    return 1000 + 400 * log10(share / (1 - share))


def row(name: str, share: float, low: float, high: float, cost: float | None) -> dict[str, Any]:
    return {
        "configuration": name,
        "approach": "prompt",
        "rating": rating(share),
        "low": rating(low),
        "high": rating(high),
        "share": share,
        "group": 0,
        "component": 0,
        "rank_low": 1,
        "rank_high": 2,
        "p_best": 0.5,
        "votes": 60,
        "wins": 30,
        "losses": 20,
        "ties": 8,
        "both_bad": 2,
        "is_retired": False,
        "findings": [],
        "cost_per_1000": cost,
        "latency_p50_ms": 820.0,
        "latency_p95_ms": 2300.0,
        "rates": {"complete": 0.96, "cut_off": 0.02, "refused": 0.004, "failed": 0.016},
    }


def difference(first: str, second: str, share: float, *, told_apart: bool) -> dict[str, Any]:
    return {
        "first": first,
        "second": second,
        "share": share,
        "low": share - 0.08,
        "high": share + 0.08,
        "told_apart": told_apart,
        "p_beats": 0.9,
    }


def content(**changes: Any) -> dict[str, Any]:
    """Two at the top that cannot be told apart, two behind them, one of unknown cost."""
    names = list(SHARES)
    made = {
        "ratings": [row(name, *figures) for name, figures in SHARES.items()],
        "groups": [["retrieval", "fine-tune"]],
        "matrix": [
            {
                "first": first,
                "second": second,
                "first_wins": 12,
                "second_wins": 5,
                "ties": 2,
                "both_bad": 1,
                "n": 20,
            }
            for place, first in enumerate(names)
            for second in names[place + 1 :]
        ],
        "differences": [
            difference("retrieval", "fine-tune", 0.51, told_apart=False),
            difference("retrieval", "plain-prompt", 0.63, told_apart=True),
            difference("retrieval", "small-model", 0.79, told_apart=True),
            difference("fine-tune", "plain-prompt", 0.61, told_apart=True),
            difference("fine-tune", "small-model", 0.77, told_apart=True),
            difference("plain-prompt", "small-model", 0.66, told_apart=True),
        ],
        "findings": [
            {"code": "few_clusters", "message": FINDING, "items": [], "groups": [], "figures": {}}
        ],
        "verdict": {"sentences": []},
        "raters": 6,
        "prompts": 24,
        "votes": 120,
        "excluded": {"sighted": 3, "late": 1},
        "method": {},
    }
    return {**made, **changes}
