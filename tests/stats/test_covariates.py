import numpy as np
import pytest

from service import stats
from service.stats import covariates, tally
from service.stats.covariates import Style
from tests.oracles import simulate

TEXT = """# A heading

Some **bold** words and __more__ here.

- one
* two
3. three

```python
# no heading
- no list **no bold**
```
"""


class TestMeasureStyle:
    def test_counts_markdown_outside_code(self):
        assert covariates.measure_style(TEXT) == Style(
            length=25, headings=1, list_items=3, bold=2, code=1
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Style(0, 0, 0, 0)),
            ("two words", Style(2, 0, 0, 0)),
            ("#hashtag", Style(1, 0, 0, 0)),
            ("2 ** 3 ** 4", Style(5, 0, 0, 0)),
            ("snake__case__name", Style(1, 0, 0, 0)),
            ("  + nested", Style(2, 0, 1, 0)),
        ],
    )
    def test_takes_nothing_else_for_style(self, text, expected):
        assert covariates.measure_style(text) == expected


class TestNormalisedDifference:
    def test_is_a_share_of_the_sum_and_changes_sign_with_the_sides(self):
        one, two = [[300, 0, 5, 1]], [[100, 0, 0, 1]]
        assert covariates.normalised_difference(one, two).tolist() == [[0.5, 0, 1, 0]]
        assert covariates.normalised_difference(two, one).tolist() == [[-0.5, 0, -1, 0]]


class TestControlledFit:
    def test_takes_out_what_length_wins(self):
        rng = np.random.default_rng(5)
        study = simulate.World(np.array([0.0, 0.0, 0.0])).populate(rng)
        votes = study.vote(20_000, rng)
        # Item 0 writes at length, and raters like it: outcomes follow length alone.
        words = np.array([400.0, 150.0, 150.0])
        noise = rng.lognormal(0, 0.5, (2, len(votes)))
        length = covariates.normalised_difference(
            words[votes.first] * noise[0], words[votes.second] * noise[1]
        )
        won = rng.random(len(votes)) < 1 / (1 + np.exp(-1.5 * length))
        arrays = (3, votes.first, votes.second, np.where(won, 1, 4))
        raw = stats.fit(stats.from_counts(*arrays))
        counts = stats.from_counts(*arrays, covariates=length[:, None], covariate_names=["length"])
        controlled = stats.fit(counts)
        assert raw.strengths[0] > 0.35
        assert np.abs(controlled.strengths).max() < 0.05
        assert controlled.coefficients["length"] == pytest.approx(1.5, abs=0.1)

    def test_swapped_sides_change_nothing(self):
        rng = np.random.default_rng(6)
        first, second = rng.integers(3, size=400), rng.integers(3, 5, size=400)
        outcome, extra = rng.choice([1, 4, 6], size=400), rng.normal(size=(400, 1))
        kinds = {"covariate_names": ["length"]}
        one = stats.from_counts(5, first, second, outcome, covariates=extra, **kinds)
        flipped = np.select([outcome == 1, outcome == 4], [4, 1], 6)
        two = stats.from_counts(5, second, first, flipped, covariates=-extra, **kinds)
        for model in ("bradley_terry", "davidson"):
            assert stats.fit(one, model=model).parameters == pytest.approx(
                stats.fit(two, model=model).parameters
            )

    def test_clusters_carry_covariates(self):
        rng = np.random.default_rng(7)
        first, second = rng.integers(3, size=600), rng.integers(3, 5, size=600)
        kinds = {"covariates": rng.normal(size=(600, 1)), "covariate_names": ["length"]}
        arrays = (first, second, rng.choice([1, 4], size=600))
        rater = rng.integers(30, size=600)
        cells = stats.from_clusters(5, 30, rater, *arrays, **kinds)
        fitted = stats.fit(tally.merge_clusters(cells))
        assert fitted.parameters == pytest.approx(
            stats.fit(stats.from_counts(5, *arrays, **kinds)).parameters
        )
        _, error, low, high = stats.find_intervals(fitted, raters=cells).coefficients["length"]
        assert 0.05 < error < 0.2
        assert low < 0 < high
