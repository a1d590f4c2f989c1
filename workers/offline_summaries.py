"""Extractive summaries without a model: lead, word frequency, TextRank, a random baseline."""

import hashlib
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

DAMPING = 0.85
MAX_SENTENCES = 500

# Where a sentence may end: western signs before a space, and Chinese and Japanese signs anywhere,
# each with the quotes and brackets that close after it; a danda; an empty line. A run of signs is
# tried once, from its beginning, so that a page of dots takes no longer than a page of words.
_END = re.compile(
    r"(?:(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？｡]+[」』”’）】]*|[।॥؟۔](?=\s)"
    r"|(?=\n[ \t\r]*+\n))"
)
_PARAGRAPH = re.compile(r"\n[ \t\r]*+\n")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*")
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")
_NOT_AN_END = re.compile(
    r"(?:^|[\s(\"“])(?:Mrs?|Ms|Drs?|Prof|St|vs|e\.g|i\.e|etc|No|approx|Mt|Jr|Sr|[A-Z])\.$"
)
_COMMON = frozenset(  # words that say nothing of what a text is about
    """
    a about after again all also an and any are as at be because been before both but by can
    could did do does down each even every few for from had has have he her here him his how i
    if in into is it its just like made many may me more most much my no nor not now of off on
    once one only or other our out over own said same she so some still such than that the
    their them then there these they this those through to too two under until up upon us very
    was we were what when where which while who whose why will with without would you your
    """.split()  # noqa: SIM905 - reads better than 130 quoted words
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, white space inside them made single."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        # No abbreviation is longer than that; looking at all of it would take ever longer.
        if _NOT_AN_END.search(text[max(start, end.end() - 12) : end.end()]):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    whole = (" ".join(piece.split()) for piece in found)
    return [piece for piece in whole if _WORD.search(piece)]


def count_tokens(text: str) -> int:
    """Return how many words, signs and Chinese or Japanese characters a text has."""
    return len(_TOKEN.findall(text))


def cut(text: str, max_tokens: int) -> str:
    """Return the beginning of a text that has at most so many tokens."""
    for number, token in enumerate(_TOKEN.finditer(text), start=1):
        if number > max_tokens:
            return text[: token.start()].rstrip()
    return text


def article(turns: Sequence[str], wanted: int) -> str:
    """Return what is to be summarised, given what the user said turn by turn.

    That is the last turn without the request at its head; where nothing much would be left ("now
    shorter, please"), it is everything the user gave to read before.
    """
    bodies = [_without_request(turn) for turn in turns]
    if len(bodies) > 1 and len(sentences(bodies[-1])) <= wanted:
        return "\n\n".join(bodies[:-1])
    return bodies[-1] if bodies else ""


def _without_request(turn: str) -> str:
    """Drop a first paragraph of one sentence when a longer text follows it."""
    head, *others = _PARAGRAPH.split(turn.strip(), maxsplit=1)
    rest = "".join(others)
    if len(sentences(head)) == 1 and len(sentences(rest)) > 1 and len(rest) > len(head):
        return rest.strip()
    return turn


def lead(units: Sequence[str], wanted: int) -> list[int]:
    """Return the first sentences: what a newspaper's first lines would tell."""
    return list(range(min(wanted, len(units))))


def frequency(units: Sequence[str], wanted: int) -> list[int]:
    """Return the sentences whose words are the most frequent on average, without repeating itself.

    After each pick the probabilities of its words are squared. Source: A. Nenkova and
    L. Vanderwende, "The Impact of Frequency on Summarization" (SumBasic), 2005.
    """
    bags = [_terms(unit) for unit in units]
    counts = Counter(term for bag in bags for term in bag)
    total = sum(counts.values()) or 1
    probability = {term: count / total for term, count in counts.items()}
    chosen: list[int] = []
    while len(chosen) < min(wanted, len(units)):
        left = [index for index in range(len(units)) if index not in chosen]
        best = max(left, key=lambda index: (_mean(bags[index], probability), -index))
        chosen.append(best)
        for term in set(bags[best]):
            probability[term] **= 2
    return sorted(chosen)


def textrank(units: Sequence[str], wanted: int) -> list[int]:
    """Return the sentences that most others resemble, by a random walk over shared words.

    Source: R. Mihalcea and P. Tarau, "TextRank: Bringing Order into Texts", 2004; the likeness of
    two sentences is the number of words they share over the sum of the logarithms of their lengths.
    """
    bags = [frozenset(_terms(unit)) for unit in units]
    size = len(bags)
    likeness = np.zeros((size, size))
    for one in range(size):
        for other in range(one + 1, size):
            shared = len(bags[one] & bags[other])
            if shared:
                lengths = math.log(len(bags[one]) + 1) + math.log(len(bags[other]) + 1)
                likeness[one, other] = likeness[other, one] = shared / lengths
    sums = likeness.sum(axis=1, keepdims=True)
    # A sentence that resembles no other leads everywhere alike.
    walk = np.divide(likeness, sums, out=np.full_like(likeness, 1 / max(size, 1)), where=sums > 0)
    rank = np.full(size, 1 / max(size, 1))
    for _ in range(100):
        following = (1 - DAMPING) / size + DAMPING * (rank @ walk)
        is_settled = bool(np.abs(following - rank).sum() < 1e-9)  # noqa: PLR2004 - far below a rank
        rank = following
        if is_settled:
            break
    best = sorted(range(size), key=lambda index: (-round(float(rank[index]), 9), index))
    return sorted(best[:wanted])


def at_random(units: Sequence[str], wanted: int) -> list[int]:
    """Return sentences drawn by lot, the same ones whenever the text is the same."""
    seed = hashlib.sha256("\n".join(units).encode("utf-8", "replace")).digest()
    lot = random.Random(seed)  # noqa: S311 - a baseline, not a secret
    return sorted(lot.sample(range(len(units)), min(wanted, len(units))))


SUMMARISERS: Mapping[str, Callable[[Sequence[str], int], list[int]]] = {
    "lead": lead,
    "frequency": frequency,
    "textrank": textrank,
    "random": at_random,
}


def summarise(method: str, turns: Sequence[str], wanted: int) -> str:
    """Return a summary of so many sentences of what the user gave to read, in the text's order.

    `method` is one of `SUMMARISERS`. A text of no more sentences than wanted comes back whole. Of
    very long texts the first `MAX_SENTENCES` sentences are read.
    """
    text = article(turns, wanted)
    units = sentences(text)[:MAX_SENTENCES]
    if len(units) <= wanted:
        return text.strip()
    return _joined([units[index] for index in SUMMARISERS[method](units, wanted)])


def _joined(chosen: Sequence[str]) -> str:
    joined = ""
    for unit in chosen:
        joined += ("" if not joined or joined[-1] in "。！？｡」』）】" else " ") + unit
    return joined


def _terms(unit: str) -> list[str]:
    words = [word.casefold() for word in _WORD.findall(unit)]
    # Neighbouring characters make the words of texts that are written without spaces.
    pairs = [one + other for one, other in pairwise(words) if _is_cjk(one) and _is_cjk(other)]
    return pairs + [word for word in words if not _is_cjk(word) and word not in _COMMON]


def _is_cjk(word: str) -> bool:
    return len(word) == 1 and re.fullmatch(rf"[{_CJK}]", word) is not None


def _mean(bag: Sequence[str], probability: Mapping[str, float]) -> float:
    return sum(probability[term] for term in bag) / len(bag) if bag else 0.0
