"""Which imported votes are one: keys that are the same when a file comes again, and only then."""

import hashlib
import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import groupby

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


class FileVotes:
    """The votes of one file that have no id, in order: eight bytes for each, however many.

    What tells a vote is its digest. Of that a mark is kept; keys hold the digest itself, so two
    digests with one mark would still be two votes.
    """

    def __init__(self, digests: Iterable[str] = ()) -> None:
        """Take digests in the order in which the file has them."""
        self.marks: array[int] = array("Q")
        self._name = hashlib.sha256()
        for digest in digests:
            self.add(digest)

    def add(self, digest: str) -> None:
        """Take the digest of the next vote."""
        self._name.update(b"\n" * bool(self.marks) + digest.encode())
        self.marks.append(_mark(digest))

    @property
    def name(self) -> str:
        """What names a file by its votes in their order."""
        return self._name.hexdigest()[:8]

    @cached_property
    def counts(self) -> "Counts":
        """How many of each kind there are, once all votes are taken."""
        return Counts(self.marks)


class Counts:
    """How many votes of a kind there are, by their marks; twelve bytes for a kind."""

    def __init__(self, marks: Iterable[int]) -> None:
        """Count marks."""
        self.kinds: array[int] = array("Q")
        self.numbers: array[int] = array("I")
        for mark, same in groupby(sorted(marks)):
            self.kinds.append(mark)
            self.numbers.append(sum(1 for _ in same))

    def of(self, mark: int) -> int:
        """Return how many have a mark."""
        place = bisect_left(self.kinds, mark)
        is_there = place < len(self.kinds) and self.kinds[place] == mark
        return self.numbers[place] if is_there else 0

    def is_as(self, other: "Counts") -> bool:
        """Tell whether there are as many of each."""
        return self.kinds == other.kinds and self.numbers == other.numbers


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

    def __init__(self, found: FileVotes, stored: Mapping[str, FileVotes]) -> None:
        """Compare the votes of a file with those of each earlier file, the oldest first."""
        self._file = _name_of(found, stored)
        earlier = {name: held for name, held in stored.items() if name not in {NO_FILE, self._file}}
        grown = _grown_from(found, earlier)
        self._before = {name: earlier[name].counts for name in grown}
        self.there_already = sum(len(earlier[name].marks) for name in grown)
        if NO_FILE in stored:
            self._before[NO_FILE] = stored[NO_FILE].counts
        others = [held.counts for name, held in earlier.items() if name not in self._before]
        self.further = self._further(found, others) if others else 0

    def _further(self, found: FileVotes, others: list[Counts]) -> int:
        further = 0
        for mark, number in zip(found.counts.kinds, found.counts.numbers, strict=True):
            if any(held.of(mark) for held in others):
                further += max(0, number - sum(held.of(mark) for held in self._before.values()))
        return further

    def key_of(self, digest: str, number: int) -> str:
        """Return the key of the vote that is the file's so manieth of a digest, from 1."""
        for name, held in self._before.items():
            there = held.of(_mark(digest))
            if number <= there:
                return f"{digest}-{name}-{number}" if name else f"{digest}-{number}"
            number -= there
        return f"{digest}-{self._file}-{number}"


def _mark(digest: str) -> int:
    return int.from_bytes(hashlib.blake2b(digest.encode(), digest_size=8).digest())


def _name_of(found: FileVotes, stored: Mapping[str, FileVotes]) -> str:
    """Return what names a file: its votes in their order, or as they first came."""
    alike = {name: held for name, held in stored.items() if len(held.marks) == len(found.marks)}
    if alike and len(found.counts.kinds) > _MANY_KINDS:
        for name, held in alike.items():
            if name != NO_FILE and held.counts.is_as(found.counts):
                return name
    return found.name


def _grown_from(found: FileVotes, earlier: Mapping[str, FileVotes]) -> list[str]:
    """Return the files whose votes a file holds in their order, where it is these files grown."""
    if not earlier:
        return []
    every = heapq.merge(*(held.counts.kinds for held in (found, *earlier.values())))
    kinds = array("Q", (mark for mark, _ in groupby(every)))
    if len(kinds) > _MOST_KINDS:
        return []
    text = _spelled(found.marks, kinds)
    names: list[str] = []
    size, is_sure = 0, False
    for name, held in earlier.items():
        word = _spelled(held.marks, kinds)
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
    return names if is_sure or 2 * size >= len(found.marks) else []


def _spelled(marks: Iterable[int], kinds: "array[int]") -> str:
    """Return marks as a text with a letter for each, in which others are quickly found."""
    numbers = (bisect_left(kinds, mark) + 1 for mark in marks)
    return "".join(
        chr(number if number < _SURROGATES.start else number + len(_SURROGATES))
        for number in numbers
    )


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
