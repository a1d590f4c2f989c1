"""A configuration is called the same in every sentence, table and chart of its leaderboard."""

import re
from html import unescape

import pytest

from service.reporting.report.page import page
from service.reporting.words import ENGLISH
from tests import boards
from tests.reporting.report.test_page import report, tagged

PREFIX = "shop/answers-of-2026/"
NAMES = [PREFIX + name for name in boards.SHARES]


@pytest.fixture
def shown(studio):
    made = studio.study(configurations=NAMES)
    studio.rank(made, boards.prefixed(tagged(), PREFIX))
    return studio.page("support-replies/leaderboard")


def read(page: str) -> str:
    """Return what stands on a page to be read: no titles, no addresses, no labels for the ear."""
    return unescape(re.sub(r"<[^>]*>", " ", page))


class TestNames:
    def test_are_shortened_everywhere_and_explained_once(self, shown):
        assert read(shown).count(PREFIX) == 1
        assert f"In names, … stands for “{PREFIX}”." in read(shown)

    def test_stand_in_the_title_as_they_are(self, shown):
        for name in NAMES:
            label = name.replace(PREFIX, "…")
            # In the plot, the matrix from both sides, and the tables.
            assert shown.count(f'<abbr title="{name}">{label}</abbr>') >= 4

    def test_stay_whole_in_addresses(self, studio, shown):
        links = re.findall(r'href="([^"]*matchup[^"]*)"', shown)
        assert len(links) == 31
        assert all(
            "first=shop/" in link or "outcomes=" in link or "prompt=" in link
            for link in map(unescape, links)
        )
        assert studio.client.get(unescape(links[0])).status_code == 200

    def test_are_the_same_in_a_report(self):
        board = boards.prefixed(tagged(), PREFIX)
        made = report(board=board, competitors=(), decided=None)
        assert read(page(made, ENGLISH, "en")).count(PREFIX) == 1

    def test_stay_as_they_are_where_nothing_is_shared(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        assert "<abbr" not in studio.page("support-replies/leaderboard")
