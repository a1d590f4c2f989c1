from dataclasses import replace

import pytest

from service.domain.leaderboard import Order
from service.domain.priced import Beaten
from service.reporting import price
from service.reporting.words import ENGLISH
from tests import boards

COSTS = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}


def cheaper(board):
    return [line for part in board.parts for line in price.cheaper(board, part, ENGLISH)]


def said(lines):
    return [line.text for line in lines]


def costing(costs, latencies=None, board=None, **more):
    return boards.priced(board or boards.board(), costs, latencies, **more)


class TestCheaper:
    def test_is_measured_against_what_one_would_otherwise_ship(self):
        """82 % less than the dearest of those at the top, and 10 % less than the leader: 10 %."""
        board = costing({**COSTS, "retrieval": 2.0, "fine-tune": 1.8, "plain-prompt": 10.0})
        board = boards.with_part(
            board, claims=boards.claims("open", "open", "ahead"), top=tuple(boards.SHARES)[:3]
        )
        (line,) = cheaper(board)
        assert line.text == "fine-tune costs less than retrieval and cannot be told from it."
        assert line.figure == (
            "$0.20 less per 1,000 requests [$0.10 to $0.30], 10\xa0% less, on 24 prompts"
        )

    def test_inside_the_noise_is_none(self):
        board = costing({**COSTS, "retrieval": 2.0, "fine-tune": 1.95})
        assert said(cheaper(board)) == [
            "Nobody who cannot be told from retrieval surely costs less."
        ]

    @pytest.mark.parametrize("costs", [(1.0, 2.0), (2.0, 1.0), (2.0, 1.98)])
    def test_is_said_of_one_of_two_at_most(self, costs):
        told = []
        for leader, other in (("retrieval", "fine-tune"), ("fine-tune", "retrieval")):
            board = costing(dict(zip(("retrieval", "fine-tune"), costs, strict=True)))
            claims = boards.claims("open", leader=leader, rivals=[other])
            board = boards.with_part(board, claims=claims, top=(leader, other))
            told += [text for text in said(cheaper(board)) if "costs less than" in text]
        assert len(told) <= 1

    def test_few_priced_prompts_claim_nothing_and_say_so(self):
        board = costing(COSTS, prompts=4)
        assert said(cheaper(board)) == [
            (
                "Too few prompts have costs of retrieval and of fine-tune: which costs less is not "
                "claimed."
            )
        ]

    def test_an_unknown_cost_is_never_taken_for_nothing(self):
        board = costing({**COSTS, "fine-tune": None})
        assert said(cheaper(board)) == [
            (
                "Too few prompts have costs of retrieval and of fine-tune: which costs less is not "
                "claimed."
            )
        ]

    @pytest.mark.parametrize("cost", [None, 0.0])
    def test_nothing_priced_and_nothing_paid_are_no_word(self, cost):
        assert cheaper(costing(dict.fromkeys(COSTS, cost))) == []

    def test_of_a_clear_winner_tells_what_it_costs(self):
        board = boards.with_part(boards.board(), top=("retrieval",))
        (line,) = cheaper(board)
        assert (line.text, line.figure) == (
            "What retrieval costs",
            "$2.60 [$2.34 to $2.86] per 1,000 requests",
        )

    def test_who_is_behind_is_never_recommended_however_cheap(self):
        board = costing({**COSTS, "plain-prompt": 0.0001, "fine-tune": 2.6})
        assert not [text for text in said(cheaper(board)) if "plain-prompt" in text]

    def test_across_configurations_that_never_met_nothing_is_said(self):
        board = boards.pair(state="open")
        alone = boards.with_part(board, top=("retrieval", "fine-tune"))
        assert said(cheaper(costing(COSTS, board=alone)))[0].startswith("fine-tune costs less")
        unmet = replace(alone, prices=replace(alone.prices, gaps=()))
        assert not [text for text in said(cheaper(unmet)) if "costs less than" in text]

    def test_practically_equal_is_said_so(self):
        board = boards.pair(state="equal")
        (line, *_) = cheaper(costing(COSTS, board=board))
        assert line.text == "fine-tune costs less than retrieval and is practically equal to it."

    def test_a_circle_at_the_top_makes_cost_no_reason(self):
        cycle = boards.cycle(tuple(boards.SHARES)[:3])
        board = boards.with_part(
            boards.board(), top=tuple(boards.SHARES)[:3], order=Order(0.0, (cycle,))
        )
        assert cheaper(board) == []

    def test_latency_is_compared_alike(self):
        board = costing(dict.fromkeys(COSTS), boards.LATENCIES)
        (line,) = cheaper(board)
        assert line.text == "fine-tune answers sooner than retrieval and cannot be told from it."


class TestWeighed:
    def beaten(self, *measures):
        return costing(COSTS, **{"plain-prompt": {"beaten": Beaten("fine-tune", measures)}})

    def test_names_who_is_beaten_outright_and_in_what(self):
        (line, *_) = price.weighed(self.beaten("cost", "latency"), ENGLISH)
        assert line.text == "plain-prompt is beaten outright by fine-tune and can be dropped."
        assert line.figure.endswith("of what both have on record: cost and latency.")
        (line, *_) = price.weighed(self.beaten("cost"), ENGLISH)
        assert line.figure.endswith("on record: cost. Not on record of both: latency.")

    def test_calls_worse_and_cheaper_a_genuine_trade_off(self):
        (line, *_) = price.weighed(costing(COSTS), ENGLISH)
        assert line.text == "plain-prompt against retrieval is a genuine trade-off."
        assert line.figure.startswith("expected: 37\xa0% of votes [29–45] · $1.65 less")

    def test_calls_nobody_both(self):
        told = said(price.weighed(self.beaten("cost"), ENGLISH))
        assert not [text for text in told if "plain-prompt against" in text]

    def test_those_that_cannot_be_told_apart_are_neither(self):
        told = said(price.weighed(costing(COSTS), ENGLISH))
        assert not [text for text in told if text.startswith("fine-tune")]

    def test_says_what_was_not_recorded_and_of_whom(self):
        told = said(price.weighed(costing(COSTS), ENGLISH))
        assert "Cost is not known of small-model, and nothing is said of it." in told
        assert told[-1].startswith("Latency is not known of retrieval, fine-tune, plain-prompt")

    def test_says_where_too_few_prompts_were_measured(self):
        told = said(price.weighed(costing(COSTS, prompts=1), ENGLISH))
        assert told[1].startswith(
            "On fewer than 5 prompts measured, so that nothing is claimed: cost"
        )

    def test_sums_up_where_many_are_beaten(self):
        names = [f"c{number}" for number in range(9)]
        standings = {name: {"beaten": Beaten("retrieval", ("cost",))} for name in names}
        board = boards.priced(boards.board(), dict.fromkeys(names, 1.0), **standings)
        board = boards.with_part(board, configurations=tuple(names))
        told = said(price.weighed(board, ENGLISH))
        assert sum("is beaten outright" in text for text in told) == price.MOST_LINES
        assert "Also beaten outright: c5, c6, c7 and c8." in told


class TestDifference:
    @pytest.mark.parametrize(
        ("measure", "ends"),
        [
            ("cost", "[$0.09 less to $0.11 more]"),
            ("latency", "[90\xa0ms sooner to 110\xa0ms later]"),
        ],
    )
    def test_of_what_may_go_either_way_names_both_ways(self, measure, ends):
        unit = 1.0 if measure == "cost" else 1000.0
        gap = boards.gap(measure, "a", "b", boards.mean(2.0 * unit), boards.mean(1.99 * unit))
        assert ends in price.difference(gap, ENGLISH)
