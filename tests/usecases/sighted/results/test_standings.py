from dataclasses import replace

import numpy as np
import pytest

from service.domain.finding import Finding as Told
from service.stats import fit, from_counts
from service.stats.findings import Code, Finding
from service.stats.intervals import find_intervals
from service.stats.ranks import rank_items
from service.usecases.sighted.results import standings


@pytest.fixture(scope="module")
def intervals():
    """Of three that met: the first is ahead, twenty votes a matchup."""
    wins = [(0, 1, 14), (1, 0, 6), (0, 2, 16), (2, 0, 4), (1, 2, 12), (2, 1, 8)]
    first, second, votes = (np.array(column) for column in zip(*wins, strict=True))
    counts = from_counts(
        ["a", "b", "c"],
        first=first,
        second=second,
        outcome=np.zeros(len(votes), dtype=np.int64) + 1,
        votes=votes.astype(np.float64),
        left=np.ones(len(votes), dtype=np.int64),
    )
    return find_intervals(fit(counts))


class TestDifferences:
    def test_follow_the_order_and_hold_their_share(self, intervals):
        found = standings.differences(rank_items(intervals, seed=1), [0, 1, 2])
        assert [(row.first, row.second) for row in found] == [("a", "b"), ("a", "c"), ("b", "c")]
        assert all(row.low < row.share < row.high for row in found)


class TestGroups:
    def ranking(self, *apart, size=4):
        """Return a ranking of a to d in which these pairs are told apart."""
        pairs = [(one, two, 10) for one in range(size) for two in range(one + 1, size)]
        ranking = TestTop().cells(*pairs)
        table = np.zeros((size, size), dtype=bool)
        for one, two in apart:
            table[one, two] = table[two, one] = True
        ranking.__dict__["told_apart"] = table
        return standings.groups(ranking, range(size))

    def test_overlap_where_the_ends_alone_are_told_apart(self):
        assert self.ranking((0, 2), (0, 3), (1, 3)) == (("a", "b"), ("b", "c"), ("c", "d"))

    def test_join_two_who_stand_around_another_that_one_is_told_from(self):
        # Tiers would leave c alone, as if it could be told from a.
        assert self.ranking((1, 2), (0, 3), (1, 3), (2, 3)) == (("a", "b"), ("a", "c"), ("d",))

    def test_share_exactly_where_nothing_is_told(self):
        rng = np.random.default_rng(2)
        every = [(one, two) for one in range(4) for two in range(one + 1, 4)]
        for _ in range(30):
            apart = [pair for pair in every if rng.random() < 0.5]
            groups = self.ranking(*apart)
            for one, two in every:
                together = any({"abcd"[one], "abcd"[two]} <= set(group) for group in groups)
                assert together == ((one, two) not in apart)
            assert {name for group in groups for name in group} == set("abcd")


class TestTop:
    def cells(self, *wins):
        """Of four in the order of their names; each entry is one against another of twenty."""
        first, second, votes = (np.array(column) for column in zip(*wins, strict=True))
        both = np.concatenate([votes, 20 - votes]).astype(np.float64)
        counts = from_counts(
            ["a", "b", "c", "d"],
            first=np.concatenate([first, second]),
            second=np.concatenate([second, first]),
            outcome=np.ones(len(both), dtype=np.int64),
            votes=both,
        )
        return rank_items(find_intervals(fit(counts)), seed=1)

    def test_holds_nobody_who_was_told_apart_from_another_there(self):
        pairs = [(0, 1, 11), (0, 2, 13), (0, 3, 19), (1, 2, 12), (1, 3, 18), (2, 3, 17)]
        ranking = self.cells(*pairs)
        top = standings.top(ranking, [0, 1, 2, 3])
        assert top == ("a", "b", "c")
        # As soon as the second is told from the third, the third is not at the top any more,
        # although it cannot be told from the first.
        apart = ranking.told_apart.copy()
        apart[1, 2] = apart[2, 1] = True
        ranking.__dict__["told_apart"] = apart
        assert standings.top(ranking, [0, 1, 2, 3]) == ("a", "b")

    def test_begins_with_whom_it_is_given_first(self, intervals):
        assert standings.top(rank_items(intervals, seed=1), [2, 0, 1])[0] == "c"


class TestExpectedShare:
    def test_is_the_mean_over_the_others_in_turn(self, intervals):
        share, low, high = standings.expected_share(intervals, 0)
        gaps = intervals.fit.strengths[0] - intervals.fit.strengths[1:]
        assert share == pytest.approx(np.mean(1 / (1 + np.exp(-gaps))))
        assert low < share < high


class TestDesignEffect:
    def test_is_one_for_independent_votes_and_what_clusters_add(self, intervals):
        assert standings.design_effect(intervals, rank_items(intervals, seed=1)) == pytest.approx(1)
        wider = replace(intervals, covariance=4 * intervals.covariance)
        found = standings.design_effect(wider, rank_items(wider, seed=1))
        assert found == pytest.approx(4.0)


class TestOfParts:
    def test_says_that_there_are_no_votes(self):
        assert standings.of_parts([]) == (Told("no_votes"),)

    def test_of_one_part_are_as_they_are(self):
        told = (Told("one_rater"),)
        assert standings.of_parts([(("a", "b"), told)]) == told

    def test_of_several_say_whom_they_concern_and_that_they_never_met(self):
        told = (Told("one_rater"), Told("unbounded_above", ("a",)))
        assert standings.of_parts([(("a", "b"), told), (("c", "d"), ())]) == (
            Told("disconnected", groups=(("a", "b"), ("c", "d"))),
            Told("one_rater", ("a", "b")),
            Told("unbounded_above", ("a",)),
        )


class TestPlain:
    def test_keeps_code_and_figures_without_the_sentence_each_once(self):
        finding = Finding(Code.DOMINANT_RATER, "A sentence.", figures={"share": 0.5})
        (found,) = standings.plain([finding, finding])
        assert (found.code, dict(found.figures)) == ("dominant_rater", {"share": 0.5})


class TestWiden:
    def test_gives_intervals_the_width_that_is_remembered(self, intervals):
        remembered = standings.clustering(intervals, intervals.fit)
        assert set(remembered.factors.values()) == {1.0}
        wider = standings.widen(intervals, replace(remembered, factors={"a": 2.0, "b": 1.0}))
        before, after = (each.high - each.low for each in (intervals, wider))
        # One that is new since then gets the largest factor.
        assert after / before == pytest.approx([2.0, 1.0, 2.0])


class TestShift:
    def test_moves_strengths_as_weights_did_when_last_looked_at(self, intervals):
        moves = np.array([0.3, -0.1, -0.2])
        weighed = replace(
            intervals, fit=replace(intervals.fit, strengths=intervals.fit.strengths + moves)
        )
        remembered = standings.clustering(weighed, intervals.fit)
        found = standings.shift(intervals.fit, remembered)
        assert found.strengths == pytest.approx(weighed.fit.strengths)

    def test_leaves_a_fit_alone_where_nobody_was_bounded(self, intervals):
        remembered = standings.clustering(intervals, intervals.fit)
        assert standings.shift(intervals.fit, remembered) is intervals.fit
