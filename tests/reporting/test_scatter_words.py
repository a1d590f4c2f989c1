from service.reporting import scatter, scatter_words
from service.reporting.words import ENGLISH
from tests import boards

COSTS = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}


def draw(board, measure="cost"):
    return scatter.draw(board, board.parts[0], measure, {})


class TestSays:
    def test_who_is_on_the_line_how_surely_and_who_is_missing(self):
        assert scatter_words.says(draw(boards.board()), ENGLISH) == (
            "The line joins those that nobody beats at their cost or below: fine-tune and "
            "retrieval. It is uncertain, as shares and means are: that retrieval belongs to it "
            "has a probability of 78\xa0%. Cost unknown, so not shown: small-model."
        )

    def test_who_is_both_best_and_least(self):
        on = {"retrieval": {"cost_frontier": scatter.Frontier(is_on=True, chance=0.99)}}
        board = boards.priced(boards.board(), dict.fromkeys(COSTS, 1.0), **on)
        said = scatter_words.says(draw(board), ENGLISH)
        assert said == "retrieval has the largest share, and nobody costs less."

    def test_who_is_drawn_open(self):
        board = boards.priced(boards.board(), {"retrieval": 2.0, "fine-tune": 1.0}, prompts=1)
        said = scatter_words.says(draw(board), ENGLISH)
        assert "Drawn open, as a single prompt was measured: retrieval and fine-tune." in said


class TestLegend:
    def test_says_what_the_size_means(self):
        board = boards.board()
        said = scatter_words.legend(draw(board), ENGLISH)
        assert said == "Size: time to answer, from 640\xa0ms to 1.9\xa0s."
        said = scatter_words.legend(draw(board, "latency"), ENGLISH)
        assert said == "Size: cost per 1,000, from $0.42 to $2.60."

    def test_is_nothing_where_nothing_was_recorded(self):
        board = boards.priced(boards.board(), COSTS)
        assert scatter_words.legend(draw(board), ENGLISH) == ""


class TestOfPart:
    def test_are_the_charts_that_have_something_to_show(self):
        board = boards.board()
        found = scatter_words.of_part(board, board.parts[0], {}, ENGLISH)
        assert [one.name for one in found] == ["quality-cost", "quality-latency"]
        assert found[0].table.rows[0] == (
            "retrieval",
            "$2.60 [$2.34 to $2.86]",
            "24",
            "61\xa0% [54–68]",
            "1.9\xa0s",
            "78\xa0%",
        )
        bare = boards.priced(board, dict.fromkeys(COSTS))
        assert scatter_words.of_part(bare, bare.parts[0], {}, ENGLISH) == []
