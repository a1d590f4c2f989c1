from dataclasses import replace

from service.domain import regression
from service.domain.claims import Against
from service.domain.regression import Regression
from tests import boards

LIVE = "plain-prompt"


def board(share: float = 0.6, state: str = "open", incumbent: str | None = LIVE):
    made = boards.board(
        incumbent=incumbent,
        differences=(boards.difference("retrieval", LIVE, share, told_apart=False),),
    )
    return boards.with_part(made, against=(Against("retrieval", state, None),))


WORSE = Regression("retrieval", LIVE, "worse")


class TestAgainstIncumbent:
    def test_names_what_is_worse_and_nothing_else(self):
        assert regression.against_incumbent(board(state="worse")) == (WORSE,)
        for state in ("better", "equal", "open"):
            assert regression.against_incumbent(board(state=state)) == ()

    def test_says_nothing_without_an_incumbent(self):
        assert regression.against_incumbent(board(state="worse", incumbent=None)) == ()


class TestSince:
    def test_names_what_became_worse_once(self):
        assert regression.since(board(0.9), board(0.1, "worse")) == (WORSE,)
        assert regression.since(board(0.1, "worse"), board(0.1, "worse")) == ()

    def test_names_what_lies_surely_below_what_it_was(self):
        fell = Regression("retrieval", LIVE, "fell")
        assert regression.since(board(0.9), board(0.2)) == (fell,)
        assert regression.since(board(0.6), board(0.59)) == ()
        assert regression.since(board(0.2), board(0.9)) == ()

    def test_takes_who_led_before_where_nothing_is_live(self):
        before = replace(board(0.2), incumbent=None)  # who led is retrieval
        turned = boards.difference(LIVE, "retrieval", 0.1, told_apart=False)
        after = replace(before, differences=(turned,))
        fell = Regression(LIVE, "retrieval", "fell")
        assert regression.since(before, after) == (fell,)
        assert regression.since(replace(before, parts=()), after) == ()
