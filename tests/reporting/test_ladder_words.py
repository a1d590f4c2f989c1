from dataclasses import replace

import pytest

from service.domain.priced import Prices
from service.reporting import ladder_words
from service.reporting.words import ENGLISH
from tests import boards
from tests.domain import test_ladder

COSTS = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}


def lines(found):
    return [f"{line.text} | {line.figure}" for line in found]


class TestSteps:
    def test_tell_what_a_rung_buys_for_its_price(self):
        board = test_ladder.climbing(one_off={"fine-tune": 2180.0})
        first, second, _ = lines(ladder_words.steps(board, ENGLISH))
        assert first == (
            "retrieval buys a preference over plain-prompt, one rung down. | expected: 63\xa0% of "
            "votes [55–71] · $1.65 more per 1,000 requests [$1.52 to $1.78], 174\xa0% more, on 24 "
            "prompts"
        )
        assert second == (
            "fine-tune cannot be told from retrieval, one rung down. | expected: 49\xa0% of votes "
            "[41–57] · $2.18 less per 1,000 requests [$2.05 to $2.31], 84\xa0% less, on 24 "
            "prompts · $2,180.00 once"
        )

    def test_tell_of_a_worse_rung_that_it_is_worse(self):
        told = lines(ladder_words.steps(test_ladder.climbing(), ENGLISH))
        assert told[2].startswith("small-model is worse than fine-tune, one rung down.")
        assert told[2].endswith("cost per request unknown")

    def test_tell_of_too_few_votes_and_of_rungs_that_never_met(self):
        few = test_ladder.climbing(test_ladder.without("retrieval", rating=None, votes=2))
        assert ladder_words.steps(few, ENGLISH)[0].text == (
            "retrieval has too few votes to say what its rung buys."
        )

        def apart(row):
            is_it = row.configuration == "fine-tune"
            return replace(row, rating=replace(row.rating, part=1)) if is_it else row

        unmet = ladder_words.steps(test_ladder.climbing(apart), ENGLISH)
        assert unmet[1].text == (
            "No votes join fine-tune and retrieval: what its rung buys is unknown."
        )

    def test_tell_of_prices_that_are_the_same_or_hardly_known(self):
        board = test_ladder.climbing()
        free = boards.priced(board, dict.fromkeys(COSTS, 0.0))
        assert "the same cost per request" in lines(ladder_words.steps(free, ENGLISH))[0]
        few = boards.priced(board, COSTS, prompts=4)
        assert "too few prompts have costs of both" in lines(ladder_words.steps(few, ENGLISH))[0]
        unpriced = replace(board, prices=Prices())
        assert "cost per request unknown" in lines(ladder_words.steps(unpriced, ENGLISH))[0]


class TestTable:
    def test_has_a_row_for_each_rung(self):
        board = test_ladder.climbing(one_off={"fine-tune": 2180.0})
        assert ladder_words.table(board, ENGLISH).rows == (
            ("prompt", "plain-prompt", "–", "$0.95 [$0.85 to $1.04]", "–", "–"),
            (
                "retrieval",
                "retrieval",
                "63\xa0% [55–71]",
                "$2.60 [$2.34 to $2.86]",
                "+$1.65 [$1.52 – $1.78]",
                "–",
            ),
            (
                "fine-tune",
                "fine-tune",
                "49\xa0% [41–57]",
                "$0.42 [$0.38 to $0.46]",
                "−$2.18 [−$2.31 – −$2.05]",
                "$2,180.00",
            ),
            ("pre-train", "small-model", "23\xa0% [15–31]", "unknown", "–", "–"),
        )

    def test_is_none_of_one_rung(self):
        assert ladder_words.table(boards.board(), ENGLISH) is None


def pays(low, high, per_month=None, once=1200.0):
    """Tell of a fine-tune whose 1,000 requests cost so much more than those of retrieval."""
    board = boards.priced(boards.board(), COSTS, one_off={"fine-tune": once})
    gap = board.prices.gap("cost", "fine-tune", "retrieval")
    gap = replace(gap, low=low, high=high, value=((low or 0) + (high or 0)) / 2)
    board = replace(board, prices=replace(board.prices, gaps=(gap,)))
    (line,) = ladder_words.pays(board, per_month, ENGLISH)
    return line


class TestMonths:
    def table(self, low, high):
        board = boards.priced(boards.board(), COSTS, one_off={"fine-tune": 1200.0})
        gap = board.prices.gap("cost", "fine-tune", "retrieval")
        gap = replace(gap, low=low, high=high, value=(low + high) / 2)
        board = replace(board, prices=replace(board.prices, gaps=(gap,)))
        return ladder_words.months(board, ENGLISH)

    def test_can_be_checked_by_hand_at_usual_numbers_of_requests(self):
        """1,200 USD at 2 to 3 USD less per 1,000 requests: 400,000 to 600,000 requests."""
        found = self.table(-3.0, -2.0)
        assert found.columns == ("Requests a month", "fine-tune against retrieval")
        assert found.rows == (
            ("1,000", "400–600"),
            ("10,000", "40.0–60.0"),
            ("100,000", "4.0–6.0"),
            ("1,000,000", "0.4–0.6"),
        )

    def test_says_where_it_may_never_come(self):
        assert self.table(-3.0, 1.0).rows[1][1] == "40.0 or more, or never"

    def test_is_none_where_nothing_comes_back(self):
        assert self.table(1.0, 2.0) is None


class TestPays:
    @pytest.mark.parametrize(
        ("low", "high", "per_month", "said"),
        [
            (-3.0, -2.0, None, "after 400,000 to 600,000 requests."),
            (-3.0, -2.0, 50_000, "after 8.0 to 12.0 months."),
            (-3.0, -2.0, 1_000, "after 400 to 600 months."),
            (-3.0, -2.0, 10_000_000, "after 0.04 to 0.06 months."),
            (-3.0, -2.0, 10, "after over 1,200 months."),
            (-3.0, -3.0, None, "after 400,000 requests."),
            (-3.0, -3.0, 50_000, "after 8.0 months."),
        ],
    )
    def test_can_be_checked_by_hand(self, low, high, per_month, said):
        assert pays(low, high, per_month).text == f"fine-tune has paid for itself {said}"

    def test_says_what_it_rests_on(self):
        assert pays(-3.0, -2.0, 50_000).figure == (
            "50,000 requests a month; $1,200.00 once; against retrieval $2.50 less per 1,000 "
            "requests [$2.00 to $3.00], 96\xa0% less, on 24 prompts"
        )

    def test_says_so_where_the_other_is_preferred(self):
        board = boards.priced(boards.board(), COSTS, one_off={"plain-prompt": 100.0})
        (line,) = ladder_words.pays(board, None, ENGLISH)
        assert line.figure.endswith("on 24 prompts; but retrieval is preferred")
        assert "preferred" not in pays(-3.0, -2.0).figure

    def test_says_never_perhaps_and_unknown(self):
        assert pays(1.0, 2.0, 50_000).text == (
            "fine-tune never pays for itself by its cost: a request costs no less than with "
            "retrieval."
        )
        assert pays(-3.0, 1.0, 50_000).text == (
            "fine-tune has paid for itself after 8.0 months at the earliest, or never: whether a "
            "request costs less than with retrieval is not sure."
        )
        assert pays(-3.0, 1.0).text.startswith(
            "fine-tune has paid for itself after 400,000 requests at the earliest, or never"
        )
        assert pays(None, None).text == (
            "When fine-tune has paid for itself is unknown: too few prompts have costs of it and "
            "of retrieval."
        )
