"""The blind payload: the only value of an assignment that leaves for a rater's browser."""

from dataclasses import dataclass


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
