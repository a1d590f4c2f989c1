from dataclasses import replace

from service.domain import ladder
from tests import boards

LADDER = {
    "plain-prompt": "prompt",
    "retrieval": "retrieval",
    "fine-tune": "fine-tune",
    "small-model": "pre-train",
}


def climbing(change=lambda row: row, **prices):
    board = boards.with_rows(
        boards.board(), lambda _, row: change(replace(row, approach=LADDER[row.configuration]))
    )
    costs = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}
    return boards.priced(board, costs, **prices)


def without(name, **changes):
    return lambda row: replace(row, **changes) if row.configuration == name else row


class TestClimb:
    def test_goes_up_from_the_prompt(self):
        found = ladder.climb(climbing(one_off={"fine-tune": 500.0}))
        assert [(step.configuration, step.below, step.state) for step in found] == [
            ("plain-prompt", "", "foot"),
            ("retrieval", "plain-prompt", "met"),
            ("fine-tune", "retrieval", "met"),
            ("small-model", "fine-tune", "met"),
        ]
        assert found[1].difference.share == 0.63
        assert round(found[1].cost.value, 2) == 1.65
        assert found[2].one_off_cost == 500.0
        assert found[3].cost is None

    def test_stands_on_the_best_of_each_approach(self):
        board = climbing(without("small-model", approach="prompt"))
        assert [step.configuration for step in ladder.climb(board)] == [
            "plain-prompt",
            "retrieval",
            "fine-tune",
        ]

    def test_says_who_has_too_few_votes_and_goes_on_above(self):
        found = ladder.climb(climbing(without("retrieval", rating=None, votes=2)))
        assert [(step.configuration, step.below, step.state) for step in found[:3]] == [
            ("plain-prompt", "", "foot"),
            ("retrieval", "", "too_few"),
            ("fine-tune", "plain-prompt", "met"),
        ]

    def test_says_nothing_across_rungs_that_never_met(self):
        def apart(row):
            if row.configuration != "fine-tune":
                return row
            return replace(row, rating=replace(row.rating, part=1))

        found = ladder.climb(climbing(apart))
        assert [step.state for step in found] == ["foot", "met", "never_met", "never_met"]
        assert found[2].difference is None
        assert found[2].cost is None

    def test_is_none_of_one_rung_or_none(self):
        assert ladder.climb(boards.board()) == ()
        board = boards.with_rows(boards.board(), lambda _, row: replace(row, approach="agent"))
        assert ladder.climb(board) == ()

    def test_leaves_out_the_retired(self):
        found = ladder.climb(climbing(without("retrieval", is_retired=True, rating=None)))
        assert "retrieval" not in [step.configuration for step in found]
