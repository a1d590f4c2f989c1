"""Length balance: as many rows whose preferred answer is the longer as whose is the shorter.

People prefer longer answers, and a model that is trained on them learns length. What is left out
is drawn by a hash of its contents, so the same votes leave out the same rows.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from service.formats.exports.policy import LENGTH, Kept

_Stratum = tuple[str, bool]


class Balance:
    """Which rows are left out: those of a stratum whose hash lies above its limit."""

    def __init__(self, limits: Mapping[_Stratum, int]) -> None:
        """Leave out, in each part and direction, what lies above a limit."""
        self._limits = limits

    def why_not(self, kept: Kept, part: str) -> str:
        """Return why a pair is left out of a part, "" where it is not."""
        stratum = part, len(kept.chosen) > len(kept.rejected)
        is_out = stratum in self._limits and _place(kept) > self._limits[stratum]
        return LENGTH if is_out and len(kept.chosen) != len(kept.rejected) else ""


NONE = Balance({})


def of(pairs: Iterable[tuple[Kept, str]]) -> Balance:
    """Return what evens out these pairs, each given with its part.

    A number is held of each. Pairs of equally long answers all stay.
    """
    places: dict[_Stratum, list[int]] = defaultdict(list)
    for kept, part in pairs:
        if len(kept.chosen) != len(kept.rejected):
            places[part, len(kept.chosen) > len(kept.rejected)].append(_place(kept))
    limits: dict[_Stratum, int] = {}
    for (part, is_longer), held in list(places.items()):
        others = len(places.get((part, not is_longer), ()))
        if others < len(held):
            limits[part, is_longer] = sorted(held)[others - 1] if others else -1
    return Balance(limits)


def _place(kept: Kept) -> int:
    digest = hashlib.sha256(f"length\0{kept.record.pair_id}".encode()).digest()
    return int.from_bytes(digest[:7])
