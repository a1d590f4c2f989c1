from service.reporting.report import costs
from service.reporting.words import ENGLISH
from tests import boards
from tests.domain import test_ladder


class TestAgainst:
    def test_draws_both_charts_with_their_numbers(self):
        board = boards.board()
        text = "".join(costs.against(board, board.parts[0], ": these", 1, {}, ENGLISH))
        for name, title in (("cost", "cost"), ("latency", "latency")):
            assert f'<h2 id="quality-{name}-1">Quality against {title}: these</h2>' in text
        assert text.count('<svg class="field"') == 2
        assert "$2.60 [$2.34 to $2.86]" in text


class TestPriceOfQuality:
    def test_tells_the_ladder_and_the_break_even_in_requests(self):
        board = test_ladder.climbing(one_off={"fine-tune": 1000.0})
        text = "".join(costs.price_of_quality(board, ENGLISH))
        assert "retrieval buys a preference over plain-prompt, one rung down." in text
        assert "requests." in text
        assert 'aria-label="Table of the ladder"' in text

    def test_is_nothing_where_there_is_nothing_to_say(self):
        alike = dict.fromkeys(("retrieval", "fine-tune"), 1.0)
        board = boards.priced(boards.pair(), alike, alike)
        assert list(costs.price_of_quality(board, ENGLISH)) == []
