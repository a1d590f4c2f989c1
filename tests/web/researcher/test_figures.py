from datetime import UTC, datetime, timedelta

import pytest

from service.web.researcher import figures

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
        assert figures.money(dollars) == text


class TestRate:
    @pytest.mark.parametrize(
        ("value", "text"),
        [(None, "unknown"), (0, "0\xa0%"), (0.004, "0.4\xa0%"), (0.96, "96\xa0%"), (1, "100\xa0%")],
    )
    def test_rounds_no_rare_event_away(self, value, text):
        assert figures.rate(value) == text


class TestDuration:
    def test_changes_to_seconds(self):
        assert figures.duration(820) == "820\xa0ms"
        assert figures.duration(2300) == "2.3\xa0s"
        assert figures.duration(None) == "unknown"


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
        assert figures.age(NOW - timedelta(seconds=seconds), NOW) == text


class TestPlural:
    def test_agrees_with_its_number(self):
        assert figures.plural(1, "vote") == "1 vote"
        assert figures.plural(8931, "vote") == "8,931 votes"
        assert figures.plural(2, "person", "people") == "2 people"
