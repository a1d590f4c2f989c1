"""Which imported votes are one: keys that are the same when a file comes again, and only then."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

# Votes that came before files were told apart.
NO_FILE = ""
# So many votes of more kinds than these, one behind the other in the same order, are no
# coincidence.
_NO_COINCIDENCE = 50
_FEW_KINDS = 2
# Two files with as many of each of more kinds than these are one, in another order.
_MANY_KINDS = 12
_MENDED_AT_MOST = 1.25
_SURROGATES = range(0xD800, 0xE000)
# As many kinds of votes as there are letters.
_MOST_KINDS = 0x10FFFF - len(_SURROGATES)


class VoteKeys:
    """Gives votes of one file that have no id the keys under which they are stored.

    Nothing tells two such votes apart, so what tells is how many of a kind a file holds, and in
    which order. A file of the same votes is the same file, in whatever order where there are
    many kinds. One that holds the
    votes of earlier files in their order, and not more than twice as many, is these files grown.
    All other votes are further ones, as those of a file that was cut into pieces are.

    Attributes
    ----------
    further : int
        How many votes are taken for further ones though another file brought votes alike.
    there_already : int
        How many are taken for those that earlier files brought, of which this one is the growth.
    """

    def __init__(self, found: Sequence[str], stored: Mapping[str, Sequence[str]]) -> None:
        """Compare a file with those that came before.

        `found` are the digests of its votes, `stored` those of each earlier file; in order.
        """
        counts = Counter(found)
        self._file = _name_of(found, counts, stored)
        earlier = {name: held for name, held in stored.items() if name not in {NO_FILE, self._file}}
        grown = _grown_from(found, earlier)
        self._before = {name: Counter(stored[name]) for name in grown}
        self.there_already = sum(held.total() for held in self._before.values())
        self._before[NO_FILE] = Counter(stored.get(NO_FILE, ()))
        left = counts - sum(self._before.values(), Counter())
        others = {digest for name, held in earlier.items() if name not in grown for digest in held}
        self.further = sum(number for digest, number in left.items() if digest in others)

    def key_of(self, digest: str, number: int) -> str:
        """Return the key of the vote that is the file's so manieth of a digest, from 1."""
        for name, held in self._before.items():
            if number <= held[digest]:
                return f"{digest}-{name}-{number}" if name else f"{digest}-{number}"
            number -= held[digest]
        return f"{digest}-{self._file}-{number}"


def _name_of(
    found: Sequence[str], counts: Counter[str], stored: Mapping[str, Sequence[str]]
) -> str:
    """Return what names a file: its votes in their order, or as they first came."""
    if len(counts) > _MANY_KINDS:
        for name, held in stored.items():
            if name != NO_FILE and len(held) == len(found) and Counter(held) == counts:
                return name
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:8]


def _grown_from(found: Sequence[str], earlier: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the files whose votes a file holds in their order, where it is these files grown."""
    letters: dict[str, str] = {}
    if len({digest for held in (found, *earlier.values()) for digest in held}) > _MOST_KINDS:
        return []
    text = _spelled(found, letters)
    names: list[str] = []
    size, is_sure = 0, False
    for name, held in earlier.items():
        word = _spelled(held, letters)
        before, mark, behind = text.partition(word)
        if mark:
            is_varied = len(set(word)) > _FEW_KINDS
            is_sure = is_sure or (is_varied and len(word) >= _NO_COINCIDENCE)
            rest: str | None = before + behind
        else:
            rest = _without(text, word)
        if rest is not None:
            text = rest
            names.append(name)
            size += len(word)
    return names if is_sure or 2 * size >= len(found) else []


def _spelled(digests: Sequence[str], letters: dict[str, str]) -> str:
    """Return digests as a text with a letter for each, in which others are quickly found."""
    for digest in digests:
        if digest not in letters:
            number = len(letters) + 1
            letters[digest] = chr(number if number < _SURROGATES.start else number + 0x800)
    return "".join(map(letters.__getitem__, digests))


def _without(text: str, word: str) -> str | None:
    """Return a text without a word's letters, taken in their order; None where it is not there.

    A few others may stand between them: rows that were bad once and are mended.
    """
    left: list[str] = []
    place = 0
    for letter in word:
        found = text.find(letter, place)
        if found < 0:
            return None
        left.append(text[place:found])
        place = found + 1
    if place - len(left[0]) > len(word) * _MENDED_AT_MOST:
        return None
    return "".join([*left, text[place:]])
