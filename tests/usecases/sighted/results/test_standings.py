import numpy as np
import pytest

from service import stats
from service.domain.leaderboard import Clustering
from service.usecases.sighted.results import standings
from tests.oracles import simulate

STRENGTHS = np.array([0.9, 0.0, -0.9])


def cast(votes=1500, raters=12, spread=0.6, seed=3):
    world = simulate.World(STRENGTHS, prompts=40, raters=raters, rater_spread=spread)
    rng = np.random.default_rng(seed)
    return world.populate(rng).vote(votes, rng)


@pytest.fixture(scope="module")
def clustered():
    votes = cast()
    fitted = stats.fit(votes.counts())
    found = stats.find_intervals(fitted, raters=votes.by_rater(), prompts=votes.by_prompt())
    return votes, found


class TestDifferences:
    def test_are_of_every_pair_in_the_order_asked_for(self, clustered):
        ranking = stats.rank_items(clustered[1])
        found = standings.differences(ranking, [0, 1, 2])
        assert [(one.first, one.second) for one in found] == [("0", "1"), ("0", "2"), ("1", "2")]
        assert all(0 < one.low < one.share < one.high < 1 for one in found)
        turned = standings.differences(ranking, [2, 1, 0])[-1]
        assert turned.share == pytest.approx(1 - found[0].share)

    def test_leave_out_who_was_never_linked_by_votes(self):
        counts = stats.from_counts(4, [0, 0, 2, 2], [1, 1, 3, 3], [1, 4, 1, 4], [5, 4, 5, 4])
        ranking = stats.rank_items(stats.find_intervals(stats.fit(counts)))
        found = standings.differences(ranking, range(4))
        assert [(one.first, one.second) for one in found] == [("0", "1"), ("2", "3")]


class TestPlain:
    def test_tells_each_finding_once_in_codes_and_figures(self):
        one = stats.Finding(stats.Code.DOMINANT_RATER, "Words.", figures={"share": np.float64(0.4)})
        other = stats.Finding(stats.Code.ONE_RATER, "Words.")
        first, second = standings.plain([one, other, one])
        assert (first.code, first.figures) == ("dominant_rater", {"share": 0.4})
        assert second.code == "one_rater"


class TestVerdict:
    def test_says_who_is_best_by_name(self, clustered):
        votes = cast(votes=4000, spread=0.0)
        fitted = stats.fit(votes.counts())
        raters, prompts = votes.by_rater(), votes.by_prompt()
        intervals = stats.find_intervals(fitted, raters=raters, prompts=prompts)
        found = standings.verdict(intervals, raters, prompts, 4000)
        assert (found.state, found.winner, found.margin) == ("decided", "0", 5)

    def test_says_that_there_are_no_votes(self, clustered):
        votes, intervals = clustered
        found = standings.verdict(intervals, votes.by_rater(), votes.by_prompt(), 0)
        assert (found.state, found.winner) == ("no_votes", None)


class TestWiden:
    def test_makes_intervals_from_counts_as_wide_as_clustering_did(self, clustered):
        votes, found = clustered
        remembered = standings.clustering(found, "2026-03-12")
        assert all(factor >= 1 for factor in remembered.factors.values())
        quick = stats.find_intervals(stats.fit(votes.counts()))
        widened = standings.widen(quick, remembered)
        assert widened.standard_errors == pytest.approx(found.standard_errors, rel=0.1)
        assert widened.degrees == pytest.approx(found.degrees)
        assert (widened.high - widened.low > quick.high - quick.low).all()

    def test_gives_a_newcomer_the_largest_factor(self, clustered):
        quick = stats.find_intervals(stats.fit(clustered[0].counts()))
        earlier = Clustering("2026-03-12", "by_rater", None, {"0": 1.5, "1": 2.0})
        widened = standings.widen(quick, earlier)
        assert widened.standard_errors / quick.standard_errors == pytest.approx([1.5, 2.0, 2.0])
