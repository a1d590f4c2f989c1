import re
from dataclasses import replace

import pytest

from tests import boards

MANY = [f"model-{number:02}" for number in range(25)]


@pytest.fixture
def many(studio):
    """A study of 25, of which a page shows ten at once."""
    board = boards.board()
    made = boards.with_rows(board, lambda _, row: row)
    rows = tuple(boards.row(name, 0.5, 0.4, 0.6, None) for name in MANY)
    cells = tuple(replace(board.matrix[0], first=MANY[0], second=name) for name in MANY[1:])
    studio.rank(
        studio.study(configurations=MANY),
        replace(
            made,
            ratings=rows,
            matrix=cells,
            parts=(
                boards.part(
                    MANY,
                    claims=boards.claims(*["open"] * 24, leader=MANY[0], rivals=MANY[1:]),
                    groups=(tuple(MANY),),
                    top=tuple(MANY),
                ),
            ),
            differences=tuple(
                boards.difference(MANY[0], name, 0.6, told_apart=False) for name in MANY[1:]
            ),
        ),
    )
    return studio


def heads(page: str) -> list[str]:
    table = page.partition('class="matrix')[2].partition("</table>")[0]
    return re.findall(r'<th scope="row">([^<]+)', table)


class TestPages:
    def test_are_one_where_configurations_are_few(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        page = studio.page("support-replies/leaderboard")
        assert heads(page) == list(boards.SHARES)
        assert "Rows of the table" not in page

    def test_show_ten_rows_at_a_time_and_reach_all(self, many):
        seen = []
        for start in (1, 11, 21):
            page = many.page(f"support-replies/leaderboard?rows={start}")
            assert f'aria-current="true">{start}–' in page
            seen += heads(page)
        assert [re.sub(r"\s", "", name) for name in seen] == MANY

    def test_stay_when_the_living_part_renews_itself(self, many):
        page = many.page("support-replies/leaderboard?rows=11")
        assert re.search(r"board\?seen=\w+&amp;rows=11", page)
        assert len(heads(many.page("support-replies/leaderboard/board?rows=21"))) == 5

    @pytest.mark.parametrize("typed", ["12", "0", "-1", "many", "9" * 30])
    def test_are_the_first_where_the_address_names_none(self, many, typed):
        assert heads(many.page(f"support-replies/leaderboard?rows={typed}"))[0] == MANY[0]


class TestLongLists:
    def test_stand_open_with_their_first_ten_alone(self, many):
        page = many.page("support-replies/leaderboard")
        assert page.count("<summary>The other 15</summary>") == 2
        table = page.partition('class="figures"')[2].partition("</table>")[0]
        assert table.count('<th scope="row">') == 10

    def test_every_place_that_the_page_lists_is_there(self, many):
        page = many.page("support-replies/leaderboard")
        listed = page.partition('class="on-this-page"')[2].partition("</nav>")[0]
        anchors = re.findall(r'href="#([^"]+)"', listed)
        assert len(anchors) >= 6
        assert [name for name in anchors if page.count(f'id="{name}"') != 1] == []
        places = [page.index(f'id="{name}"') for name in anchors]
        assert places == sorted(places)

    def test_say_why_the_standard_is_strict(self, many):
        page = many.page("support-replies/leaderboard")
        assert "Asked alone, and once, 24 of them would be told from model-00." in page.replace(
            "…", "model-"
        )
