"""The port to documents: passages of a collection, ranked by BM25 and filled into prompts.

An index is built once in a process and kept by its collection and settings, as many as fit.
"""

import asyncio
import logging
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from service.database import Database, DatabaseAway
from service.domain import retrieval
from service.domain.completion import CompletionRequest
from service.domain.configuration import Retrieval
from service.domain.retrieval import Document, Lookup, Passage, Passages
from service.errors import ServiceError
from service.usecases.sighted.generation import collections, requests
from workers.failures import LLMError, PermanentLLMError, TransientLLMError

if TYPE_CHECKING:
    import numpy as np

MOST_INDEXES = 4
MOST_BYTES = 64 * 1024 * 1024
# Scripts without spaces between words are read in pairs of signs.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


class Index:
    """Passages that can be ranked against a question."""

    def __init__(self, documents: Sequence[Document], settings: Retrieval) -> None:
        """Cut documents into passages and count their words."""
        self._passages = list(retrieval.passages(documents, settings))
        self.size = sum(len(passage.text.encode()) for passage in self._passages)
        known: dict[str, str] = {}  # each word once in memory, however often it is read
        read = [
            [known.setdefault(word, word) for word in tokens(passage.text)]
            for passage in self._passages
        ]
        self._is_empty = not any(read)
        self._ranking: Any = None
        if not self._is_empty:
            import bm25s  # noqa: PLC0415 - with its libraries only where something is retrieved

            logging.getLogger("bm25s").setLevel(logging.WARNING)  # it asks for DEBUG by itself
            self._ranking = bm25s.BM25()
            self._ranking.index(read, show_progress=False)

    def best(self, query: str, top_k: int) -> Passages:
        """Return the passages that fit best, at most `top_k`, none that shares no word."""
        asked = tokens(query)
        if self._is_empty or not asked:
            return Passages()
        scores: np.ndarray = self._ranking.get_scores(asked)
        order = (-scores).argsort(kind="stable")[:top_k]
        return Passages(
            replace(self._passages[at], score=round(float(scores[at]), 4))
            for at in order
            if scores[at] > 0
        )


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case; pairs of signs where a script has no spaces."""
    found: list[str] = []
    for word in _TOKEN.findall(text.casefold()):
        if _IS_UNSPACED.match(word) and len(word) > 1:
            found += (word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.append(word)
    return found


class Shelf:
    """The indexes of one process; the one that was not used for longest goes first."""

    def __init__(self, most: int = MOST_INDEXES, most_bytes: int = MOST_BYTES) -> None:
        """Keep at most so many indexes over so much text together; one is always kept."""
        self._most = most
        self._most_bytes = most_bytes
        self._indexes: OrderedDict[tuple[str, int, int], Index] = OrderedDict()
        self.built = 0

    def index(self, settings: Retrieval, load: Callable[[str], Sequence[Document]]) -> Index:
        """Return the index of a collection, built from what `load` returns where it is new."""
        key = (settings.collection, settings.passage_bytes, settings.overlap_bytes)
        if key not in self._indexes:
            self._indexes[key] = Index(load(settings.collection), settings)
            self.built += 1
        self._indexes.move_to_end(key)
        while len(self._indexes) > 1 and self._is_full():
            self._indexes.popitem(last=False)
        return self._indexes[key]

    def _is_full(self) -> bool:
        held = sum(index.size for index in self._indexes.values())
        return len(self._indexes) > self._most or held > self._most_bytes


@dataclass
class _Desk:
    """What retrieves in this process: one thread, so that an index is built by one at a time."""

    process: int
    shelf: Shelf
    thread: ThreadPoolExecutor


_desk: list[_Desk] = []


def _at() -> _Desk:
    """Return this process's desk; a forked child gets its own, since threads are not forked."""
    if not _desk or _desk[0].process != os.getpid():
        _desk[:] = [_Desk(os.getpid(), Shelf(), ThreadPoolExecutor(1, "retrieval"))]
    return _desk[0]


async def fill(
    database: Database, request: CompletionRequest, lookup: Lookup
) -> tuple[CompletionRequest, tuple[Passage, ...]]:
    """Return a request with what was retrieved in its first turn, and the passages.

    Raises
    ------
    TransientLLMError
        The database is away.
    PermanentLLMError
        The collection is gone, or the template cannot be filled in with these passages.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(_at().thread, _find, database, lookup)
        turns = requests.filled(lookup, request.user_turns, found)
    except DatabaseAway:
        raise TransientLLMError(
            "database_away", "The database was away.", maybe_paid=False
        ) from None
    except ServiceError as error:
        raise _final(error) from None
    return replace(request, user_turns=turns), tuple(found)


def _find(database: Database, lookup: Lookup) -> Passages:
    def load(digest: str) -> list[Document]:
        with database.reading() as session:
            return collections.documents(session, digest)

    index = _at().shelf.index(lookup.retrieval, load)
    return index.best(lookup.query, lookup.retrieval.top_k)


def _final(error: ServiceError) -> LLMError:
    return PermanentLLMError(error.code.replace("-", "_"), error.message, maybe_paid=False)
