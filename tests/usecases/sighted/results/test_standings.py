from dataclasses import replace

import numpy as np
import pytest

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

    def test_leave_out_who_was_never_linked_by_votes(self):
        counts = from_counts(4, [0, 0, 2, 2], [1, 1, 3, 3], [1, 4, 1, 4], [5, 4, 5, 4])
        found = standings.differences(rank_items(find_intervals(fit(counts))), range(4))
        assert [(one.first, one.second) for one in found] == [("0", "1"), ("2", "3")]


class TestPlain:
    def test_keeps_code_and_figures_without_the_sentence_each_once(self):
        finding = Finding(Code.DOMINANT_RATER, "A sentence.", figures={"share": 0.5})
        (found,) = standings.plain([finding, finding])
        assert (found.code, dict(found.figures)) == ("dominant_rater", {"share": 0.5})


class TestWiden:
    def test_gives_intervals_the_width_that_is_remembered(self, intervals):
        remembered = standings.clustering(intervals, "now")
        assert set(remembered.factors.values()) == {1.0}
        wider = standings.widen(intervals, replace(remembered, factors={"a": 2.0, "b": 1.0}))
        before, after = (each.high - each.low for each in (intervals, wider))
        # One that is new since then gets the largest factor.
        assert after / before == pytest.approx([2.0, 1.0, 2.0])
