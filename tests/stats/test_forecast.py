import numpy as np
import pytest

from service.stats import ahead
from service.stats.ahead import Scores
from service.stats.forecast import Short, find_shortage, rounded
from tests.oracles import looks
from tests.oracles.looks import Pair, Sums


def scores(mean, votes, *, raters=None, prompts=None):
    one = np.ones(1)
    parts = [
        None if part is None else tuple(value * one for value in part) for part in (raters, prompts)
    ]
    return Scores.of(mean * one, votes * one, votes * one, (1 - mean**2) / votes * one, *parts)


class TestFindShortage:
    def test_foresees_a_range_of_votes(self):
        found = find_shortage(scores(0.4, 40.0), 0, 40.0, 0.05)
        assert found.kind is Short.VOTES
        enough = scores(0.4, 40.0 + found.high)
        assert float(ahead.reach(enough, 0.05)[0]) < 0.4
        assert found.low < found.high

    def test_says_no_number_where_the_difference_may_be_nothing(self):
        found = find_shortage(scores(0.05, 40.0), 0, 40.0, 0.05)
        assert (found.kind, found.low, found.high) == (Short.VOTES, None, None)

    @pytest.mark.parametrize("scarce", ["raters", "prompts"])
    def test_names_the_clusters_that_more_votes_would_not_overcome(self, scarce):
        parts = {"raters": (0.0, 9.0), "prompts": (0.0, 9.0)} | {scarce: (0.04, 9.0)}
        found = find_shortage(scores(0.2, 900.0, **parts), 0, 900.0, 0.05)
        assert (found.kind, found.high) == (Short(scarce), None)

    def test_what_it_foresees_comes_in_most_studies(self):
        pair, number = Pair(10, 20, 0.3, 0.5, 0.75), 40
        cast = pair.cast(200, 700, np.random.default_rng(1))
        first, sums = looks.look(cast).first, Sums.none(200, pair)
        for at in range(number):
            sums.add(cast, at)
        seen = looks.score(sums)
        kept = []
        for study in np.flatnonzero(first > number):
            high = find_shortage(seen, int(study), number, 0.05).high
            if high is not None:
                kept.append(first[study] <= number + high)
        assert len(kept) > 10
        assert np.mean(kept) >= 0.75


class TestRounded:
    def test_keeps_one_digit(self):
        assert [rounded(value, np.ceil) for value in (0.2, 7.2, 41, 612)] == [1, 8, 50, 700]
        assert [rounded(value, np.floor) for value in (0.2, 7.2, 41, 689)] == [1, 7, 40, 600]
