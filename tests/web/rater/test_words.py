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


class TestConsistency:
    @pytest.mark.parametrize(
        ("repeated", "agreed", "says"),
        [
            (
                1,
                1,
                "One comparison came twice, with A and B exchanged. You chose the same both times.",
            ),
            (1, 0, "You chose differently, which is quite usual where two texts are close."),
            (
                3,
                3,
                "3 comparisons came twice, with A and B exchanged. You chose the same each time.",
            ),
            (3, 2, "You chose the same for 2 of them, which is quite usual"),
        ],
    )
    def test_is_said_kindly(self, repeated, agreed, says):
        assert says in words.consistency(repeated, agreed)
