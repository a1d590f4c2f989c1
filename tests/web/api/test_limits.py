from service.web.api.limits import MOST_BUCKETS, Limiter


class TestLimiter:
    def test_refills_as_time_goes_by(self):
        clock = [0.0]
        limiter = Limiter(60, lambda: clock[0])
        assert [limiter.take("a").remaining for _ in range(60)] == list(range(59, -1, -1))
        assert not limiter.take("a").is_allowed
        assert limiter.take("b").is_allowed
        clock[0] = 1.5
        assert limiter.take("a").is_allowed
        assert not limiter.take("a").is_allowed
        assert limiter.take("a").seconds == 60
        clock[0] = 1000
        assert limiter.take("a").remaining == 59

    def test_keeps_a_bounded_number_of_buckets(self):
        limiter = Limiter(1, lambda: 0.0)
        limiter.take("first")
        for number in range(MOST_BUCKETS):
            limiter.take(str(number))
        assert limiter.take("first").is_allowed, "forgotten, so full again"
        assert not limiter.take(str(MOST_BUCKETS - 1)).is_allowed
