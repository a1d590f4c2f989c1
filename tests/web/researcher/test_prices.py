from dataclasses import replace

import pytest

from tests import boards

COSTS = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}
LADDER = {"plain-prompt": "prompt", "retrieval": "retrieval", "fine-tune": "fine-tune"}


def rank(studio, **more):
    """Keep a leaderboard of a ladder whose fine-tune saves $2.00 to $3.00 per 1,000 requests."""
    board = boards.with_rows(
        boards.board(),
        lambda _, row: replace(row, approach=LADDER.get(row.configuration, "other")),
    )
    board = boards.priced(board, COSTS, boards.LATENCIES, one_off={"fine-tune": 1200.0})
    gap = board.prices.gap("cost", "fine-tune", "retrieval")
    others = [
        one for one in board.prices.gaps if {one.first, one.second} != {gap.first, gap.second}
    ]
    known = replace(gap, value=-2.5, low=-3.0, high=-2.0)
    board = replace(board, prices=replace(board.prices, gaps=(known, *others)), **more)
    studio.rank(studio.study(configurations=list(boards.SHARES)), board)


class TestPricePanel:
    def test_shows_the_ladder_and_what_each_rung_buys(self, studio):
        rank(studio)
        page = studio.page("support-replies/leaderboard")
        assert "What quality costs" in page
        assert "retrieval buys a preference over plain-prompt, one rung down." in page
        assert "plain-prompt against retrieval is a genuine trade-off." in page
        assert 'aria-label="Table of the ladder"' in page
        assert "fine-tune has paid for itself after 400,000 to 600,000 requests." in page

    @pytest.mark.parametrize("typed", ["50000", "50,000", "50 000", "50.000"])
    def test_works_out_months_by_what_the_address_says(self, studio, typed):
        rank(studio)
        page = studio.page(f"support-replies/leaderboard?requests_per_month={typed}")
        assert "fine-tune has paid for itself after 8.0 to 12.0 months." in page
        assert "50,000 requests a month" in page
        assert f'value="{typed}"' in page

    def test_the_address_of_the_live_fragment_holds_it(self, studio):
        rank(studio)
        page = studio.page("support-replies/leaderboard?requests_per_month=50000")
        assert "&amp;requests_per_month=50000" in page
        fragment = studio.page("support-replies/leaderboard/board?requests_per_month=50000")
        assert "after 8.0 to 12.0 months" in fragment

    @pytest.mark.parametrize("typed", ["many", "0", "-5", "9" * 30, "<script>"])
    def test_says_what_to_type_instead(self, studio, typed):
        rank(studio)
        page = studio.page(f"support-replies/leaderboard?requests_per_month={typed}")
        assert "Type a whole number from 1 on, such as 50,000." in page
        assert "400,000 to 600,000 requests" in page
        assert "<script>" not in page

    def test_is_not_there_where_it_has_nothing_to_say(self, studio):
        alike = dict.fromkeys(("retrieval", "fine-tune"), 1.0)
        board = boards.priced(boards.pair(), alike, alike)
        studio.rank(studio.study(), board)
        page = studio.page("support-replies/leaderboard")
        assert 'id="price"' not in page

    def test_data_hold_the_same(self, studio):
        rank(studio)
        found = studio.get("support-replies/leaderboard.json").get_json()
        (one,) = found["break_even"]
        assert (one["configuration"], one["against"], one["pays"]) == (
            "fine-tune",
            "retrieval",
            "surely",
        )
        assert [round(end) for end in (one["low"], one["high"])] == [400_000, 600_000]
        assert one["months"] is None
        asked = studio.get("support-replies/leaderboard.json?requests_per_month=50000").get_json()
        assert [round(end) for end in asked["break_even"][0]["months"]] == [8, 12]

    def test_the_report_tells_it_as_well(self, studio):
        rank(studio)
        report = studio.get("support-replies/report").text
        assert "fine-tune has paid for itself after 400,000 to 600,000 requests." in report
        assert "Quality against latency" in report
