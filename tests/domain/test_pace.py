from hypothesis import given
from hypothesis import strategies as st

from service.domain import pace
from service.domain.pace import Pace


class TestPace:
    @given(st.integers(1, 5000), st.lists(st.floats(0, 60), max_size=30))
    def test_has_at_least_one_row_and_never_more_than_the_most(self, most, times):
        one = Pace(most)
        for seconds in times:
            assert 1 <= one.rows <= most
            one.took(one.rows, seconds)
        assert 1 <= one.rows <= most

    def test_grows_to_the_most_where_batches_are_quick(self):
        one = Pace(2000)
        for _ in range(20):
            one.took(one.rows, 0.001)
        assert one.rows == 2000

    @given(st.floats(1e-6, 1e-3))
    def test_finds_what_fits_into_the_time_that_others_may_wait(self, each):
        one = Pace(1_000_000, least=1)
        for _ in range(50):
            one.took(one.rows, one.rows * each)
        assert one.rows * each <= pace.HELD_SECONDS
        assert one.rows * each >= pace.HELD_SECONDS / 2

    def test_is_careful_at_once_after_one_that_took_long(self):
        one = Pace(2000)
        for _ in range(20):
            one.took(one.rows, 0.001)
        one.took(2000, 2.0)
        assert one.rows == 100
