from dataclasses import replace

import pytest

from service.domain import break_even
from service.domain.break_even import Pays
from service.domain.priced import Gap
from tests import boards


def gap(low, high):
    """A difference per 1,000 requests: the new one minus the old one."""
    value = (low + high) / 2
    return Gap("cost", "new", "old", 24, 4 + value, 4.0, value, low, high, told_apart=True)


class TestOf:
    def test_can_be_checked_by_hand(self):
        """$1,200 once; 1,000 requests cost $2 to $3 less: paid after 400,000 to 600,000."""
        found = break_even.of("new", "old", 1200.0, gap(-3.0, -2.0))
        assert found.pays is Pays.SURELY
        assert (found.low, found.high) == pytest.approx((400_000, 600_000))
        assert found.months(50_000) == pytest.approx((8, 12))

    def test_of_what_is_dearer_is_never(self):
        found = break_even.of("new", "old", 1200.0, gap(0.5, 0.9))
        assert (found.pays, found.low, found.high) == (Pays.NEVER, None, None)
        assert found.months(1) == (None, None)

    def test_of_two_that_are_free_is_never(self):
        assert break_even.of("new", "old", 1.0, gap(0.0, 0.0)).pays is Pays.NEVER

    def test_of_a_saving_that_is_not_sure_has_an_earliest_day_alone(self):
        found = break_even.of("new", "old", 1200.0, gap(-3.0, 0.5))
        assert (found.pays, found.high) == (Pays.PERHAPS, None)
        assert found.low == pytest.approx(400_000)

    @pytest.mark.parametrize("known", [None, replace(gap(-3.0, -2.0), low=None, high=None)])
    def test_of_too_few_priced_prompts_is_unknown(self, known):
        assert break_even.of("new", "old", 1200.0, known).pays is Pays.UNKNOWN

    def test_more_requests_pay_sooner(self):
        found = break_even.of("new", "old", 1200.0, gap(-3.0, -2.0))
        assert found.months(100_000)[1] < found.months(10_000)[0]


def board(one_off, **changes):
    costs = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}
    return replace(boards.priced(boards.board(), costs, one_off=one_off), **changes)


class TestFind:
    def test_is_against_what_one_would_otherwise_ship(self):
        (found,) = break_even.find(board({"fine-tune": 100.0}))
        assert (found.configuration, found.against) == ("fine-tune", "retrieval")

    def test_of_the_leader_is_against_the_next(self):
        (found,) = break_even.find(board({"retrieval": 100.0}))
        assert found.against == "fine-tune"
        assert found.pays is Pays.NEVER

    def test_is_against_the_incumbent_whose_outlay_is_spent(self):
        found = break_even.find(
            board({"fine-tune": 100.0, "plain-prompt": 70.0}, incumbent="plain-prompt")
        )
        assert [(one.configuration, one.against, one.one_off_cost) for one in found] == [
            ("fine-tune", "plain-prompt", 100.0)
        ]

    def test_counts_only_what_is_paid_more_than_for_the_other(self):
        (found,) = break_even.find(board({"fine-tune": 100.0, "retrieval": 30.0}))
        assert found.one_off_cost == 70.0

    def test_is_none_where_nothing_is_paid_once_or_nobody_stands_beside(self):
        assert break_even.find(board({})) == ()
        alone = boards.with_part(boards.board(), configurations=())
        assert break_even.find(alone) == ()
