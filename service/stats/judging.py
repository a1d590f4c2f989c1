"""How well a judge agrees with people: agreement, kappa, and people with each other beside it.

Outcomes are coded 0 (the first is better), 1 (a tie), 2 (the second is better).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.stats import clustered
from service.stats.agreement import Agreement, Weights, cohen_kappa
from service.stats.counts import FloatArray, IntArray
from service.stats.findings import StatsError
from service.stats.proportions import Estimate

FIRST, TIE, SECOND = 0, 1, 2
KINDS = 3
GRADES = 5


@dataclass(frozen=True)
class Compared:
    """A judge beside what most people said, matchup by matchup.

    Attributes
    ----------
    observed : Estimate
        The share of matchups on which it says what most people say, allowing for prompts.
    kappa : Estimate or None
        Cohen's, beyond chance; None where nothing varies or there is one prompt.
    matchups : int
    """

    observed: Estimate
    kappa: Estimate | None
    matchups: int


@dataclass(frozen=True)
class Beside:
    """People with each other beside the judge with people, on matchups that two people judged.

    Attributes
    ----------
    people, judge : Estimate
        The share of pairs of votes, and of votes and verdicts, that say the same.
    gap : Estimate or None
        Judge minus people; None where its spread is not known.
    matchups : int
    """

    people: Estimate
    judge: Estimate
    gap: Estimate | None
    matchups: int


def majority(votes: npt.ArrayLike) -> IntArray:
    """Return what most people said of each matchup, from their (M, 3) votes by code.

    Where two codes have equally many and no other has more, people are divided: a tie. Without
    any vote it is a tie too; leave such matchups out.
    """
    table = np.asarray(votes, dtype=np.float64)
    most = table.argmax(axis=1)
    divided = (table == table.max(axis=1)[:, None]).sum(axis=1) > 1
    said: IntArray = np.where(divided, TIE, most)
    return said


def compare(
    people: npt.ArrayLike, judge: npt.ArrayLike, prompt: npt.ArrayLike, confidence: float = 0.95
) -> Compared:
    """Return how often a judge says what people say, and Cohen's kappa, clustered by prompt.

    Parameters
    ----------
    people, judge : (M,) codes
    prompt : (M,) integers

    Raises
    ------
    StatsError
        Lengths differ or codes lie outside.

    References
    ----------
    Cohen (1960), "A coefficient of agreement for nominal scales"; the interval is the jackknife
    over prompts, as in `clustered.estimate`.
    """
    one, two = np.asarray(people), np.asarray(judge)
    plain = cohen_kappa(one, two, KINDS, confidence=confidence)  # checks the codes as well
    joint = [
        ((one == i) & (two == j)).astype(np.float64) for i in range(KINDS) for j in range(KINDS)
    ]
    sums = clustered.sum_columns(prompt, np.ones(len(one)), *joint)
    kappa = clustered.estimate(sums, _kappa, bounds=(-1.0, 1.0), confidence=confidence)
    observed = clustered.share(one == two, np.ones(len(one)), prompt, confidence)
    return Compared(observed, kappa if plain.is_defined else None, len(one))


def _kappa(sums: FloatArray) -> FloatArray:
    joint = sums[..., 1:].reshape(*sums.shape[:-1], KINDS, KINDS) / sums[..., 0, None, None]
    agreed = np.trace(joint, axis1=-2, axis2=-1)
    chance = (joint.sum(axis=-1) * joint.sum(axis=-2)).sum(axis=-1)
    kappa: FloatArray = (agreed - chance) / (1 - chance)
    return kappa


def compare_grades(
    people: npt.ArrayLike, judge: npt.ArrayLike, confidence: float = 0.95
) -> Agreement:
    """Return the linearly weighted kappa of grades from 1 to 5; the judge's are rounded to them.

    References
    ----------
    Cohen (1968), "Weighted kappa", Psychological Bulletin 70.
    """
    one, two = (
        np.clip(np.rint(np.asarray(grades, dtype=np.float64)), 1, GRADES).astype(np.int64) - 1
        for grades in (people, judge)
    )
    return cohen_kappa(one, two, GRADES, weights=Weights.LINEAR, confidence=confidence)


def beside_people(
    votes: npt.ArrayLike, judge: npt.ArrayLike, prompt: npt.ArrayLike, confidence: float = 0.95
) -> Beside | None:
    """Return how people agree with each other, and the judge with people, on the same matchups.

    Every pair of votes on a matchup counts once for people, every vote once for the judge. None
    where no matchup was judged by two people.

    Parameters
    ----------
    votes : (M, 3) counts
        Of people's votes, by code.
    judge : (M,) codes
    prompt : (M,) integers
    """
    table, said = np.asarray(votes, dtype=np.float64), np.asarray(judge)
    if table.ndim != 2 or table.shape != (len(said), KINDS):  # noqa: PLR2004 - matchups by codes
        raise StatsError("votes must be counted by matchup and code")
    number = table.sum(axis=1)
    twice = number >= 2  # noqa: PLR2004 - agreement takes two
    if not twice.any():
        return None
    table, number, said = table[twice], number[twice], said[twice]
    where = np.asarray(prompt)[twice]
    pairs, alike = number * (number - 1) / 2, (table * (table - 1)).sum(axis=1) / 2
    with_judge = table[np.arange(len(said)), said]
    sums = clustered.sum_columns(where, number, with_judge, pairs, alike)
    gap = clustered.estimate(
        sums,
        lambda at: at[..., 1] / at[..., 0] - at[..., 3] / at[..., 2],
        bounds=(-1.0, 1.0),
        confidence=confidence,
    )
    return Beside(
        clustered.share(alike, pairs, where, confidence),
        clustered.share(with_judge, number, where, confidence),
        gap,
        int(twice.sum()),
    )


@dataclass(frozen=True)
class Replaces:
    """Whether a judge may stand in for the next votes.

    Attributes
    ----------
    state : str
        "may", "may_not" or "not_enough".
    rule : str
        "beside_people": it agrees with people hardly less than people with each other;
        "threshold": it agrees with single votes often enough.
    matchups : int
        On which it was asked.
    needed : int or None
        About so many would decide it where there are too few; None where nobody can tell.
    """

    state: str
    rule: str
    matchups: int
    needed: int | None


LEAST = 30
MARGIN = 0.05
THRESHOLD = 0.8


def may_replace(
    compared: Compared,
    beside: Beside | None,
    *,
    margin: float = MARGIN,
    threshold: float = THRESHOLD,
) -> Replaces:
    """Decide by non-inferiority whether a judge may replace votes; few matchups never decide.

    With two people on enough matchups: judge minus people has its lower bound above minus the
    margin ("may"), or its upper bound below it ("may_not"). Otherwise the agreement with single
    votes is held against a threshold. The number needed follows from the half-width h that would
    decide: widths shrink with the square root of the number.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15 (one-sided bounds).
    """
    if beside is not None and beside.gap is not None and beside.matchups >= LEAST:
        gap = beside.gap
        apart = abs(gap.value + margin)
        state = _decided(gap, -margin)
        return Replaces(
            state, "beside_people", beside.matchups, _needed(gap, apart, beside.matchups, state)
        )
    seen = compared.observed
    state = _decided(seen, threshold) if compared.matchups >= LEAST else "not_enough"
    apart = abs(seen.value - threshold)
    needed = (
        max(LEAST, _needed(seen, apart, compared.matchups, state) or 0)
        if compared.matchups
        else LEAST
    )
    return Replaces(
        state, "threshold", compared.matchups, needed if state == "not_enough" else None
    )


def _decided(found: Estimate, bar: float) -> str:
    if found.lower > bar:
        return "may"
    return "may_not" if found.upper < bar else "not_enough"


# A difference this small is not told from none by any study that people would run.
_TOO_CLOSE = 0.02


def _needed(found: Estimate, apart: float, matchups: int, state: str) -> int | None:
    if state != "not_enough" or apart < _TOO_CLOSE:
        return None
    half = (found.upper - found.lower) / 2
    exact = matchups * (half / apart) ** 2
    return _rounded_up(max(exact, matchups + 1))


def _rounded_up(number: float) -> int:
    """Round up to one significant digit and a half: no forecast is more precise than that."""
    step = 10 ** max(int(np.floor(np.log10(max(number, 1.0)))), 0)
    return int(np.ceil(number / (step / 2)) * step / 2) if step > 1 else int(np.ceil(number))
