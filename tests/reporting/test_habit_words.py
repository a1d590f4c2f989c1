import pytest

from service.domain.habits import Habit, Sign
from service.reporting import habit_words
from service.reporting.words import ENGLISH


class TestSign:
    @pytest.mark.parametrize(
        ("sign", "told"),
        [
            (Sign(Habit.ONE_SIDE, 18, 19, "left"), "Nearly always A: 18 of 19 votes for a side"),
            (Sign(Habit.ONE_SIDE, 18, 19, "right"), "Nearly always B: 18 of 19 votes for a side"),
            (
                Sign(Habit.IN_TURN, 26, 28, "2"),
                "Answers in turn: 26 of 28 are what was said 2 votes before",
            ),
            (Sign(Habit.TOO_FAST, 5, 20), "Faster than anybody reads: 5 of 20 votes"),
        ],
    )
    def test_says_the_figure(self, sign, told):
        assert habit_words.sign(sign, ENGLISH) == told


class TestPart:
    def test_is_a_dash_of_nothing(self):
        assert habit_words.part(0, 0, ENGLISH) == "–"
        assert habit_words.part(9, 11, ENGLISH) == "9 of 11"


class TestSeconds:
    def test_tells_a_pace(self):
        assert habit_words.seconds(21.25, ENGLISH) == "21.2\N{NO-BREAK SPACE}s"
        assert habit_words.seconds(None, ENGLISH) == "–"
