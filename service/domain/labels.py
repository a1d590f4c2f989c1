"""Short names for configurations: what all begin with is left out, what looks equal is numbered.

Every sentence, table and chart asks here, by way of `reporting.words.Words.name`, so that one
configuration is called the same wherever it stands.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# A shorter beginning is read as quickly as it is left out.
LEAST_ELIDED = 8
ELLIPSIS = "…"
_ENDS = frozenset("/-_:.@ ,;|")


@dataclass(frozen=True)
class Labels:
    """Short names by full ones; `elided` is what the sign … stands for in them, "" for nothing."""

    elided: str = ""
    by_name: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return the label of a configuration; a name that is not known stays as it is."""
        return self.by_name.get(name, name)


def labels_of(names: Iterable[str]) -> Labels:
    """Return a label for each of the names that stand together; labels are never equal.

    What all names begin with is left out, up to the last sign between two words, where it is long
    and something is left of each. Names that look equal, which can differ in spaces or in letters
    drawn alike, are numbered in their order.
    """
    every = list(dict.fromkeys(names))
    elided = _shared(every)
    short = [ELLIPSIS + name[len(elided) :] if elided else name for name in every]
    return Labels(elided, dict(zip(every, _numbered(short), strict=True)))


def _shared(names: list[str]) -> str:
    """Return the beginning that may be left out of all names."""
    if len(names) < 2:  # noqa: PLR2004 - one name differs from nothing
        return ""
    first, last = min(names), max(names)
    ends = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    shared = first[: next(ends, len(first))]
    while shared and (shared[-1] not in _ENDS or shared in names):
        shared = shared[:-1]
    return shared if len(shared) >= LEAST_ELIDED else ""


def _numbered(labels: list[str]) -> Iterator[str]:
    """Yield labels, those that look equal with a number that no other label has."""
    looks = [_looks(label) for label in labels]
    many = Counter(looks)
    taken = {look for look, number in many.items() if number == 1}
    for label, look in zip(labels, looks, strict=True):
        if many[look] == 1:
            yield label
            continue
        numbered = (f"{label} ({number})" for number in range(1, len(labels) * 2 + 1))
        found = next(one for one in numbered if _looks(one) not in taken)
        taken.add(_looks(found))
        yield found


def _looks(label: str) -> str:
    """Return what two labels share where nobody can see them apart: spaces, widths, signs."""
    plain = unicodedata.normalize("NFKC", label)
    seen = (" " if each.isspace() else each for each in plain if unicodedata.category(each) != "Cf")
    return " ".join("".join(seen).split())
