"""Records of exports for tests, with votes told as counts."""

from datetime import UTC, datetime
from typing import Any

from service.domain.vote import Outcome
from service.formats.exports.record import Judged, Message, VoteTold

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def votes(**counts: int) -> tuple[VoteTold, ...]:
    """Return votes by outcome, each by another rater."""
    outcomes = [Outcome(name) for name, number in counts.items() for _ in range(number)]
    return tuple(VoteTold(f"rater-{place}", outcome, AT) for place, outcome in enumerate(outcomes))


def judged(number: int = 1, **changed: Any) -> Judged:
    """Return a record in which the first answer won its only vote."""
    told: dict[str, Any] = {
        "pair_id": f"pair-{number:04}",
        "prompt_key": f"prompt-{number}",
        "split_key": f"key-{number}",
        "prompt": (Message("user", f"Question {number}?"),),
        "first": f"good {number}",
        "second": f"bad {number}",
        "first_configurations": ("Plain",),
        "second_configurations": ("Retrieval",),
        "votes": votes(first=1),
    }
    return Judged(**{**told, **changed})
