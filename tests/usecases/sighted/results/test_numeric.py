from service.stats import Outcome
from service.store.tallies import Cell
from service.usecases.sighted.results import numeric

NAMES = {4: "a", 7: "b", 9: "c"}


def cell(scope_id, first, second, outcome, number):
    return Cell("rater", scope_id, first, second, outcome, first_was_left=False), number


class TestCountsOf:
    def test_takes_names_in_their_order_and_outcomes_by_code(self):
        found = numeric.counts_of(NAMES, (cell(0, 7, 9, "both_bad", 3), cell(0, 4, 7, "first", 2)))
        assert found.items == ("a", "b", "c")
        kept = {
            (int(one), int(two)): (Outcome(int(outcome)), float(votes))
            for one, two, outcome, votes in zip(
                found.first, found.second, found.outcome, found.votes, strict=True
            )
        }
        assert kept == {(1, 2): (Outcome.BOTH_BAD, 3.0), (0, 1): (Outcome.FIRST, 2.0)}


class TestClustersOf:
    def test_keeps_scopes_apart(self):
        found = numeric.clusters_of(NAMES, (cell(31, 4, 7, "first", 2), cell(12, 4, 7, "first", 5)))
        assert found.clusters == ("12", "31")
        assert sorted(zip(found.cluster.tolist(), found.votes.tolist(), strict=True)) == [
            (0, 5.0),
            (1, 2.0),
        ]
