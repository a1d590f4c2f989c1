"""Bradley–Terry strengths from people's votes, with a judge's verdicts to steady them.

Prediction-powered, pair by pair: each pair of items keeps the weight that people's votes give it,
and its share of points is what people gave, moved by how much the judge's verdicts on *all* units
of that pair differ from its verdicts on those that people judged. What the judge leans to on a pair
cancels; only how it moves from prompt to prompt is used.
"""

from dataclasses import dataclass

import numpy as np

from service.stats.connectivity import find_shape
from service.stats.counts import BoolArray, FloatArray, IntArray, sum_by
from service.stats.findings import StatsError
from service.stats.fitting import WEAK_PRIOR
from service.stats.proportions import critical_values

ROUNDS = 60
FEW = 5  # raters: fewer speak for themselves
_DONE = 1e-10
# Tables of clusters by parameters squared larger than this are not inverted one by one.
_LARGE = 4_000_000


@dataclass(frozen=True, eq=False)
class Judged:
    """Units (matchups) with people's votes and a judge's verdict, as arrays of one length.

    Attributes
    ----------
    first, second, prompt : (M,) integers
        Items from 0, and the cluster.
    votes : (M,) numbers
        How many people judged the unit; 0 where nobody did.
    points : (M,) numbers
        What they gave the first, summed: 1 a win, one half a tie.
    verdict : (M,) numbers
        The judge's points for the first; NaN where it is not heard or is not to be used.
    """

    first: IntArray
    second: IntArray
    prompt: IntArray
    votes: FloatArray
    points: FloatArray
    verdict: FloatArray


@dataclass(frozen=True, eq=False)
class Votes:
    """Single votes: positions of unit and rater, and points for the unit's first item."""

    unit: IntArray
    rater: IntArray
    points: FloatArray


@dataclass(frozen=True, eq=False)
class Strengths:
    """Strengths in natural-log units, centred, with standard errors clustered by prompt.

    Attributes
    ----------
    values, errors : (K,) arrays
        NaN for items that no votes join with the largest part.
    critical : (K,) array
        What an error is multiplied by for an interval.
    weight : float
        How far the votes lean on the judge; 0 is people only.
    is_bounded : bool
        False where an item won or lost everything: a weak prior holds it.
    clusters : (K,) array
        Prompts of equal weight that those which say something of an item are worth.
    """

    values: FloatArray
    errors: FloatArray
    critical: FloatArray
    weight: float
    is_bounded: bool
    clusters: FloatArray


def rate(
    items: int,
    judged: Judged,
    *,
    weight: float | None = None,
    votes: Votes | None = None,
    confidence: float = 0.95,
) -> Strengths:
    r"""Return strengths that solve the corrected score equations.

    With :math:`n_p` votes on pair p and :math:`\mu_p = 1 / (1 + e^{-(\theta_i - \theta_j)})`,

    .. math:: \sum_p n_p x_p (m_p - \mu_p) = 0, \quad
       m_p = \bar y_p + \lambda (\bar f_p - \bar f_p^{voted}),

    where :math:`\bar f_p` is the mean verdict on all units of the pair and
    :math:`\bar f_p^{voted}` that on people's votes. Without `weight`, :math:`\lambda` within 0
    to 1 makes the summed variance of the strengths smallest. The variance is the sandwich over
    prompts, each left out of the curvature (CR3), so units of one prompt may hang together; it is
    read by Student's t on the prompts that each item rests on, which few prompts with many of its
    votes make fewer. With `votes`, what votes of one rater share beyond single votes is added,
    from five raters on.

    Parameters
    ----------
    items : int
    judged : Judged
    weight : float, optional
        Fix how far to lean on the judge; 0 gives people alone.
    votes : Votes, optional
        The single votes, for what those of one rater share.
    confidence : float

    References
    ----------
    Angelopoulos, Duchi and Zrnic (2023), "PPI++"; Bell and McCaffrey (2002), "Bias reduction in
    standard errors for linear regression with multi-stage samples" (CR3); Carter, Schnepel and
    Steigerwald (2017), "Asymptotic behavior of a t-test robust to cluster heterogeneity" (how many
    clusters of equal weight unequal ones are worth). The pairwise form with clusters is ours.
    """
    data = _Pairs.of(items, judged)
    if data is None:
        nothing = np.full(items, np.nan)
        return Strengths(nothing, nothing, nothing, 0.0, is_bounded=False, clusters=nothing)
    start = data.solve(0.0, np.zeros(items))
    lean = data.best_weight(start) if weight is None else weight
    values = data.solve(lean, start) if lean else start
    variance = data.variance(values, lean)
    if votes is not None:
        variance = variance + data.of_raters(values, lean, votes)
    errors = np.sqrt(np.maximum(np.diag(variance), 0.0))
    if not data.is_bounded:
        errors = np.maximum(errors, np.sqrt(np.diag(data.bread(values))))
    part = data.part
    clusters = data.count_clusters(values)
    return Strengths(
        np.where(part, values - values[part].mean(), np.nan),
        np.where(part, errors, np.nan),
        critical_values(confidence, np.maximum(clusters - 1, 1.0)),
        lean,
        data.is_bounded,
        clusters,
    )


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The units of the largest part of joined items, and their sums by pair."""

    judged: Judged
    items: int
    part: BoolArray
    is_bounded: bool
    prompt: IntArray  # numbered without gaps
    pair: IntArray
    one: IntArray  # of each pair
    two: IntArray
    number: FloatArray  # people's votes by pair
    share: FloatArray
    all_said: FloatArray  # mean verdict by pair, on all units and, by vote, on those voted
    voted_said: FloatArray
    heard: FloatArray  # verdicts by pair
    place: IntArray  # of each given unit among those kept, -1 for none
    turned: BoolArray  # of those kept

    @classmethod
    def of(cls, items: int, judged: Judged) -> "_Pairs | None":
        if not all(
            len(each) == len(judged.first)
            for each in (judged.second, judged.prompt, judged.votes, judged.points, judged.verdict)
        ):
            raise StatsError("all arrays need one entry per unit")
        turned = judged.first > judged.second
        judged = _ordered(judged, turned)
        voted = judged.votes > 0
        if not voted.any():
            return None
        first, second = judged.first[voted], judged.second[voted]
        points, votes = judged.points[voted], judged.votes[voted]
        shape = find_shape(items, first, second, points, votes - points)
        sizes = np.bincount(shape.component[first], votes, minlength=items)
        part = shape.component == sizes.argmax()
        keep = part[judged.first] & part[judged.second]
        judged = Judged(*(getattr(judged, name)[keep] for name in Judged.__dataclass_fields__))
        bounded = not (shape.above | shape.below)[part].any()
        code, pair = np.unique(judged.first * items + judged.second, return_inverse=True)
        size = len(code)
        number = sum_by(pair, judged.votes, size)
        known = np.isfinite(judged.verdict)
        said = np.where(known, judged.verdict, 0.0)
        heard, heard_votes = known.astype(np.float64), judged.votes * known
        return cls(
            judged,
            items,
            part,
            bounded,
            np.unique(judged.prompt, return_inverse=True)[1],
            pair,
            code // items,
            code % items,
            number,
            _mean(pair, judged.points, judged.votes, size),
            _mean(pair, said * heard, heard, size),
            _mean(pair, said * heard_votes, heard_votes, size),
            sum_by(pair, heard, size) * (sum_by(pair, heard_votes, size) > 0),
            np.where(keep, np.cumsum(keep) - 1, -1),
            turned[keep],
        )

    def expected(self, at: FloatArray) -> FloatArray:
        return 1 / (1 + np.exp(-(at[self.one] - at[self.two])))

    def solve(self, weight: float, at: FloatArray) -> FloatArray:
        """Solve the score equations by Newton's method; a weak prior keeps all finite."""
        moved = np.where(self.heard > 0, weight * (self.all_said - self.voted_said), 0.0)
        # A moved share may leave 0 to 1: cut off it would be biased, and the prior holds it.
        wanted = self.number * (self.share + moved)
        for _ in range(ROUNDS):
            score = self._spread(wanted - self.number * self.expected(at)) - WEAK_PRIOR * at
            step = np.linalg.solve(self.curvature(at) + WEAK_PRIOR * np.eye(self.items), score)
            length = float(np.abs(step).max(initial=0.0))
            at = at + step * min(1.0, 2.0 / max(length, 1e-300))
            if length < _DONE:
                break
        centred: FloatArray = at - at[self.part].mean()
        return centred

    def _spread(self, values: FloatArray) -> FloatArray:
        summed: FloatArray = sum_by(self.one, values, self.items) - sum_by(
            self.two, values, self.items
        )
        return summed

    def curvature(self, at: FloatArray) -> FloatArray:
        """Return the information, with what votes say nothing of (the mean) held."""
        expected = self.expected(at)
        own = self.number * expected * (1 - expected)
        table = np.zeros((self.items, self.items))
        np.add.at(table, (self.one, self.one), own)
        np.add.at(table, (self.two, self.two), own)
        np.add.at(table, (self.one, self.two), -own)
        np.add.at(table, (self.two, self.one), -own)
        scale = max(float(np.trace(table)) / self.items, 1e-6) / self.items
        table += scale
        outside = ~self.part
        table[outside, outside] += 1.0
        return table

    def bread(self, at: FloatArray) -> FloatArray:
        """Return the inverse curvature with the mean of the strengths taken out."""
        inverse = np.linalg.inv(self.curvature(at) + WEAK_PRIOR * np.eye(self.items))
        centre = self._centre()
        both: FloatArray = centre @ inverse @ centre.T
        return both

    def _centre(self) -> FloatArray:
        inside = self.part.astype(np.float64)
        centre: FloatArray = np.eye(self.items) - np.outer(inside, inside) / inside.sum()
        return centre

    def residuals(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return each unit's residual (A, B): its score is A - weight × B, along its pair."""
        judged, pair = self.judged, self.pair
        people = judged.points - judged.votes * self.expected(at)[pair]
        used = np.isfinite(judged.verdict) & (self.heard > 0)[pair]
        apart = np.where(used, np.nan_to_num(judged.verdict) - self.all_said[pair], 0.0)
        # All verdicts count by what people's votes on the pair weigh, as they stand in m_p.
        voted = sum_by(pair, judged.votes * used, len(self.number))
        ratio = np.divide(self.number, voted, out=np.zeros(len(voted)), where=voted > 0)[pair]
        each = (self.number / np.maximum(self.heard, 1.0))[pair]
        return people, apart * (judged.votes * ratio - each)

    def by_prompt(self, values: FloatArray) -> FloatArray:
        """Return the (G, K) scores of prompts from the units' residuals."""
        groups = int(self.prompt.max(initial=-1)) + 1
        flat = sum_by(
            self.prompt * self.items + self.judged.first, values, groups * self.items
        ) - sum_by(self.prompt * self.items + self.judged.second, values, groups * self.items)
        return flat.reshape(groups, self.items)

    def best_weight(self, at: FloatArray) -> float:
        """Return how far to lean on the judge for the smallest summed variance, within 0 to 1."""
        people, moved = (self.by_prompt(each) for each in self.residuals(at))
        bread = self.bread(at)
        one, two = people @ bread, moved @ bread
        spread = float((two * two).sum())
        if spread <= 1e-12:  # noqa: PLR2004 - rounding: no verdict beyond those voted on
            return 0.0
        return min(max(float((one * two).sum()) / spread, 0.0), 1.0)

    def variance(self, at: FloatArray, weight: float) -> FloatArray:
        """Return the covariance of the strengths by prompts left out."""
        people, moved = self.residuals(at)
        scores = self.by_prompt(people - weight * moved)
        groups, size = scores.shape
        centre = self._centre()
        if groups * size * size > _LARGE or groups < 3:  # noqa: PLR2004 - too few to leave out
            steps = scores @ self.bread(at)
        else:
            steps = self._left_out(at, scores) @ centre.T
        factor = (groups - 1) / groups if groups > 1 else 1.0
        found: FloatArray = steps.T @ steps * factor
        return found

    def _left_out(self, at: FloatArray, scores: FloatArray) -> FloatArray:
        """Return by what leaving each prompt out moves the strengths (one Newton step)."""
        groups, size = scores.shape
        expected = self.expected(at)[self.pair]
        own = self.judged.votes * expected * (1 - expected)
        tables = np.zeros((groups, size, size))
        one, two = self.judged.first, self.judged.second
        for row, column, sign in ((one, one, 1), (two, two, 1), (one, two, -1), (two, one, -1)):
            np.add.at(tables, (self.prompt, row, column), sign * own)
        whole = self.curvature(at)
        # Without a prompt that alone joins two items the rest may say nothing: a little holds it.
        rest = whole - tables + np.eye(size) * max(WEAK_PRIOR, 1e-3 * np.trace(whole) / size)
        steps: FloatArray = np.linalg.solve(rest, scores[:, :, None])[:, :, 0]
        return steps

    def of_raters(self, at: FloatArray, weight: float, votes: Votes) -> FloatArray:
        """Return what is added because votes of one rater hang together; never below nothing.

        What raters' scores vary by, beyond single votes, with negative directions left out.
        """
        unit = self.place[votes.unit]
        inside = unit >= 0
        unit, rater = unit[inside], np.unique(votes.rater[inside], return_inverse=True)[1]
        points = np.where(self.turned[unit], 1 - votes.points[inside], votes.points[inside])
        rest = points - self.expected(at)[self.pair[unit]] - weight * self.voted_part(unit)
        one, two = self.judged.first[unit], self.judged.second[unit]
        raters = int(rater.max(initial=-1)) + 1
        if raters < FEW:
            return np.zeros((self.items, self.items))
        size = self.items
        flat = sum_by(rater * size + one, rest, raters * size) - sum_by(
            rater * size + two, rest, raters * size
        )
        scores = flat.reshape(raters, size)
        single = np.zeros((size, size))
        for row, column, sign in ((one, one, 1), (two, two, 1), (one, two, -1), (two, one, -1)):
            np.add.at(single, (row, column), sign * rest * rest)
        shared, directions = np.linalg.eigh(scores.T @ scores * raters / (raters - 1) - single)
        bread = self.bread(at) @ directions
        added: FloatArray = (bread * np.maximum(shared, 0.0)) @ bread.T
        return added

    def voted_part(self, unit: IntArray) -> FloatArray:
        """Return how far the verdict on a voted unit lies from the mean of all of its pair."""
        verdict, pair = self.judged.verdict[unit], self.pair[unit]
        used = np.isfinite(verdict) & (self.heard[pair] > 0)
        apart: FloatArray = np.where(used, np.nan_to_num(verdict) - self.all_said[pair], 0.0)
        return apart

    def count_clusters(self, at: FloatArray) -> FloatArray:
        """Return for each item how many prompts of equal weight its error comes from.

        A prompt weighs what its votes would add to the item's variance if votes did not hang
        together: (sum of weights)² / sum of their squares.
        """
        expected = self.expected(at)[self.pair]
        own = self.judged.votes * expected * (1 - expected)
        bread = self.bread(at)
        found = np.ones(self.items)
        for item in np.flatnonzero(self.part):
            pulled = bread[self.judged.first, item] - bread[self.judged.second, item]
            weights = np.bincount(self.prompt, own * pulled * pulled)
            found[item] = weights.sum() ** 2 / max(float(weights @ weights), 1e-300)
        return found


def _ordered(judged: Judged, turned: BoolArray) -> Judged:
    """Let the item with the lower number come first everywhere."""
    return Judged(
        np.where(turned, judged.second, judged.first),
        np.where(turned, judged.first, judged.second),
        judged.prompt,
        judged.votes,
        np.where(turned, judged.votes - judged.points, judged.points),
        np.where(turned, 1 - judged.verdict, judged.verdict),
    )


def _mean(pair: IntArray, values: FloatArray, weights: FloatArray, size: int) -> FloatArray:
    total = sum_by(pair, weights, size)
    found: FloatArray = np.divide(
        sum_by(pair, values, size), total, out=np.full(size, 0.5), where=total > 0
    )
    return found
