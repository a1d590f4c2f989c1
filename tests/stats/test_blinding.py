import json

import numpy as np
import pytest
from scipy import stats

from service.stats import blinding
from service.stats.findings import Code, StatsError


class TestBangIndex:
    def test_is_right_less_wrong_over_all_for_two_names(self):
        found = blinding.bang_index(41, 14, 26)
        assert found.index.value == pytest.approx((41 - 14) / 81)

    def test_is_zero_by_chance_whatever_the_number_of_names(self):
        assert blinding.bang_index(20, 80, 10, names=5).index.value == pytest.approx(0)
        assert blinding.bang_index(30, 30, 0).index.value == 0

    def test_reaches_its_ends(self):
        assert blinding.bang_index(9, 0, 0, names=4).index.value == 1
        assert blinding.bang_index(0, 9, 0, names=4).index.value == pytest.approx(-1 / 3)
        assert blinding.bang_index(0, 0, 9).index.value == 0

    @pytest.mark.parametrize("shares", [(0.3, 0.3, 0.4), (0.6, 0.2, 0.2), (0.9, 0.05, 0.05)])
    @pytest.mark.parametrize("number", [12, 60])
    @pytest.mark.parametrize("names", [2, 4])
    def test_interval_covers(self, shares, number, names):
        truth = shares[0] - shares[1] / (names - 1)
        rng = np.random.default_rng(1)
        draws = rng.multinomial(number, shares, size=1000)
        found = [blinding.bang_index(*map(int, draw), names=names).index for draw in draws]
        assert np.mean([one.lower <= truth <= one.upper for one in found]) >= 0.925

    @pytest.mark.parametrize("counts", [(5, 0, 0), (0, 5, 0), (0, 0, 5), (0, 0, 0), (1, 0, 0)])
    def test_always_has_a_width(self, counts):
        found = blinding.bang_index(*counts)
        assert found.index.lower <= found.index.value <= found.index.upper
        assert found.index.upper - found.index.lower > 0.2
        assert not found.is_blind

    def test_tells_the_blind_from_the_seeing(self):
        assert blinding.bang_index(30, 30, 400).is_blind
        assert blinding.bang_index(60, 10, 10).is_unblinded
        assert blinding.bang_index(60, 10, 10).p_value < 1e-6
        assert not blinding.bang_index(3, 2, 1).is_unblinded

    def test_says_that_nobody_was_asked(self):
        found = blinding.bang_index(0, 0, 0)
        assert found.findings[0].code is Code.NO_VOTES
        assert json.loads(json.dumps(found.to_dict()))["is_blind"] is False

    def test_refuses_a_guess_without_a_choice(self):
        with pytest.raises(StatsError):
            blinding.bang_index(1, 1, 1, names=1)


class TestBangIndices:
    def test_reads_the_rows_of_a_table(self):
        found = blinding.bang_indices([[6, 1, 1], [2, 2, 2], [0, 0, 9]], [2, 4, 1])
        assert [(one.correct, one.wrong, one.unsure) for one in found] == [
            (6, 2, 2),
            (2, 4, 4),
            (9, 0, 1),
        ]
        assert found[0].names == 3

    def test_refuses_a_table_that_is_not_square(self):
        with pytest.raises(StatsError):
            blinding.bang_indices([[1, 2]], [1])


class TestSameAuthor:
    def test_sees_a_style_and_not_a_habit(self):
        assert blinding.same_author((40, 10), (15, 35)).recognition.lower > 0.2
        habit = blinding.same_author((45, 5), (44, 6))
        assert habit.recognition.lower < 0 < habit.recognition.upper
        assert habit.sensitivity == pytest.approx(0, abs=0.2)

    def test_p_value_is_fishers(self):
        table = [[40, 10], [15, 35]]
        expected = stats.fisher_exact(table, alternative="greater").pvalue
        assert blinding.same_author((40, 10), (15, 35)).p_value == pytest.approx(expected)

    def test_claims_nothing_where_a_question_is_missing(self):
        found = blinding.same_author((5, 0), (0, 0))
        assert (found.recognition.lower, found.recognition.upper) == (-1, 1)
        assert found.findings[0].code is Code.NO_VOTES
        assert json.dumps(found.to_dict(), allow_nan=False)

    def test_refuses_negative_counts(self):
        with pytest.raises(StatsError):
            blinding.same_author((-1, 0), (0, 0))


class TestSameAuthorByItem:
    def test_finds_the_item_with_the_style(self):
        rng = np.random.default_rng(2)
        first, second = rng.integers(3, size=900), rng.integers(3, size=900)
        known = (first == 0) & (second == 0)
        said = rng.random(900) < np.where(known, 0.9, 0.4)
        found = blinding.same_author_by_item(said, first, second, 3)
        assert found[0].recognition.lower > 0.3
        assert found[1].recognition.lower < 0
        assert found[2].recognition.lower < 0
