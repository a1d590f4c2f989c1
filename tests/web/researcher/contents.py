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


MARKS = {
    "raters": 6,
    "grades": [
        {"configuration": name, "mean": mean, "low": low, "high": high, "counts": counts}
        for name, mean, low, high, counts in (
            ("retrieval", 4.2, 3.7, 4.5, [1, 3, 8, 20, 28]),
            ("fine-tune", 3.9, 3.4, 4.3, [2, 4, 12, 22, 20]),
            ("plain-prompt", 3.1, 2.6, 3.6, [6, 14, 18, 14, 8]),
            ("small-model", 2.0, None, None, [1, 2, 1, 0, 0]),
        )
    ],
    "grade_differences": [],
    "sentences": [
        "retrieval has the highest mean grade, 4.2 of 5 (95 % interval 3.7–4.5), by 6 people.",
        "Its grades are higher than those of plain-prompt.",
        "By grades it cannot be told from fine-tune.",
        "Too few grades for an interval: small-model. It takes five people at least.",
    ],
    "criteria": [
        {
            "name": "Kind",
            "rows": [
                {"configuration": name, "ahead": 20, "equal": 8, "behind": 12, **ends}
                for name, ends in (
                    ("retrieval", {"low": 0.44, "high": 0.74}),
                    ("small-model", {"low": None, "high": None}),
                )
            ],
            "sentences": [
                "The intervals speak for these few prompts; from five on, for others like them."
            ],
        }
    ],
}
RECOGNISED = {"answers": 24, "recognised": 0.1, "low": -0.27, "high": 0.44}
BLINDING = {
    "state": "no_sign",
    "sentences": [
        (
            "There is no sign that raters could tell who wrote what: 11 of the first 20 answers "
            "about authors were right, where guessing gives 10."
        ),
        "“I can tell who wrote this” was flagged on 2 of 60 matchups.",
    ],
    "authors": {
        "right": 12,
        "number": 24,
        "expected": 12.0,
        "unsure": 4,
        "looks": [],
        **RECOGNISED,
        "by_configuration": [
            {"configuration": "retrieval", **RECOGNISED},
            {
                "configuration": "small-model",
                "answers": 3,
                **dict.fromkeys(("recognised", "low", "high")),
            },
        ],
    },
    "labels": {
        "right": 5,
        "number": 16,
        "expected": 5.5,
        "unsure": 4,
        "looks": [],
        "by_configuration": [
            {
                "configuration": "retrieval",
                "answers": 8,
                "right": 3,
                "expected": 3.5,
                "unsure": 2,
                "recognised": -0.2,
                "low": -0.6,
                "high": 0.3,
            }
        ],
    },
    "flags": {
        "flags": 2,
        "of": 60,
        "by_configuration": [{"configuration": "retrieval", "flags": 2, "of": 30}],
    },
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
        "marks": MARKS,
        "gold": None,
        "blinding": BLINDING,
    }
    return {**made, **changes}
