"""The cards over the rating page name keys that act there, and no others."""

import re

import pytest

PLAIN = {"repeats": 0, "practice": []}
CHOICES = [*"123456"]
ALONE = ["1", "5", "Enter", "Z"]


def keys(page: str) -> list[str]:
    card = page.partition('<dl class="keys">')[2].partition("</dl>")[0]
    return re.findall(r"<kbd>(.+?)</kbd>", card)


class TestKeys:
    def test_are_those_of_the_page(self, sitting):
        assert keys(sitting.client.get(sitting.at).text) == [*CHOICES, *"SFRZD?"]

    @pytest.mark.parametrize(
        ("options", "named"),
        [({}, CHOICES), ({"grades": "only"}, ALONE), ({"grades": "with_votes"}, CHOICES + ALONE)],
    )
    def test_in_the_practice_are_those_that_try_something(
        self, seat, sqlite_database, options, named
    ):
        made = seat(sqlite_database, options={"practice": ["Which?", "This.", "That."], **options})
        page = made.client.get(made.at + "practice").text
        assert keys(page) == [*named, "S", "?"]
        assert "Skip the practice" in page

    def test_are_none_for_reasons_where_no_vote_is_cast(self, seat, sqlite_database):
        made = seat(sqlite_database, options={**PLAIN, "grades": "only"})
        assert keys(made.client.get(made.at).text) == [*ALONE, *"SFZD?"]
