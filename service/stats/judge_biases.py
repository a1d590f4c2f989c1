"""What a judge leans to and people do not: position, length, leniency, its own family.

Each is a difference between the judge and people on the same matchups or texts, so that what is
true of the texts cancels; position needs no people, since both orders hold the same texts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from service.stats import clustered
from service.stats.counts import FloatArray
from service.stats.proportions import Estimate, holm, wilson

LEAST = 20
LEVEL = 0.05


@dataclass(frozen=True)
class Lean:
    """A bias with its interval; None where nothing was measured.

    Attributes
    ----------
    bias : Estimate or None
    units : int
        Matchups or texts that it rests on.
    """

    bias: Estimate | None
    units: int

    @property
    def is_found(self) -> bool:
        """Whether the interval leaves out none at all."""
        return self.bias is not None and not self.bias.lower <= 0 <= self.bias.upper


def position(forward: npt.ArrayLike, backward: npt.ArrayLike, prompt: npt.ArrayLike) -> Lean:
    """Return how much more of the points the text shown first gets than an even half.

    Parameters
    ----------
    forward, backward : (M,) numbers
        What the first text got (1, ½, 0) when it was shown first, and when second.
    prompt : (M,) integers
    """
    shown, hidden = (np.asarray(said, dtype=np.float64) for said in (forward, backward))
    return _mean((shown - hidden) / 2, prompt, 0.5)


def length(
    people: npt.ArrayLike,
    judge: npt.ArrayLike,
    first_length: npt.ArrayLike,
    second_length: npt.ArrayLike,
    prompt: npt.ArrayLike,
) -> Lean:
    """Return how much more of the points the longer text gets from the judge than from people.

    Parameters
    ----------
    people, judge : (M,) numbers
        The first text's points, 0 to 1.
    first_length, second_length : (M,) numbers
        Texts of one length are left out.
    prompt : (M,) integers
    """
    side = np.sign(np.asarray(first_length, np.float64) - np.asarray(second_length, np.float64))
    return _toward(people, judge, side, prompt)


def own_family(
    people: npt.ArrayLike, judge: npt.ArrayLike, own: npt.ArrayLike, prompt: npt.ArrayLike
) -> Lean:
    """Return how much more of the points the judge's own family gets from it than from people.

    `own` is 1 where the first text alone is of its family, -1 where the second alone, else 0.
    """
    return _toward(people, judge, np.asarray(own, dtype=np.float64), prompt)


def leniency(people: npt.ArrayLike, judge: npt.ArrayLike, prompt: npt.ArrayLike) -> Lean:
    """Return how much higher the judge grades the same texts, in grades."""
    apart = np.asarray(judge, np.float64) - np.asarray(people, np.float64)
    return _mean(apart, prompt, 4.0)


def _toward(
    people: npt.ArrayLike, judge: npt.ArrayLike, side: FloatArray, prompt: npt.ArrayLike
) -> Lean:
    apart = np.asarray(judge, np.float64) - np.asarray(people, np.float64)
    used = side != 0
    return _mean((apart * side)[used], np.asarray(prompt)[used])


def _mean(values: FloatArray, prompt: npt.ArrayLike, reach: float = 1.0) -> Lean:
    """Return a mean; where all values are alike, Wilson's interval over the possible range."""
    if not len(values):
        return Lean(None, 0)
    sums = clustered.sum_columns(prompt, np.ones(len(values)), values)
    found = clustered.estimate(sums, lambda at: at[..., 1] / at[..., 0], bounds=(-reach, reach))
    if found is None:
        worth = clustered.count_worth(sums)
        part = wilson(worth * (float(values.mean()) / reach + 1) / 2, worth)
        ends = (reach * (2 * end - 1) for end in (part.value, part.lower, part.upper))
        found = Estimate(*ends)
    return Lean(found, len(values))


@dataclass(frozen=True)
class Transport:
    """Whether a judge is as right about one configuration as about the others.

    Attributes
    ----------
    state : str
        "borrowed": fewer than 20 audit matchups of its own; "failed": the judge gives it more or
        less than people do, all configurations looked at together; "passed": its residual lies
        within the margin; "unclear": neither is shown.
    residual : Estimate or None
        Points per matchup that the judge gives it beyond people.
    matchups : int
        Audit matchups of its own.
    """

    state: str
    residual: Estimate | None
    matchups: int


def transport(
    configurations: int,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    people: npt.ArrayLike,
    judge: npt.ArrayLike,
    prompt: npt.ArrayLike,
    *,
    margin: float = 0.1,
) -> list[Transport]:
    """Return the residual test of each configuration, on audit matchups alone.

    The residual is the mean over its matchups of what the judge gives it less what people give
    it, with the jackknife over prompts; tests are adjusted for their number (Holm), at 5 %.

    References
    ----------
    The idea of an audit per configuration is CJE's (arXiv 2512.11150); Holm (1979).
    """
    one, two = np.asarray(first), np.asarray(second)
    apart = np.asarray(judge, np.float64) - np.asarray(people, np.float64)
    where, found = np.asarray(prompt), []
    for item in range(configurations):
        side = (one == item).astype(np.float64) - (two == item)
        used = side != 0
        found.append(_mean((apart * side)[used], where[used]))
    tested = [lean.bias is not None and lean.units >= LEAST for lean in found]
    p_values = [
        _p_value(lean.bias) if lean.bias is not None and is_tested else 1.0
        for lean, is_tested in zip(found, tested, strict=True)
    ]
    adjusted = holm([p for p, is_tested in zip(p_values, tested, strict=True) if is_tested])
    after = iter(adjusted)
    return [
        _judged(lean, float(next(after)) if is_tested else None, margin)
        for lean, is_tested in zip(found, tested, strict=True)
    ]


def _judged(lean: Lean, p_value: float | None, margin: float) -> Transport:
    if p_value is None:
        state = "borrowed"
    elif p_value < LEVEL:
        state = "failed"
    else:
        bias = lean.bias
        inside = bias is not None and bias.lower > -margin and bias.upper < margin
        state = "passed" if inside else "unclear"
    return Transport(state, lean.bias, lean.units)


def _p_value(bias: Estimate) -> float:
    """Return about the two-sided p-value of none at all, from an interval at 95 %."""
    half = max(bias.upper - bias.value, bias.value - bias.lower, 1e-300)
    return float(2 * ndtr(-1.96 * abs(bias.value) / half))
