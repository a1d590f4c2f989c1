import pytest

from service.store.tallies import Cell
from service.usecases.sighted.results import competing

A, B, C, D, NEW = 1, 2, 3, 4, 9


def cell(first, second, number, outcome="first"):
    return Cell("all", 0, first, second, outcome, first_was_left=True), number


DECIDED = (cell(A, B, 57), cell(A, B, 6, "second"))


class TestFind:
    def test_joins_whom_votes_join(self):
        found = competing.find((cell(A, B, 3), cell(B, C, 1, "both_bad")), frozenset())
        assert (found.parts, found.left_out) == ((frozenset({A, B, C}),), {})

    def test_parts_whom_no_votes_join_with_most_votes_first(self):
        found = competing.find((cell(A, B, 3), cell(C, D, 8)), frozenset())
        assert found.parts == (frozenset({C, D}), frozenset({A, B}))

    def test_leaves_the_retired_out_and_counts_their_votes(self):
        found = competing.find((*DECIDED, cell(B, C, 40)), frozenset({C}))
        assert (found.parts, found.left_out) == ((frozenset({A, B}),), {"retired": 40})

    def test_joins_nobody_through_the_retired(self):
        found = competing.find((cell(A, C, 40), cell(B, C, 40)), frozenset({C}))
        assert (found.parts, found.left_out) == ((), {"retired": 80})

    @pytest.mark.parametrize("votes", [1, 2, 10, 19])
    def test_lets_one_with_a_handful_wait(self, votes):
        found = competing.find((*DECIDED, cell(A, NEW, votes, "second")), frozenset())
        assert (found.parts, found.left_out) == ((frozenset({A, B}),), {"newcomer": votes})

    def test_lets_many_newcomers_wait_as_well(self):
        more = [cell(A, NEW + number, 10) for number in range(6)]
        found = competing.find((*DECIDED, *more), frozenset())
        assert found.parts == (frozenset({A, B}),)

    def test_lets_newcomers_in_who_have_enough(self):
        found = competing.find((*DECIDED, cell(A, NEW, 20)), frozenset())
        assert found.parts == (frozenset({A, B, NEW}),)

    @pytest.mark.parametrize("votes", [1, 4, 10])
    def test_lets_nobody_wait_where_all_have_few(self, votes):
        pairs = [(A, B), (A, C), (B, C)]
        found = competing.find([cell(*pair, votes) for pair in pairs], frozenset())
        assert found.parts == (frozenset({A, B, C}),)

    def test_lets_nobody_wait_around_one_that_meets_all(self):
        found = competing.find([cell(A, other, 10) for other in range(2, 12)], frozenset())
        assert found.parts == (frozenset(range(1, 12)),)

    def test_of_nothing_is_nobody(self):
        assert competing.find((cell(A, B, 0),), frozenset()).parts == ()


class TestField:
    def test_keeps_the_cells_of_a_part(self):
        cells = (*DECIDED, cell(C, D, 80))
        field = competing.find(cells, frozenset())
        assert field.cells_of(field.parts[1], cells) == DECIDED

    def test_keeps_all_where_all_compete(self):
        field = competing.find(DECIDED, frozenset())
        assert field.cells_of(field.parts[0], DECIDED) is DECIDED

    def test_names_its_parts(self):
        field = competing.find(DECIDED, frozenset())
        assert field.named({A: "a", B: "b", C: "c"}) == [frozenset({"a", "b"})]
