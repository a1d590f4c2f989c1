from datetime import UTC, datetime, timedelta

import pytest

from service.reporting.words import ENGLISH, Words

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


class TestMoney:
    @pytest.mark.parametrize(
        ("dollars", "text"),
        [
            (None, "unknown"),
            (0, "$0"),
            (0.00001, "under $0.0001"),
            (0.0042, "$0.0042"),
            (0.42, "$0.42"),
            (2.6, "$2.60"),
            (1234.5, "$1,234.50"),
        ],
    )
    def test_is_as_exact_as_it_deserves_and_unknown_is_no_number(self, dollars, text):
        assert ENGLISH.money(dollars) == text


class TestRate:
    @pytest.mark.parametrize(
        ("value", "text"),
        [(None, "unknown"), (0, "0\xa0%"), (0.004, "0.4\xa0%"), (0.96, "96\xa0%"), (1, "100\xa0%")],
    )
    def test_rounds_no_rare_event_away(self, value, text):
        assert ENGLISH.rate(value) == text


class TestDuration:
    def test_changes_to_seconds(self):
        assert ENGLISH.duration(820) == "820\xa0ms"
        assert ENGLISH.duration(2300) == "2.3\xa0s"
        assert ENGLISH.duration(None) == "unknown"


class TestAge:
    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (-3, "less than a minute ago"),
            (59, "less than a minute ago"),
            (90, "1 min ago"),
            (7200, "2 h ago"),
            (200_000, "2 days ago"),
        ],
    )
    def test_is_told_in_the_largest_unit_that_fits(self, seconds, text):
        assert ENGLISH.age(NOW - timedelta(seconds=seconds), NOW) == text


class TestListed:
    @pytest.mark.parametrize(
        ("names", "text"),
        [
            ([], ""),
            (["a"], "a"),
            (["a", "b"], "a and b"),
            (["a", "b", "c"], "a, b and c"),
            (list("abcdefg"), "a, b, c, d and 3 others"),
        ],
    )
    def test_reads_as_one_says_it(self, names, text):
        assert ENGLISH.listed(names) == text


class TestPoints:
    def test_are_whole_and_have_a_real_minus(self):
        assert [ENGLISH.points(value) for value in (0.124, -0.25, -0.001, None)] == [
            "12",
            "\N{MINUS SIGN}25",
            "0",
            "–",
        ]
        assert ENGLISH.points_between(-0.25, 0.34) == "\N{MINUS SIGN}25 to 34"
        assert ENGLISH.points_between(None, None) == "–"


class TestCount:
    def test_tells_a_minus_from_the_dash_of_an_interval(self):
        assert ENGLISH.count_between(931, 1204) == "931–1,204"
        german = Words(thousands=".", decimal=",")
        assert german.count_between(-1136, 2793) == "\N{MINUS SIGN}1.136 to 2.793"

    def test_has_the_signs_of_its_language(self):
        assert ENGLISH.count(8931) == "8,931"
        assert Words(thousands=".", decimal=",").tally(8931.5) == "8.931,5"
        said = ENGLISH.ngettext("%(number)s vote", "%(number)s votes", 8931)
        assert said == "8,931 votes"
