import json

import numpy as np
import pytest

from service.stats import fit, from_clusters, intervals, slices, tally
from service.stats.findings import StatsError

STRENGTHS = np.array([0.7, 0.3, 0.0, -0.4, -0.6])


def study(seed, spread, votes=(400, 300, 200, 100, 60, 40), prompt_spread=0.0, prompts=25):
    """Return the whole's intervals, the slices, and each slice's true strengths."""
    rng = np.random.default_rng(seed)
    parts, truth, tables = {}, {}, []
    for index, number in enumerate(votes):
        deviation = rng.normal(0, spread, 5)
        own = STRENGTHS + deviation - deviation.mean()
        first = rng.integers(5, size=number)
        second = (first + rng.integers(1, 5, size=number)) % 5
        prompt = rng.integers(prompts, size=number)
        effect = rng.normal(0, prompt_spread, (prompts, 5))[prompt]
        row = np.arange(number)
        gap = own[first] - own[second] + effect[row, first] - effect[row, second]
        outcome = np.where(rng.random(number) < 1 / (1 + np.exp(-gap)), 1, 4)
        cells = from_clusters(5, prompts, prompt, first, second, outcome)
        parts[f"tag {index}"], truth[f"tag {index}"] = cells, own
        tables.append((first, second, outcome, prompt + index * prompts))
    first, second, outcome, prompt = map(np.concatenate, zip(*tables, strict=True))
    cells = from_clusters(5, prompts * len(votes), prompt, first, second, outcome)
    whole = intervals.find_intervals(fit(tally.merge_clusters(cells)), prompts=cells)
    return whole, parts, truth


class TestRateSlices:
    def test_is_nearer_the_truth_than_either_extreme(self):
        errors = {"alone": [], "pooled": [], "whole": []}
        for seed in range(12):
            whole, parts, truth = study(seed, spread=0.3)
            for one in slices.rate_slices(whole, parts).slices:
                alone = fit(tally.merge_clusters(parts[one.tag])).strengths
                for name, guess in (
                    ("alone", alone),
                    ("pooled", one.strengths),
                    ("whole", whole.fit.strengths),
                ):
                    errors[name].append(np.mean((guess - truth[one.tag]) ** 2))
        mean = {name: np.mean(squares) for name, squares in errors.items()}
        assert mean["pooled"] < 0.8 * mean["alone"]
        assert mean["pooled"] < 0.8 * mean["whole"]

    @pytest.mark.parametrize("spread", [0.1, 0.3])
    def test_intervals_cover_the_strengths_of_the_slices(self, spread):
        covered = []
        for seed in range(24):
            whole, parts, truth = study(seed, spread)
            covered += [
                (one.low <= truth[one.tag]) & (truth[one.tag] <= one.high)
                for one in slices.rate_slices(whole, parts).slices
            ]
        assert 0.91 <= np.mean(covered) <= 0.985

    def test_finds_how_much_slices_differ(self):
        found = [
            [slices.rate_slices(*study(seed, spread)[:2]).spread for seed in range(8)]
            for spread in (0.05, 0.6)
        ]
        assert np.median(found[0]) < 0.2
        assert 0.4 < np.median(found[1]) < 0.8

    def test_prompts_that_differ_are_not_taken_for_slices(self):
        found = [
            slices.rate_slices(
                *study(seed, 0.0, votes=(600,) * 6, prompt_spread=1.0, prompts=12)[:2]
            )
            for seed in range(6)
        ]
        assert np.median([one.design_effect for one in found]) > 1.5
        naive = np.sqrt(2 / 12)  # what six hundred votes on twelve prompts look like
        assert np.median([one.spread for one in found]) < 0.8 * naive

    def test_says_where_there_is_not_enough(self):
        whole, parts, _ = study(3, 0.3, votes=(500, 12))
        first, second = slices.rate_slices(whole, parts).slices
        assert first.is_enough.all()
        assert not second.is_enough.any()
        assert (np.abs(second.deviation) < 0.3).all()

    def test_an_empty_slice_is_what_is_common_with_the_spread_of_slices(self):
        whole, parts, _ = study(4, 0.3)
        none = np.zeros(0, int)
        parts["empty"] = from_clusters(5, 3, none, none, none, none)
        found = slices.rate_slices(whole, parts)
        empty = found.slices[-1]
        assert empty.strengths == pytest.approx(found.common)
        assert empty.deviation_error == pytest.approx(found.spread * np.sqrt(0.8), rel=1e-6)
        assert not empty.is_enough.any()

    def test_stays_finite_where_an_item_won_everything(self):
        whole, parts, _ = study(5, 0.3)
        one, two = np.zeros(30, int), np.tile([1, 2, 3], 10)
        parts["all"] = from_clusters(5, 6, np.arange(30) % 6, one, two, np.ones(30, int))
        found = slices.rate_slices(whole, parts).slices[-1]
        assert np.isfinite(found.high).all()
        assert found.deviation[0] > 0

    def test_works_for_davidson_and_position(self):
        whole, parts, _ = study(6, 0.3)
        counts = whole.fit.counts
        other = intervals.find_intervals(fit(counts, model="davidson", position=True))
        assert np.isfinite(slices.rate_slices(other, parts).slices[0].strengths).all()

    def test_answers_without_slices_and_as_json(self):
        whole, parts, _ = study(7, 0.3)
        assert slices.rate_slices(whole, {}).slices == ()
        assert json.dumps(slices.rate_slices(whole, parts).to_dict(), allow_nan=False)

    def test_refuses_other_items(self):
        whole, _, _ = study(8, 0.3)
        none = np.zeros(0, int)
        with pytest.raises(StatsError):
            slices.rate_slices(whole, {"tag": from_clusters(3, 1, none, none, none, none)})

    def test_asks_of_a_difference_what_it_knows_of_both(self):
        covered = []
        for seed in range(16):
            whole, parts, truth = study(seed, 0.3)
            for one in slices.rate_slices(whole, parts).slices:
                for first, second in ((0, 1), (1, 3), (2, 4)):
                    weights = np.zeros(5)
                    weights[first], weights[second] = 1.0, -1.0
                    gap, error = one.contrast(weights)
                    assert gap == pytest.approx(one.strengths[first] - one.strengths[second])
                    true = truth[one.tag][first] - truth[one.tag][second]
                    covered.append(abs(gap - true) <= whole.quantile * error)
        assert 0.91 <= np.mean(covered) <= 0.985
