"""Are guesses right more or less often than by chance, however often somebody looks."""

from dataclasses import dataclass
from math import lgamma, log
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray, IntArray
from service.stats.findings import StatsError
from service.stats.intervals import ENOUGH
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
    answers, right : int
    expected : float
        How many would be right if the same answers had nothing to do with the truth.
    more, fewer : float
        P-values of at least so many right ones then, and of at most so many.
    level : float
        Below which either counts, so that all looks together keep the level they were given.
    these_texts : bool
        Whether there are too few prompts to say more than that it is so for these texts.
    """

    answers: int
    right: int
    expected: float
    more: float
    fewer: float
    level: float
    these_texts: bool

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
    false alarm [1]_ [2]_. Comparisons of two texts among more than two items cannot be drawn so,
    since half of them are by the same one whatever the number of items: there, and where there
    are too few arrangements to be surprised by one, the truths of the answers are exchanged. That
    takes texts for what they are: with few prompts it speaks for these texts only.

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
        right=int(right[0]),
        expected=float(expected[0]),
        more=(1 + int((beyond >= found - ROUNDING).sum())) / (1 + draws),
        fewer=(1 + int((beyond <= found + ROUNDING).sum())) / (1 + draws),
        level=tail,
        these_texts=not by_text and (asked.second is None or asked.prompt.max() + 1 < ENOUGH),
    )


def _may_exchange_texts(asked: Asked, tail: float) -> bool:
    """Tell whether texts may be arranged anew, in so many ways that one can be surprising."""
    items = len(np.unique(asked.item))
    if asked.second is not None and items != PAIR:
        return False
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
