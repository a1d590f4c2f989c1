import json
from dataclasses import replace
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import leaderboard
from service.domain.beside_votes import Answers, Look
from service.domain.leaderboard import Difference, Leaderboard
from service.domain.records import Unreadable
from tests import boards

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**53), 2**53))
KINDS = get_type_hints(Leaderboard)


def stored(board):
    return json.loads(json.dumps(leaderboard.to_json(board), allow_nan=False))


class TestRoundTrip:
    @pytest.mark.parametrize("name", [each for each in KINDS if each != "version"])
    @settings(max_examples=8, deadline=None)
    @given(st.data())
    def test_gives_back_whatever_a_leaderboard_may_hold(self, name, data):
        # One field at a time: a whole leaderboard by chance is more than Hypothesis likes to draw.
        value = data.draw(st.from_type(KINDS[name]))
        board = replace(boards.board(), **{name: value})
        assert leaderboard.from_json(stored(board)) == board

    def test_gives_back_a_realistic_one(self):
        assert leaderboard.from_json(stored(boards.board())) == boards.board()

    def test_reads_whole_numbers_where_there_are_halves(self):
        plain = stored(boards.board())
        plain["ratings"][0]["rating"]["points"] = 1000
        found = leaderboard.from_json(plain).ratings[0].rating.points
        assert (found, type(found)) == (1000.0, float)


class TestReading:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda plain: plain.pop("votes"),
            lambda plain: plain.update(votes="120"),
            lambda plain: plain.update(votes=True),
            lambda plain: plain.update(surprise=1),
            lambda plain: plain["ratings"][0].pop("observed_share"),
            lambda plain: plain.update(dealing_weights=[[1, 2]]),
            lambda plain: plain["parts"][0].update(groups={}),
            lambda plain: plain.update(excluded=[]),
            lambda plain: plain["parts"][0].update(verdict=None),
        ],
    )
    def test_refuses_what_is_not_of_the_form(self, spoil):
        plain = stored(boards.board())
        spoil(plain)
        with pytest.raises(Unreadable):
            leaderboard.from_json(plain)

    def test_knows_its_own_version_alone(self):
        plain = stored(boards.board())
        assert leaderboard.is_current(plain)
        assert not leaderboard.is_current({"ratings": [], "votes": 3})
        assert not leaderboard.is_current({**plain, "version": leaderboard.VERSION - 1})


class TestRow:
    def test_keeps_observed_and_expected_share_apart(self):
        row = boards.row("a", 0.61, 0.54, 0.68, None)
        assert (row.observed_share, row.rating.expected_share) == (35 / 60, 0.61)
        assert row.both_bad_share == 2 / 60

    def test_has_no_shares_without_votes(self):
        assert boards.waiting("a").both_bad_share is None

    def test_is_a_newcomer_with_votes_and_no_rating_in_service(self):
        assert boards.waiting("a", votes=3).is_newcomer
        assert not boards.waiting("a").is_newcomer
        assert not boards.waiting("a", votes=3, is_retired=True).is_newcomer
        assert not boards.row("a", 0.5, 0.4, 0.6, None).is_newcomer


class TestCell:
    def test_is_found_from_both_sides(self):
        board = boards.board()
        found, turned = (
            board.cell(*names) for names in (("retrieval", "fine-tune"), ("fine-tune", "retrieval"))
        )
        assert (found.first_wins, turned.first_wins) == (12, 5)
        assert found.share + turned.share == 1
        assert turned.turned() == found
        assert board.cell("retrieval", "x") is None


class TestParts:
    def test_have_the_rows_that_are_rated_in_them(self):
        board = boards.board()
        second = boards.part(("x",))
        rows = (
            *board.ratings,
            boards.row("x", 0.5, 0.4, 0.6, None, rating=boards.rating(0.5, 0.4, 0.6, part=1)),
            boards.waiting("new"),
        )
        board = replace(board, ratings=rows, parts=(*board.parts, second))
        assert [row.configuration for row, _ in board.of_part(second)] == ["x"]
        assert len(board.competing) == 5
        assert [row.configuration for row in board.waiting] == ["new"]


class TestDifference:
    def test_is_turned_round_where_it_was_stored_the_other_way(self):
        found = boards.board().difference("plain-prompt", "retrieval")
        assert found is not None
        assert found.share == pytest.approx(0.37)
        assert (found.low, found.high) == (pytest.approx(0.29), pytest.approx(0.45))

    def test_is_unknown_between_unconnected_configurations(self):
        assert boards.board(differences=()).difference("retrieval", "x") is None

    def test_says_whether_it_spans_an_even_share_and_how_far_it_reaches(self):
        found = Difference("a", "b", 0.55, 0.47, 0.63, told_apart=False, p_beats=0.8)
        assert (found.spans_even, found.reach) == (True, 13)
        assert not replace(found, low=0.51).spans_even


class TestAnswers:
    def test_are_in_doubt_by_the_newest_look_that_found_something(self):
        looks = tuple(
            Look(number, number, right, number / 2, more, fewer, 0.01, these_texts=False)
            for number, right, more, fewer in (
                (20, 19, 0.001, 1.0),
                (40, 1, 1.0, 0.002),
                (80, 40, 0.5, 0.5),
            )
        )
        answers = Answers(60, 80, 40.0, 0, looks=looks)
        assert answers.doubt is looks[1]
        assert replace(answers, looks=looks[2:]).doubt is None
