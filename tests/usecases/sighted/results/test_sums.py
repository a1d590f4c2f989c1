import pytest

from service.store.completions import Measures
from service.store.tallies import ALL, Cell
from service.usecases.sighted.results import sums

NAMES = {1: "Plain", 2: "Retrieval", 3: "Agent"}


def cell(first, second, outcome):
    return Cell(ALL, 0, first, second, outcome, first_was_left=True)


CELLS = (
    (cell(1, 2, "first_much"), 3),
    (cell(1, 2, "second"), 2),
    (cell(1, 3, "both_good"), 4),
    (cell(1, 3, "both_bad"), 1),
    (cell(2, 3, "tie"), 2),
)


class TestByConfiguration:
    def test_sees_each_vote_from_both_sides(self):
        found = sums.by_configuration(CELLS)
        one, two, three = found[1], found[2], found[3]
        assert (one.wins, one.losses, one.ties, one.both_bad) == (3, 2, 4, 1)
        assert (two.wins, two.losses, two.ties) == (2, 3, 2)
        assert (three.votes, three.ties, three.both_bad) == (7, 6, 1)

    def test_counts_every_kind_of_tie_half(self):
        found = sums.by_configuration(CELLS)
        assert found[1].share == pytest.approx((3 + 5 / 2) / 10)
        assert sums.Sums().share is None


class TestMatrix:
    def test_has_a_cell_for_each_matchup_with_votes(self):
        one, two, three = sums.matrix(CELLS, NAMES)
        assert (one.first, one.second, one.first_wins, one.second_wins) == (
            "Plain", "Retrieval", 3, 2,
        )  # fmt: skip
        assert (two.ties, two.both_bad) == (4, 1)
        assert (three.first, three.second, three.ties) == ("Retrieval", "Agent", 2)


class TestMeasured:
    def answer(self, cost=1_000_000, latency=100, kind="complete", **fields):
        return Measures(1, "ready", kind, cost, latency, 1, **fields)

    def test_tells_cost_latency_and_rates_of_what_is_settled(self):
        rows = [
            *(self.answer(latency=latency) for latency in (100, 200, 300)),
            self.answer(kind="refused"),
            Measures(1, "failed", "empty", None, None, 5),
            Measures(1, "pending", None, None, None, 0),
        ]
        found = sums.measured(rows)[1]
        assert (found.completions, found.latency_p50_ms) == (5, 150)
        assert found.cost == pytest.approx(0.004)
        assert found.cost_per_1000 == pytest.approx(1.0)
        assert (found.rates.complete, found.rates.refused, found.rates.failed) == (0.6, 0.2, 0.2)

    def test_knows_no_cost_as_soon_as_one_is_unknown(self):
        found = sums.measured([self.answer(), self.answer(cost=None)])[1]
        assert (found.cost, found.cost_per_1000) == (None, None)

    def test_counts_a_stored_answer_with_what_it_would_have_cost_and_nothing_paid(self):
        stored = self.answer(reused_calls=1, saved_nanos=1_000_000)
        found = sums.measured([self.answer(), stored])[1]
        assert found.cost_per_1000 == pytest.approx(1.0)
        assert found.cost == pytest.approx(0.001)
        assert (found.saved, found.reused) == (0.001, 1)

    def test_says_nothing_of_what_is_not_settled(self):
        found = sums.measured([Measures(2, "pending", None, None, None, 0)])[2]
        assert (found.completions, found.latency_p50_ms, found.rates.complete) == (0, None, None)
