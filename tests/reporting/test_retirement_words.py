from datetime import date, timedelta

import pytest

from service.reporting import retirement_words
from service.reporting.words import ENGLISH
from service.web import languages

TODAY = date(2026, 11, 26)
UNITS = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}


class TestWhen:
    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (date(2027, 1, 14), "retires in 7 weeks, on 14 January 2027"),
            (date(2026, 11, 25), "is retired since 25 November 2026"),
            (date(2026, 11, 26), "retires today, on 26 November 2026"),
            (date(2026, 11, 27), "retires in 1 day, on 27 November 2026"),
            (date(2026, 12, 9), "retires in 13 days, on 9 December 2026"),
            (date(2026, 12, 10), "retires in 2 weeks, on 10 December 2026"),
            (date(2027, 3, 25), "retires in 17 weeks, on 25 March 2027"),
            (date(2027, 3, 26), "retires in 4 months, on 26 March 2027"),
            (date(2029, 2, 1), "retires in 2 years, on 1 February 2029"),
        ],
    )
    def test_says_how_soon_and_on_which_day(self, on, said):
        assert retirement_words.when(on, TODAY, ENGLISH) == said

    def test_is_true_of_every_day(self):
        for left in range(1, 1500, 7):
            said = retirement_words.when(TODAY + timedelta(left), TODAY, ENGLISH)
            number, unit = said.split()[2:4]
            days = UNITS[unit.strip(",").rstrip("s")]
            assert abs(int(number) * days - left) <= days / 2 + 1

    def test_speaks_german(self):
        words = languages.shipped()["de"].sighted
        said = retirement_words.when(date(2027, 1, 14), TODAY, words)
        assert said == "wird in 7 Wochen abgeschaltet, am 14. Januar 2027"


class TestTold:
    def test_names_the_next_one_first(self):
        days = {"b": date(2028, 1, 1), "a": date(2027, 1, 1), "c": date(2026, 12, 1)}
        assert list(retirement_words.told(days, TODAY, ENGLISH)) == ["c", "a", "b"]

    def test_as_sentences(self):
        days = {"live": date(2027, 1, 14)}
        assert retirement_words.sentences(days, TODAY, ENGLISH) == [
            "live retires in 7 weeks, on 14 January 2027."
        ]
