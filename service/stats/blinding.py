"""How blind the raters were: Bang's index where they guessed names, and a test without names."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from service.stats.counts import FloatArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.plain import plain
from service.stats.proportions import Estimate, critical, difference, wilson

SETTLED = 0.2  # an index within this of 0 is usually taken for "blind"


@dataclass(frozen=True)
class BangIndex:
    """How far guesses of one item's name were right beyond chance.

    Attributes
    ----------
    index : Estimate
        1: everybody knew; 0: as by chance, or nobody dared; below 0: misled, -1 / (N - 1) if all
        were.
    p_value : float
        Exact one-sided test that among those who guessed more were right than chance gives.
    correct, wrong, unsure : int
    names : int
        How many names could be chosen from.
    findings : tuple of Finding
    """

    index: Estimate
    p_value: float
    correct: int
    wrong: int
    unsure: int
    names: int
    findings: tuple[Finding, ...] = ()

    @property
    def is_blind(self) -> bool:
        """Whether the whole interval lies within 0.2 of chance, on either side."""
        return self.index.lower > -SETTLED and self.index.upper < SETTLED

    @property
    def is_unblinded(self) -> bool:
        """Whether the whole interval lies above chance."""
        return self.index.lower > 0

    def to_dict(self) -> dict[str, Any]:
        """Return the index as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return {**values, "is_blind": self.is_blind, "is_unblinded": self.is_unblinded}


@dataclass(frozen=True)
class SameAuthor:
    """Whether raters recognise that two answers have the same author.

    Attributes
    ----------
    recognition : Estimate
        P("same" | same author) - P("same" | different authors): 0 is blind, 1 is plain to see.
    hits, false_alarms : Estimate
        The two shares.
    sensitivity : float
        d' = z(hits) - z(false alarms), with half a count added to each cell.
    p_value : float
        Fisher's exact test, one-sided.
    findings : tuple of Finding
    """

    recognition: Estimate
    hits: Estimate
    false_alarms: Estimate
    sensitivity: float
    p_value: float
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the test as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def bang_index(
    correct: int, wrong: int, unsure: int, *, names: int = 2, confidence: float = 0.95
) -> BangIndex:
    r"""Return Bang's blinding index of one item, generalised to N names.

    .. math:: BI = \frac{c - w / (N - 1)}{c + w + u}, \qquad
              Var = \frac{p_c (1 - p_c) + p_w (1 - p_w)/(N - 1)^2 + 2 p_c p_w/(N - 1)}{n}.

    For N = 2 this is Bang's index; for more names a wrong guess weighs so that guessing blindly
    still gives 0. The variance is taken at shares with one count added to each of the three
    answers, so that unanimous answers keep a width; the interval is centred at the same shares
    and always holds the index.

    Parameters
    ----------
    correct, wrong, unsure : int
        How many raters guessed right, guessed another name, or did not know.
    names : int
        How many names were offered, at least 2.
    confidence : float

    Raises
    ------
    StatsError
        Counts are negative or fewer than two names were offered.

    References
    ----------
    Bang, Ni and Davis (2004), "Assessment of blinding in clinical trials", Controlled Clinical
    Trials 25. Agresti and Min (2005), "Simple improved confidence intervals for comparing
    matched proportions", Statistics in Medicine 24 (added counts).
    """
    if min(correct, wrong, unsure) < 0 or names < 2:  # noqa: PLR2004 - a guess needs a choice
        raise StatsError("counts are not negative, and a guess needs at least two names")
    number = correct + wrong + unsure
    weight = 1 / (names - 1)
    value = (correct - weight * wrong) / number if number else 0.0
    right, other = (correct + 1) / (number + 3), (wrong + 1) / (number + 3)
    spread = right * (1 - right) + weight**2 * other * (1 - other) + 2 * weight * right * other
    half = critical(confidence) * sqrt(spread / max(number, 1))
    centre = right - weight * other
    interval = Estimate(
        value,
        min(value, max(-weight, centre - half)),
        max(value, min(1.0, centre + half)),
        confidence,
    )
    guessed = correct + wrong
    p_value = float(stats.binom.sf(correct - 1, guessed, 1 / names)) if guessed else 1.0
    if not number:
        interval = Estimate(0.0, -weight, 1.0, confidence)
    return BangIndex(
        interval, p_value, correct, wrong, unsure, names, _of_number(number, "Nobody was asked.")
    )


def bang_indices(
    guesses: npt.ArrayLike, unsure: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[BangIndex, ...]:
    """Return Bang's index of each item from a table of guesses.

    Parameters
    ----------
    guesses : (K, K) array
        How often the item of the row was taken for that of the column.
    unsure : (K,) array
        How often raters did not know.
    confidence : float

    Raises
    ------
    StatsError
        Shapes differ or there are fewer than two items.
    """
    table, shrugs = np.asarray(guesses), np.asarray(unsure)
    if table.ndim != 2 or table.shape != (len(shrugs), len(shrugs)):  # noqa: PLR2004 - a table
        raise StatsError("guesses must be square, with one count of the unsure per row")
    return tuple(
        bang_index(
            int(table[item, item]),
            int(table[item].sum() - table[item, item]),
            int(shrugs[item]),
            names=len(table),
            confidence=confidence,
        )
        for item in range(len(table))
    )


def same_author(
    same: tuple[int, int], different: tuple[int, int], *, confidence: float = 0.95
) -> SameAuthor:
    """Return whether "same author?" is answered better than by chance; no name is ever shown.

    Raters see two answers to different prompts, by one item or by two, and say whether the same
    one wrote both; those who do not know are left out. A style that gives its author away shows
    as more "same" where it is true; a habit of saying "same" cancels.

    Parameters
    ----------
    same, different : (said same, said different)
        Answers about two texts of one item, and of two items.
    confidence : float
        Of Newcombe's interval of the difference.

    Raises
    ------
    StatsError
        A count is negative.

    References
    ----------
    Green and Swets (1966), "Signal detection theory and psychophysics"; Hautus (1995), Behavior
    Research Methods 27 (half counts); Newcombe (1998), Statistics in Medicine 17.
    """
    if min(*same, *different) < 0:
        raise StatsError("counts are not negative")
    totals = (sum(same), sum(different))
    rates = [
        (said + 0.5) / (total + 1)
        for said, total in zip((same[0], different[0]), totals, strict=True)
    ]
    recognition = difference((same[0], different[0]), totals, confidence)
    if not min(totals):
        recognition = Estimate(0.0, -1.0, 1.0, confidence)
    return SameAuthor(
        recognition=recognition,
        hits=wilson(same[0], totals[0], confidence),
        false_alarms=wilson(different[0], totals[1], confidence),
        sensitivity=float(special.ndtri(rates[0]) - special.ndtri(rates[1])),
        p_value=float(stats.fisher_exact([same, different], alternative="greater").pvalue),
        findings=_of_number(min(totals), "One of the two questions was never asked."),
    )


def same_author_by_item(
    said_same: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    items: int,
    *,
    confidence: float = 0.95,
) -> tuple[SameAuthor, ...]:
    """Return the test for each item: its pairs with itself against its pairs with others.

    Parameters
    ----------
    said_same : (N,) of bool
    first, second : (N,) integers
        Who wrote the two texts.
    items : int
    confidence : float

    Raises
    ------
    StatsError
        Lengths differ.
    """
    said, one, two = np.asarray(said_same, dtype=bool), np.asarray(first), np.asarray(second)
    if not said.shape == one.shape == two.shape:
        raise StatsError("said_same, first and second must have one entry per answer")
    results = []
    for item in range(items):
        own, other = (one == item) & (two == item), (one == item) != (two == item)
        table: list[FloatArray] = [said[own], said[other]]
        counts = [(int(part.sum()), int((~part.astype(bool)).sum())) for part in table]
        results.append(same_author(counts[0], counts[1], confidence=confidence))
    return tuple(results)


def _of_number(number: int, text: str) -> tuple[Finding, ...]:
    return () if number else (Finding(Code.NO_VOTES, text),)
