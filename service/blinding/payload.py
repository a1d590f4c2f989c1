"""The blind payload: the only value of an assignment that leaves for a rater's browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.blinding import sides
from service.domain.assignment import Sides


@dataclass(frozen=True)
class BlindAssignment:
    """A whitelist: an opaque token, the prompt, and the two texts by side.

    `token` is random and of fixed length. Every text is safe HTML, one entry per turn.
    """

    token: str
    prompt_turns: tuple[str, ...]
    context: str
    left_turns: tuple[str, ...]
    right_turns: tuple[str, ...]
    is_practice: bool = False


def build(
    token: str,
    prompt: Mapping[str, Any],
    first: Sequence[str],
    second: Sequence[str],
    stand: Sides,
) -> BlindAssignment:
    """Return what a browser may have of an assignment: a prompt's and two texts' safe HTML."""
    left, right = sides.left_and_right(tuple(first), tuple(second), stand)
    return BlindAssignment(
        token=token,
        prompt_turns=tuple(prompt["turns"]),
        context=str(prompt.get("context", "")),
        left_turns=left,
        right_turns=right,
    )
