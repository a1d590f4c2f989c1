import numpy as np
import pytest

from service.stats import scale


class TestScale:
    def test_there_and_back(self):
        assert scale.rating(0.0) == 1000
        assert scale.rating(np.log(10)) == pytest.approx(1400)
        assert scale.strength(scale.rating(np.array([-1.0, 2.0]))) == pytest.approx([-1, 2])


class TestWinShare:
    def test_is_the_logistic_curve_and_its_inverse(self):
        gaps = np.array([-2.0, 0.0, np.log(3)])
        assert scale.win_share(gaps)[1:] == pytest.approx([0.5, 0.75])
        assert scale.gap_of_share(scale.win_share(gaps)) == pytest.approx(gaps)

    def test_certainty_is_infinitely_far(self):
        assert scale.gap_of_share(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]
