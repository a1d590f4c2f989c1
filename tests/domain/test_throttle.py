from datetime import timedelta

import pytest

from service.domain import throttle
from service.domain.throttle import Throttle
from tests.factories import MOMENT, later


def seconds(number: float):
    return MOMENT + timedelta(seconds=number)


def refused(before=Throttle(), at_once=16, asked=None, now=MOMENT, draw=1.0):  # noqa: B008 - frozen
    return throttle.refused(before, at_once, asked, now, draw)


class TestRoom:
    def test_nothing_binds_without_a_refusal(self):
        assert throttle.room(Throttle(), 1000, MOMENT) is None

    def test_none_while_closed_then_one_call_tries(self):
        closed = refused()
        assert throttle.room(closed, 0, MOMENT) == 0
        assert throttle.room(closed, 0, later(1)) == 1
        assert throttle.room(closed, 1, later(1)) == 0

    def test_half_as_many_after_an_answer(self):
        reopened = throttle.answered(refused(at_once=16), 1, later(1))
        assert throttle.room(reopened, 3, later(1)) == 5


class TestRefused:
    def test_closes_longer_each_time_up_to_a_minute(self):
        learnt, waits, now = Throttle(), [], MOMENT
        for _ in range(9):
            learnt = refused(learnt, now=now)
            waits.append((learnt.closed_until - now).total_seconds())
            now = learnt.closed_until
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        assert learnt.at_once == 1

    def test_half_of_the_wait_is_drawn(self):
        assert refused(draw=0.0).closed_until == seconds(0.5)

    @pytest.mark.parametrize(
        ("asked", "waits"), [(17.0, 17), (0.1, 1), (-5.0, 1), (float("inf"), 86_400)]
    )
    def test_what_the_provider_asks_is_the_floor(self, asked, waits):
        assert refused(asked=asked).closed_until == seconds(waits)

    def test_a_burst_halves_once_and_may_lengthen_the_wait(self):
        first = refused(at_once=16)
        second = refused(first, at_once=9, asked=30.0, now=seconds(0.2))
        assert (second.at_once, second.refusals) == (8, 1)
        assert second.closed_until == seconds(30.2)


class TestAnswered:
    def test_grows_by_one_for_as_many_answers_as_run_at_once(self):
        learnt = throttle.answered(Throttle(4.0, 1, seconds(1)), 4, seconds(2))
        assert 4.8 < learnt.at_once <= 5.0
        assert not learnt.is_waiting

    def test_answers_to_calls_before_the_closing_teach_nothing(self):
        closed = refused()
        assert throttle.answered(closed, 5, seconds(0.5)) == closed

    def test_is_free_again_in_the_end(self):
        learnt = Throttle(8.0)
        for _ in range(200):
            learnt = throttle.answered(learnt, 200, MOMENT)
        assert learnt == Throttle()
