import json
from itertools import combinations

import numpy as np
import pytest

from service.stats import fit, from_clusters, from_counts, robustness
from tests.oracles.simulate import World


def small_study(seed, votes=24):
    rng = np.random.default_rng(seed)
    first = rng.integers(3, size=votes)
    second = (first + rng.integers(1, 3, size=votes)) % 3
    gap = np.array([0.4, 0.1, -0.5])[first] - np.array([0.4, 0.1, -0.5])[second]
    outcome = np.where(rng.random(votes) < 1 / (1 + np.exp(-gap)), 1, 4)
    return first, second, outcome


def fewest_by_force(first, second, outcome, top):
    for number in range(1, 5):
        for gone in combinations(range(len(first)), number):
            kept = np.delete(np.arange(len(first)), gone)
            left = fit(from_counts(3, first[kept], second[kept], outcome[kept]))
            if left.strengths.argmax() != top:
                return number
    return None


class TestSmallestFlip:
    @pytest.mark.parametrize("seed", [2, 5, 6])
    def test_is_the_fewest_that_any_removal_needs(self, seed):
        votes = small_study(seed)
        whole = fit(from_counts(3, *votes))
        flip = robustness.smallest_flip(whole)
        assert flip.votes == fewest_by_force(*votes, whole.strengths.argmax())

    @pytest.mark.parametrize("model", ["bradley_terry", "davidson"])
    def test_removing_its_votes_puts_the_rival_on_top(self, model):
        world = World(np.array([0.3, 0.2, 0.0, -0.4]), tie_strength=0.6, position=0.3)
        votes = world.populate(np.random.default_rng(1)).vote(3000, np.random.default_rng(2))
        whole = fit(votes.counts(), model=model, position=True)
        flip = robustness.smallest_flip(whole)
        assert flip.is_found
        gone = flip.removed
        counts = votes.counts()
        cells = (gone.first, gone.second, gone.outcome, gone.left)
        less = dict(zip(zip(*cells, strict=True), gone.votes, strict=True))
        cells = (counts.first, counts.second, counts.outcome, counts.left)
        kept = counts.votes - [less.get(cell, 0.0) for cell in zip(*cells, strict=True)]
        without = from_counts(4, *cells[:3], kept, left=counts.left)
        again = fit(without, model=model, position=True)
        assert again.items[again.strengths.argmax()] == flip.rival
        assert flip.votes == pytest.approx(gone.votes.sum())
        assert flip.share == pytest.approx(flip.votes / 3000)

    def test_a_wide_lead_takes_a_large_share(self):
        near = from_counts(2, [0, 0], [1, 1], [1, 4], [51, 49])
        far = from_counts(2, [0, 0], [1, 1], [1, 4], [90, 10])
        assert robustness.smallest_flip(fit(near, prior=0)).votes == 3
        assert robustness.smallest_flip(fit(far, prior=0)).votes == 81

    @pytest.mark.parametrize("items", [0, 1, 2])
    def test_claims_nothing_without_votes(self, items):
        none = np.zeros(0, int)
        flip = robustness.smallest_flip(fit(from_counts(items, none, none, none)))
        assert not flip.is_found
        assert json.dumps(flip.to_dict())

    def test_claims_nothing_where_no_removal_does_it(self):
        flip = robustness.smallest_flip(fit(from_counts(2, [0], [1], [1], [5])))
        assert (flip.is_found, flip.votes) == (False, 0)


class TestLeaveOneRaterOut:
    def study(self):
        rng = np.random.default_rng(5)
        first, second = np.zeros(300, int), np.ones(300, int)
        rater = np.repeat(np.arange(6), 50)
        wins = np.where(rater == 2, rng.random(300) < 0.95, rng.random(300) < 0.45)
        outcome = np.where(wins, 1, 4)
        names = ("a", "b", "fan", "c", "d", "e")
        cells = from_clusters(2, names, rater, first, second, outcome)
        return fit(from_counts(2, first, second, outcome)), cells

    def test_names_the_rater_on_whom_the_top_hangs(self):
        whole, cells = self.study()
        found = robustness.leave_one_rater_out(whole, cells)
        assert [one.rater for one in found if one.top_changes] == ["fan"]
        assert found[0].rank_change.tolist() == [1, -1]
        assert found[0].lead_change < 0
        assert [one.votes for one in found] == [50] * 6

    def test_equals_a_fit_of_the_others(self):
        whole, cells = self.study()
        kept = cells.only(cells.cluster != 3)
        alone = fit(from_counts(2, kept.first, kept.second, kept.outcome))
        found = {one.rater: one for one in robustness.leave_one_rater_out(whole, cells)}
        assert found["c"].strengths == pytest.approx(alone.strengths, abs=1e-9)

    def test_can_be_written_as_json(self):
        assert json.dumps([one.to_dict() for one in robustness.leave_one_rater_out(*self.study())])
