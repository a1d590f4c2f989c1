"""A map from five grades helps where a judge leans, and is refused where it would harm."""

import numpy as np
import pytest

from service.stats import calibration
from service.stats.findings import StatsError


def errors(shift, scale, noise, rounds=400):
    """Return mean errors on fresh grades: as they are, behind the gate, and always mapped."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(rounds):
        truth = rng.integers(1, 6, 205)
        judge = np.clip(3 + shift + scale * (truth - 3) + rng.normal(0, noise, 205), 1, 5)
        map_ = calibration.calibrate(truth[:5], judge[:5])
        always = calibration.Calibration(map_.offset, map_.slope, True, 0, 0, 5)  # noqa: FBT003
        found.append(
            [np.abs(each(judge[5:]) - truth[5:]).mean() for each in (lambda s: s, map_, always)]
        )
    return np.mean(found, axis=0)


class TestCalibrate:
    def test_helps_with_a_lenient_judge_from_five_grades(self):
        raw, gated, _ = errors(1.0, 1.0, 0.3)
        assert gated < 0.9 * raw

    def test_gate_keeps_a_good_judge_from_harm(self):
        raw, gated, always = errors(0.0, 1.0, 0.3)
        assert gated - raw < 0.6 * (always - raw)
        assert gated < 1.1 * raw

    def test_solves_the_posterior_of_its_priors(self):
        people, judge = np.array([1, 2, 4, 4, 5]), np.array([2, 3, 4, 5, 5.0])
        found = calibration.calibrate(people, judge)
        rows = np.stack([np.ones(5), judge - 3], 1)
        padded = np.vstack([rows, [1, 0], [0, 2]])  # priors as observations of precision 1 and 4
        expected = np.linalg.lstsq(padded, np.concatenate([people - 3, [0, 2]]), rcond=None)[0]
        assert (found.offset, found.slope) == pytest.approx(tuple(expected))

    def test_leaves_each_grade_out_of_its_own_map(self):
        people, judge = np.array([1, 2, 4, 4, 5]), np.array([2, 3, 4, 5, 5.0])
        apart = [
            abs(
                calibration.Calibration(
                    found.offset,
                    found.slope,
                    is_applied=True,
                    raw_error=0,
                    mapped_error=0,
                    grades=4,
                )([judge[at]])[0]
                - people[at]
            )
            for at in range(5)
            for found in [calibration.calibrate(np.delete(people, at), np.delete(judge, at))]
        ]
        assert calibration.calibrate(people, judge).mapped_error == pytest.approx(np.mean(apart))

    def test_refuses_its_map_below_five_grades(self):
        assert not calibration.calibrate([1, 1, 1, 1], [3, 3, 3, 3]).is_applied
        assert calibration.calibrate([1, 1, 1, 1, 1], [3, 3, 3, 3, 3]).is_applied

    def test_keeps_grades_within_the_scale(self):
        map_ = calibration.calibrate([5] * 6, [1, 2, 3, 1, 2, 3])
        assert map_([1, 5]).max() <= 5

    def test_refuses_nothing_at_all(self):
        with pytest.raises(StatsError):
            calibration.calibrate([], [])


class TestExact:
    def test_five_of_five_could_be_as_low_as_48_percent(self):
        found = calibration.exact(5, 5)
        assert (round(found.lower, 3), found.upper) == (0.478, 1)

    def test_is_clopper_and_pearsons(self):
        found = calibration.exact(9, 10)
        assert (found.lower, found.upper) == pytest.approx((0.5550, 0.9975), abs=1e-4)

    def test_of_nothing_is_anything(self):
        assert calibration.exact(0, 0).upper == 1
        assert calibration.exact(0, 4).lower == 0
