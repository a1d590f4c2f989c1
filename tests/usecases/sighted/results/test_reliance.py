from dataclasses import replace

import pytest

from service.domain.trust import CAUTION, NOT_CHECKED, NOTE, OK
from service.store.tallies import BY_RATER, Cell
from service.usecases.sighted.results.looks import Looks
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote, fair


def busy(raters, share):
    """Return votes of which the first rater cast this share."""
    rest = [Vote(1 + at % (raters - 1), at % 12, "first", left=at % 2 == 0) for at in range(60)]
    own = round(60 * share / (1 - share))
    return [*rest, *(Vote(0, at % 12, "second", left=at % 2 == 0) for at in range(own))]


class TestDominantRater:
    @pytest.mark.parametrize(
        ("raters", "share", "state"),
        [
            (8, 0.4, (CAUTION, "weighed")),
            (3, 0.7, (CAUTION, "not_weighed")),
            (3, 0.4, (OK, "not_weighed")),
        ],
    )
    def test_finds_who_cast_most(self, raters, share, state):
        found = planted.board(busy(raters, share))
        assert planted.state(found, "dominant_rater") == state
        (check,) = planted.of(found, "dominant_rater")
        assert check.figures["share"] == pytest.approx(share, abs=0.01)

    def test_has_nobody_to_compare_with(self):
        found = planted.board(fair(raters=1))
        assert planted.state(found, "dominant_rater") == (NOT_CHECKED, "one_rater")


class TestRobustness:
    def test_counts_the_votes_that_would_turn_the_top(self):
        votes = [Vote(at % 6, at % 10, "first" if at < 32 else "second") for at in range(60)]
        (check,) = planted.of(planted.board(votes), "robustness")
        assert (check.state, check.items) == (NOTE, ("Alpha", "Beta"))
        # Of 32 wins against 28 losses five have to go.
        assert check.figures == {"votes": 5.0, "of": 60.0, "share": pytest.approx(5 / 60)}

    def test_is_ok_where_a_claimed_lead_is_large(self):
        found = planted.board(fair(share=0.9, prompts=20))
        assert found.parts[0].claims.ahead_of
        assert planted.state(found, "robustness")[0] == OK

    def test_names_the_rater_who_decides(self):
        rest = [Vote(at % 4, at % 10, ("first", "second")[at // 4 % 2]) for at in range(80)]
        one = [Vote(4, at % 10, "first") for at in range(12)]
        more = [Vote(at % 4, at % 10, "second") for at in range(4)]
        found = planted.board([*rest, *one, *more])
        (check,) = planted.of(found, "one_rater_out")
        assert (check.state, check.items) == (CAUTION, ("Alpha", "Beta"))
        assert check.figures["votes"] == 12
        assert planted.state(planted.board(fair(share=0.9)), "one_rater_out")[0] == OK

    def test_says_nothing_where_the_rest_falls_apart(self):
        # Without the rater who joins them there are two groups, whose strengths are no order.
        votes = [
            *fair(pairs=((1, 2),), share=0.9, raters=3),
            *fair(pairs=((3, 4),), share=0.99, raters=3, seed=4),
            *(Vote(9, prompt, "first", 2, 3) for prompt in range(6)),
        ]
        found = planted.board(votes, names=("Alpha", "Beta", "Gamma", "Delta"))
        assert planted.state(found, "one_rater_out")[0] == OK


def left_out(number, outcome):
    cell = Cell(BY_RATER, 77, 1, 2, outcome, first_was_left=True)
    return Looks(uncounted=((cell, number),))


class TestExclusions:
    def test_say_what_the_result_would_be_with_them(self):
        votes = fair(share=0.6, prompts=12)
        found = planted.board(votes, looks=left_out(3, "second"))
        (check,) = planted.of(found, "exclusions")
        counted = [*votes, *(Vote(77, 1, "second") for _ in range(3))]
        rating = {row.configuration: rating for row, rating in planted.board(counted).competing}
        now = {row.configuration: rating for row, rating in found.competing}
        assert check.figures["votes"] == 3
        assert check.figures["without"] == pytest.approx(now["Alpha"].expected_share)
        assert check.figures["with"] == pytest.approx(rating["Alpha"].expected_share)

    def test_warn_where_another_would_be_on_top(self):
        votes = [replace(one, rater=one.rater % 3) for one in fair(share=0.6)]
        found = planted.board(votes, looks=left_out(80, "second"))
        (check,) = planted.of(found, "exclusions")
        assert (check.state, check.items) == (CAUTION, ("Alpha", "Beta"))

    def test_are_none(self):
        assert planted.state(planted.board(fair()), "exclusions") == (OK, "none")
