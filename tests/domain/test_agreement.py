import random

import numpy as np
import pytest
from scipy.stats import t

from service.domain import agreement
from service.stats.agreement import Scale, krippendorff_alpha


def of(rows):
    return krippendorff_alpha([*rows, *(row[::-1] for row in rows)] or [(0, 0, 0)], Scale.INTERVAL)


class TestAlpha:
    @pytest.mark.parametrize("seed", range(40))
    def test_is_what_the_library_says_of_the_same_table(self, seed):
        rng = random.Random(seed)
        lean = [rng.random() + 0.05 for _ in range(3)]
        rows = []
        for _ in range(rng.randrange(2, 11)):
            said = rng.choices(range(3), weights=lean, k=rng.randrange(0, 9))
            rows.append(tuple(said.count(value) for value in range(3)))
        ours = agreement.alpha(rows)
        theirs, without = of(rows), [of(rows[:at] + rows[at + 1 :]) for at in range(len(rows))]
        assert 2 * ours.units == theirs.units
        assert (ours.value is not None) == theirs.is_defined
        if ours.value is None:
            return
        assert ours.value == pytest.approx(theirs.coefficient.value)
        parts = [
            one.coefficient.value
            for one, row in zip(without, rows, strict=True)
            if sum(row) > 1 and one.is_defined
        ]
        half = 0
        if len(parts) > 1:
            spread = np.sqrt((len(parts) - 1) ** 2 / len(parts) * np.var(parts, ddof=1))
            half = t.ppf(0.975, len(parts) - 1) * spread
        if half > 1e-6:
            low, high = max(-1, ours.value - half), min(1, ours.value + half)
            assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-4)
        assert ours.low < ours.high

    def test_does_not_depend_on_which_text_is_called_the_first(self):
        rows = [(5, 1, 2), (0, 1, 7), (4, 0, 4), (3, 3, 1), (6, 0, 0)]
        turned = [row[::-1] if at % 2 else row for at, row in enumerate(rows)]
        assert agreement.alpha(rows) == agreement.alpha(turned)

    def test_has_intervals_that_hold_what_many_raters_say(self):
        """In a world with a known agreement: nearly nine in ten, for eight matchups are few."""
        rng, held = random.Random(7), 0
        for _ in range(300):
            leans = [rng.choice((0.15, 0.5, 0.85)) for _ in range(8)]
            # Of endless raters and matchups like these: 1 - 2pq over what chance gives, a half.
            truth = 1 - (0.5 + 4 * 0.15 * 0.85) / 3 / 0.5
            rows = []
            for lean in leans:
                ahead = sum(rng.random() < lean for _ in range(6))
                rows.append((ahead, 0, 6 - ahead))
            found = agreement.alpha(rows)
            held += found.low <= truth <= found.high
        assert held / 300 > 0.85

    def test_keeps_a_width_where_all_agree(self):
        found = agreement.alpha([(4, 0, 0), (0, 0, 4), (4, 0, 0), (0, 0, 4), (4, 0, 0)])
        assert found.value == 1
        assert found.low < 0.5
        assert found.high == 1

    @pytest.mark.parametrize("rows", [[], [(1, 0, 0)], [(0, 5, 0), (0, 4, 0)]])
    def test_is_undefined_where_nothing_varies(self, rows):
        assert agreement.alpha(rows).value is None
