"""One thing that a reader of results has to know, as a code with figures; words are elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that a reader has to know: its code, whom it concerns, and its figures.

    No items means all of them. Groups are parts that never met, or levels from the best on.
    """

    code: str
    items: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
