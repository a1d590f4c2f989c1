import pytest

from service.domain.leaderboard import Share
from service.reporting.recommendation import recommended
from tests import boards


class TestRecommended:
    @pytest.mark.parametrize(
        ("state", "names"),
        [
            ("ahead", ("retrieval",)),
            ("at_end", ("retrieval",)),
            ("equal", ("retrieval", "fine-tune")),
            ("open", ()),
        ],
    )
    def test_is_what_the_card_says(self, state, names):
        assert recommended(boards.pair(state=state)) == names

    def test_is_nothing_where_most_find_both_bad_or_nothing_is_preferred(self):
        assert recommended(boards.pair(both_bad=Share(0.7, 0.6, 0.8))) == ()
        assert recommended(boards.pair(decisive=0)) == ()

    def test_is_nothing_across_parts_that_never_met(self):
        board = boards.pair()
        two = boards.board(parts=(*board.parts, *board.parts))
        assert recommended(two) == ()
        assert recommended(boards.board(parts=())) == ()
