"""Are guesses right more or less often than by chance, however often somebody looks."""

from dataclasses import dataclass
from math import lgamma, log
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray, IntArray
from service.stats.findings import StatsError
from service.stats.plain import plain

FIRST_LOOK = 20
LOOKS = 7
DRAWS = 1_999
SEED = 20260312
PAIR = 2
# So many texts are relabelled at a time, which bounds the memory that it takes.
AT_ONCE = 1_000_000
# Exact sums of counts, divided once.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Asked:
    """Answers in the order in which they came, and the texts that they are about.

    Attributes
    ----------
    item, prompt : (T,) array
        Whose a text is, and for which prompt: all texts of the prompts that were asked about.
    first : (N,) array
        Which text an answer is about.
    second : (N,) array or None
        With which other text it was compared; None where an item was to be named.
    said : (N,) array
        The item that was named; of two texts 1 for "by the same", 0 for "by different ones".
    """

    item: IntArray
    prompt: IntArray
    first: IntArray
    second: IntArray | None
    said: IntArray

    @classmethod
    def of(
        cls,
        item: npt.ArrayLike,
        prompt: npt.ArrayLike,
        first: npt.ArrayLike,
        said: npt.ArrayLike,
        second: npt.ArrayLike | None = None,
    ) -> "Asked":
        """Check the arrays and hold them.

        Raises
        ------
        StatsError
            Lengths differ, or an answer is about a text that is not there.
        """
        other = first if second is None else second
        texts, prompts, one, two, answers = (
            np.asarray(entry, dtype=np.int64) for entry in (item, prompt, first, other, said)
        )
        if not texts.shape == prompts.shape == (len(texts),):
            raise StatsError("item and prompt must have one entry per text")
        if not one.shape == two.shape == answers.shape == (len(answers),):
            raise StatsError("first, second and said must have one entry per answer")
        ends = np.concatenate([one, two])
        if len(ends) and not 0 <= ends.min() <= ends.max() < len(texts):
            raise StatsError("an answer is about a text that is not there")
        return cls(texts, prompts, one, None if second is None else two, answers)

    @property
    def ends(self) -> IntArray:
        """With which text each answer's text was compared."""
        if self.second is None:
            raise StatsError("these answers name an item and compare nothing")
        return self.second

    def start(self, number: int) -> "Asked":
        """Return the first answers, with the texts of the prompts that they are about."""
        first, said = self.first[:number], self.said[:number]
        second = None if self.second is None else self.second[:number]
        touched = np.unique(self.prompt[first if second is None else np.append(first, second)])
        # Texts of one prompt side by side: they are relabelled within their stretch.
        kept = np.flatnonzero(np.isin(self.prompt, touched))
        kept = kept[np.argsort(self.prompt[kept], kind="stable")]
        place = np.zeros(len(self.item), dtype=np.int64)
        place[kept] = np.arange(len(kept))
        return Asked(
            self.item[kept],
            np.unique(self.prompt[kept], return_inverse=True)[1],
            place[first],
            None if second is None else place[second],
            said,
        )

    def truth(self, item: IntArray) -> IntArray:
        """Return what would be right if texts were by these items; (..., T) to (..., N)."""
        if self.second is None:
            return item[..., self.first]
        same: IntArray = (item[..., self.first] == item[..., self.second]).astype(np.int64)
        return same


@dataclass(frozen=True)
class Look:
    """How many of the first answers were right, beside how many chance gives.

    Attributes
    ----------
    answers : int
        How many were looked at.
    counted, right : int
        How many of them this is about, and how many of those were right.
    expected : float
        How many would be right if the same answers had nothing to do with the truth.
    more, fewer : float
        P-values of at least so many right ones then, and of at most so many.
    level : float
        Below which either counts, so that all looks together keep the level they were given.
    these_texts : bool
        Whether there are too few prompts to say more than that it is so for these texts.
    item : int or None
        Whose comparisons alone this is about, where one of several stands out alone.
    """

    answers: int
    counted: int
    right: int
    expected: float
    more: float
    fewer: float
    level: float
    these_texts: bool
    item: int | None = None

    @property
    def is_more(self) -> bool:
        """Whether more were right than chance gives."""
        return self.more < self.level

    @property
    def is_fewer(self) -> bool:
        """Whether fewer were right than chance gives."""
        return self.fewer < self.level

    def to_dict(self) -> dict[str, Any]:
        """Return the look as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def expected_right(truth: npt.ArrayLike, said: npt.ArrayLike) -> float:
    r"""Return how many would be right if these answers had nothing to do with the truth.

    With r of the truths and c of the answers being the same, :math:`\sum_i r_i c_i / n`: a
    habit, such as always saying the same, is no knowledge.
    """
    return float(_excess(np.atleast_2d(truth), np.asarray(said))[1][0])


def find_looks(
    asked: Asked, *, level: float = 0.05, draws: int = DRAWS, seed: int = SEED
) -> tuple[Look, ...]:
    r"""Look at the first 20 answers, at 40, 80 and so on, at the first 1,280 at last.

    What is tested is how many answers are right beyond what the same habits give. If what texts
    look like has nothing to do with whose they are, the items of one prompt's texts may be
    exchanged: the test draws such arrangements, and each text keeps its item for all who were
    asked about it. So neither raters with habits nor texts that look alike to everybody make a
    false alarm [1]_ [2]_. That holds for questions drawn without regard to whose texts are. Where
    there are too few arrangements to be surprised by one, the truths of what was asked are
    exchanged. That takes texts for what they are and speaks for these texts only. With more than
    two items, comparisons are tested over all and for each item by the largest deviation [3]_, so
    that one item that gives itself away is seen among many that do not.

    Whoever tests at every answer finds something at last. There are seven looks, each with two
    tails, and each tail has a fourteenth of the level (Bonferroni): the chance that any
    of them is ever wrong stays below the level.

    Parameters
    ----------
    asked : Asked
    level : float
        Of all looks together.
    draws, seed : int

    References
    ----------
    .. [1] Fisher (1935), "The Design of Experiments"; Boyett (1979), Applied Statistics 28.
    .. [2] Phipson and Smyth (2010), "Permutation p-values should never be zero", Statistical
       Applications in Genetics and Molecular Biology 9.
    .. [3] Westfall and Young (1993), "Resampling-based multiple testing".
    """
    numbers = [FIRST_LOOK * 2**at for at in range(LOOKS)]
    tail = level / (PAIR * LOOKS)
    return tuple(
        _look(asked.start(number), tail, draws, np.random.default_rng(seed))
        for number in numbers
        if number <= len(asked.said)
    )


def _look(asked: Asked, tail: float, draws: int, rng: np.random.Generator) -> Look:
    truth = asked.truth(asked.item)
    if asked.second is not None and len(np.unique(asked.item)) > PAIR:
        return _look_at_each(asked, truth, tail, draws, rng)
    right, expected = _excess(truth[None], asked.said)
    by_text = _may_exchange_texts(asked, tail)
    drawn = []
    step = max(1, AT_ONCE // len(asked.item if by_text else truth))
    for start in range(0, draws, step):
        number = min(step, draws - start)
        if by_text:
            keys = asked.prompt + rng.random((number, len(asked.item)))
            arranged = asked.truth(asked.item[np.argsort(keys, axis=1)])
        else:
            arranged = rng.permuted(np.tile(truth, (number, 1)), axis=1)
        drawn.append(np.subtract(*_excess(arranged, asked.said)))
    beyond, found = np.concatenate(drawn), right[0] - expected[0]
    return Look(
        answers=len(truth),
        counted=len(truth),
        right=int(right[0]),
        expected=float(expected[0]),
        more=(1 + int((beyond >= found - ROUNDING).sum())) / (1 + draws),
        fewer=(1 + int((beyond <= found + ROUNDING).sum())) / (1 + draws),
        level=tail,
        these_texts=not by_text,
    )


def _look_at_each(
    asked: Asked, truth: IntArray, tail: float, draws: int, rng: np.random.Generator
) -> Look:
    """Look at all comparisons and at those with each item; return what stands out most."""
    known = np.unique(asked.item[np.append(asked.first, asked.ends)])
    by_text = _may_exchange_texts(asked, tail)
    # The first row is as it is, all others are arrangements of it.
    rows = [_by_item(asked, asked.item[None], truth[None], known)]
    step = max(1, AT_ONCE // (len(truth) * len(known)))
    for start in range(0, draws, step):
        number = min(step, draws - start)
        if by_text:
            keys = asked.prompt + rng.random((number, len(asked.item)))
            item = asked.item[np.argsort(keys, axis=1)]
            rows.append(_by_item(asked, item, asked.truth(item), known))
        else:
            # Whose pair it is moves with the pair, for all who were asked about it.
            item = np.broadcast_to(asked.item, (number, len(asked.item)))
            rows.append(_by_item(asked, item, _exchanged(asked, truth, number, rng), known))
    counted, right, expected = (np.vstack(part) for part in zip(*rows, strict=True))
    beyond = right - expected
    middle, spread = beyond.mean(axis=0), beyond.std(axis=0)
    far = np.divide(beyond - middle, spread, out=np.zeros_like(beyond), where=spread > ROUNDING)
    most, least = far.max(axis=1), far.min(axis=1)
    more, fewer = (
        float(np.mean(beyond))
        for beyond in (most >= most[0] - ROUNDING, least <= least[0] + ROUNDING)
    )
    # All of them speak first: an item is named where only it stands out so far.
    at = 0
    if min(more, fewer) < tail and not _stands_out(far[:, 0], most, least, tail):
        at = int(np.argmax(far[0]) if more <= fewer else np.argmin(far[0]))
    return Look(
        answers=len(truth),
        counted=int(counted[0, at]),
        right=int(right[0, at]),
        expected=float(expected[0, at]),
        more=more,
        fewer=fewer,
        level=tail,
        these_texts=not by_text,
        item=int(known[at - 1]) if at else None,
    )


def _by_item(
    asked: Asked, item: IntArray, truth: IntArray, known: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Count comparisons, right ones, and those that habits give: over all, then by item.

    `item` is (R, T), `truth` (R, N); each result is (R, 1 + number of items).
    """
    ends = np.stack([item[:, asked.first], item[:, asked.ends]])
    touches = (ends[:, :, None] == known[None, None, :, None]).any(axis=0)
    of = np.concatenate([np.ones_like(touches[:, :1]), touches], axis=1).astype(np.float64)
    said = asked.said.astype(np.float64)
    right = np.einsum("rkn,rn->rk", of, (truth == asked.said).astype(np.float64))
    same = np.einsum("rkn,rn->rk", of, truth.astype(np.float64))
    yes, number = of @ said, of.sum(axis=2)
    habit = same * yes + (number - same) * (number - yes)
    return number, right, habit / np.maximum(number, 1)


def _exchanged(asked: Asked, truth: IntArray, number: int, rng: np.random.Generator) -> IntArray:
    """Exchange the truths of the pairs that were asked about, so many times; (number, N)."""
    _, first, of = np.unique(
        np.sort(np.stack([asked.first, asked.ends]), axis=0),
        axis=1,
        return_index=True,
        return_inverse=True,
    )
    arranged = rng.permuted(np.tile(truth[first], (number, 1)), axis=1)
    return arranged[:, of.reshape(-1)]


def _stands_out(one: FloatArray, most: FloatArray, least: FloatArray, tail: float) -> bool:
    """Tell whether one deviation is large beside the largest and the smallest of all."""
    return bool(min(np.mean(most >= one[0]), np.mean(least <= one[0])) < tail)


def _may_exchange_texts(asked: Asked, tail: float) -> bool:
    """Tell whether texts may be arranged anew, in so many ways that one can be surprising."""
    kinds = np.column_stack([asked.prompt, asked.item])
    numbers = np.unique(kinds, axis=0, return_counts=True)[1]
    ways = sum(lgamma(number + 1) for number in np.bincount(asked.prompt))
    ways -= sum(lgamma(number + 1) for number in numbers)
    if asked.second is not None:
        ways -= log(PAIR)  # exchanging both items everywhere changes no comparison
    return ways > log(4 / tail)


def _excess(truth: IntArray, said: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return how many are right and how many are expected to be, for each row of truths."""
    right = (truth == said).sum(axis=1).astype(np.float64)
    expected = np.zeros(len(truth))
    for value, often in zip(*np.unique(said, return_counts=True), strict=True):
        expected += (truth == value).sum(axis=1) * often / max(len(said), 1)
    return right, expected
