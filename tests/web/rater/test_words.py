import pytest

from service.domain.vote import FLAG_KINDS, OFFERED
from service.web.rater import words


class TestWords:
    def test_every_choice_and_kind_has_words(self):
        assert list(words.CHOICES) == list(OFFERED)
        assert list(words.FLAGS) == list(FLAG_KINDS)

    @pytest.mark.parametrize(
        ("done", "total", "pace", "minutes"),
        [(0, 24, None, None), (7, 24, 50.0, 15), (23, 24, 1.0, 1), (24, 24, 50.0, None)],
    )
    def test_minutes_left_follow_the_raters_own_pace(self, done, total, pace, minutes):
        assert words.minutes_left(done, total, pace) == minutes

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(0.2, "1 second"), (1.4, "1 second"), (40, "40 seconds"), (120, "2 minutes")],
    )
    def test_durations(self, seconds, text):
        assert words.duration(seconds) == text

    def test_counts(self):
        assert words.counted(1, "vote") == "1 vote"
        assert words.counted(2, "vote") == "2 votes"
