from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import rate_limit
from service.domain.rate_limit import Limit, RateLimitInvalid, Room

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class TestRead:
    def test_takes_requests_tokens_or_both(self):
        assert rate_limit.read("openai=500/200000, anthropic=50,mistral=/900") == {
            "openai": Limit(500, 200000),
            "anthropic": Limit(50, None),
            "mistral": Limit(None, 900),
        }
        assert rate_limit.read("") == {}

    @pytest.mark.parametrize("text", ["openai", "openai=", "openai=many", "openai=0", "=5"])
    def test_refuses_what_would_be_no_limit(self, text):
        with pytest.raises(RateLimitInvalid):
            rate_limit.read(text)


class TestWaitSeconds:
    def test_is_nothing_while_there_is_room(self):
        limit = Limit(60, 6000)
        assert rate_limit.wait_seconds(limit, rate_limit.full(limit, NOW), 1, 500) == 0

    def test_tells_when_there_will_be_room(self):
        limit = Limit(60, None)
        empty = Room(0.0, 0.0, NOW)
        wait = rate_limit.wait_seconds(limit, empty, 1, 10**6)
        then = rate_limit.refilled(limit, empty, NOW + timedelta(seconds=wait + 0.001))
        assert rate_limit.wait_seconds(limit, then, 1, 10**6) == 0

    def test_lets_a_call_larger_than_the_room_through_when_it_is_full(self):
        limit = Limit(None, 1000)
        full = rate_limit.full(limit, NOW)
        assert rate_limit.wait_seconds(limit, full, 1, 5000) == 0
        owing = rate_limit.less(full, 1, 5000)
        assert rate_limit.wait_seconds(limit, owing, 1, 10) > 60


class TestPace:
    @settings(deadline=None, max_examples=40)
    @given(
        per_minute=st.integers(1, 300),
        pauses=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=60),
    )
    def test_never_lets_more_through_in_any_minute(self, per_minute, pauses):
        limit = Limit(per_minute, None)
        room, moment, made = rate_limit.full(limit, NOW), NOW, []
        for pause in pauses:
            moment += timedelta(seconds=pause)
            room = rate_limit.refilled(limit, room, moment)
            while rate_limit.wait_seconds(limit, room, 1, 0) == 0:
                room = rate_limit.less(room, 1, 0)
                made.append(moment)
        for start in made:
            window = [one for one in made if start <= one < start + timedelta(seconds=60)]
            assert len(window) <= per_minute + 1e-6
