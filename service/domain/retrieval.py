"""Documents to retrieve from: collections known by their contents, and passages cut from them."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service.domain.configuration import Retrieval
from service.domain.prompt import Prompt

# Part of what a call is known by: raise it when passages are cut or ranked in another way.
EDITION = 1
MAX_NAME_BYTES = 200
# Where a passage had better end: between paragraphs, else lines, sentences, words.
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?。!?]\s*"),
    re.compile(r"\s"),
)


@dataclass(frozen=True)
class Document:
    """A document's text under its name within a collection."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """A hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Collection:
    """Documents in the order of their names; immutable, and known by their contents."""

    documents: tuple[Document, ...]

    @property
    def digest(self) -> str:
        """A hash of all names and texts."""
        content = [[document.name, document.digest] for document in self.documents]
        encoded = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(encoded.encode()).hexdigest()


@dataclass(frozen=True)
class Passage:
    """A piece of a document that was retrieved, with how well it fits."""

    source: str
    text: str
    score: float = 0.0


class Passages(tuple[Passage, ...]):
    """Passages, best first, as a template sees them: `{{ passages }}` is their texts."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return the texts with an empty line between them; where they are from is left out."""
        return "\n\n".join(passage.text for passage in self)


@dataclass(frozen=True)
class Lookup:
    """What a worker retrieves and fills in before the first call of a completion."""

    retrieval: Retrieval
    template: str
    prompt: Prompt
    most_bytes: int

    @property
    def query(self) -> str:
        """What passages are sought for: the first thing that the user says."""
        return self.prompt.turns[0]


def placeholder(retrieval: Retrieval) -> Passages:
    """Return as many and as long passages as there can be, to learn what they take at most."""
    longest = Passage("s" * MAX_NAME_BYTES, "p" * retrieval.passage_bytes)
    return Passages([longest] * retrieval.top_k)


def recipe(retrieval: Retrieval, template: str, prompt: Prompt) -> dict[str, Any]:
    """Return what a retrieved first message is made from: the same always makes the same."""
    return {
        "edition": EDITION,
        "collection": retrieval.collection,
        "top_k": retrieval.top_k,
        "passage_bytes": retrieval.passage_bytes,
        "overlap_bytes": retrieval.overlap_bytes,
        "template": template,
        "turn": prompt.turns[0],
        "context": prompt.context,
        "variables": prompt.variables,
    }


def passages(documents: Iterable[Document], retrieval: Retrieval) -> Iterator[Passage]:
    """Yield the passages of documents, none longer than the settings say."""
    for document in documents:
        for text in split(document.text, retrieval.passage_bytes, retrieval.overlap_bytes):
            yield Passage(document.name, text)


def split(text: str, most_bytes: int, overlap_bytes: int) -> Iterator[str]:
    """Yield pieces of a text, each at most `most_bytes` of UTF-8, none of them blank.

    A piece ends between paragraphs where it can, else between lines, sentences or words, as
    long as that leaves it half full. The next one begins about `overlap_bytes` earlier, at a
    word, so that what stands across an end is found as well.
    """
    start = 0
    while start < len(text):
        end = _fitting(text, start, most_bytes)
        if end < len(text):
            end = _good_end(text, start, end)
        piece = text[start:end].strip()
        if piece:
            yield piece
        if end >= len(text):
            return
        start = _overlapping(text, start, end, overlap_bytes)


def _fitting(text: str, start: int, most_bytes: int) -> int:
    """Return the furthest end at which the piece still has no more than so many bytes."""
    window = text[start : start + most_bytes].encode()
    return start + len(window[:most_bytes].decode("utf-8", "ignore"))


def _good_end(text: str, start: int, end: int) -> int:
    half = (start + end) // 2
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text, half, end)]
        if ends:
            return ends[-1]
    return end


def _overlapping(text: str, start: int, end: int, overlap_bytes: int) -> int:
    if not overlap_bytes:
        return end
    window = text[max(start + 1, end - overlap_bytes) : end].encode()
    tail = window[-overlap_bytes:].decode("utf-8", "ignore")
    word = re.search(r"\s\S", tail)
    return end - len(tail) + (word.start() + 1 if word else 0)
