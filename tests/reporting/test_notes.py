import re
from dataclasses import replace

import pytest

from service.domain.claims import Verdict
from service.domain.finding import Finding
from service.domain.leaderboard import Cycle, Order, Share
from service.domain.vote import Outcome
from service.reporting import notes
from service.reporting.words import ENGLISH
from tests import boards


class TestFindings:
    def test_name_whom_one_concerns(self):
        assert notes.finding(Finding("unbounded_above", ("retrieval",)), ENGLISH) == (
            "retrieval: These won every comparison with the rest: how far above they are is "
            "unknown."
        )
        assert notes.is_known("unbounded_above")
        assert not notes.is_known("quite_new")

    def test_say_a_code_without_words_as_it_is(self):
        assert notes.finding(Finding("quite_new"), ENGLISH) == "quite new"


def verdict(state, *, raters=6, prompts=24, **changes):
    part = boards.pair(state=state).parts[0]
    claims = replace(part.claims, for_these_raters=raters < 5, for_these_prompts=prompts < 5)
    given = {"raters": raters, "prompts": prompts, "claims": claims, **changes}
    return notes.verdict(replace(part, **given), ENGLISH)


class TestVerdict:
    @pytest.mark.parametrize(
        ("state", "changes", "words"),
        [
            ("ahead", {}, "Enough votes? Yes: retrieval is ahead of every other."),
            ("ahead", {"raters": 2}, "Yes, for these 2 raters: retrieval is ahead"),
            ("ahead", {"prompts": 3}, "Yes, for these 3 prompts: retrieval is ahead"),
            ("at_end", {}, "Yes, at the declared end: retrieval is ahead of every other."),
            ("equal", {}, "each of the others would win 45\xa0% to 55\xa0% of votes against"),
            ("equal", {}, "Choose by cost."),
            ("open", {"decisive": 0}, "none of them prefers an answer"),
        ],
    )
    def test_says_whether_the_votes_suffice_and_for_whom(self, state, changes, words):
        said = verdict(state, **changes)
        assert said.startswith("Enough votes?")
        assert words in said

    def test_of_a_circle_says_that_votes_suffice_to_see_it(self):
        part = boards.part()
        cycle = Cycle((*part.top, part.top[0]), (0.75, 0.75, 0.75))
        said = notes.verdict(replace(part, order=Order(0.0, (cycle,))), ENGLISH)
        assert said.startswith("Enough votes? Yes, to see that none of these is the best")

    def test_never_chooses_by_cost_where_most_votes_find_both_bad(self):
        said = verdict("equal", both_bad=Share(0.9, 0.8, 0.95))
        assert "as good as even" in said
        assert "cost" not in said

    def test_calls_shares_shares_and_never_points(self):
        assert "points" not in verdict("equal")

    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (Verdict("keep_going", short_of="votes"), "Not yet. More votes would help most."),
            (Verdict("keep_going", short_of="raters"), "More people would help most."),
            (Verdict("keep_going", short_of="prompts"), "More prompts would help most."),
            (Verdict("keep_going"), "Not yet: fine-tune cannot be told from retrieval."),
            (
                Verdict("keep_going", short_of="votes", more_low=400, more_high=1200),
                "Probably 400 to 1,200 more votes.",
            ),
            (
                Verdict("keep_going", short_of="raters", more_low=3, more_high=9),
                "Probably 3 to 9 more people.",
            ),
        ],
    )
    def test_says_what_is_short_and_forecasts_ranges_alone(self, found, words):
        said = verdict("open", verdict=found)
        assert words in said
        assert "about" not in said

    def test_of_each_part_names_it(self):
        board = boards.pair()
        both = notes.verdicts(replace(board, parts=(*board.parts, *board.parts)), ENGLISH)
        assert [line.partition(":")[0] for line in both] == ["retrieval and fine-tune"] * 2
        assert notes.verdicts(boards.board(parts=()), ENGLISH) == []


class TestLeftOut:
    def test_says_how_many_and_why(self):
        assert notes.left_out(boards.board(), ENGLISH) == [
            "1 vote cast after the study closed or the rater finished",
            "3 votes by people who had seen the results",
        ]

    def test_is_silent_about_nothing(self):
        assert notes.left_out(boards.board(excluded={"late": 0}), ENGLISH) == []

    def test_names_votes_on_who_does_not_compete(self):
        said = notes.left_out(boards.board(excluded={"retired": 7, "newcomer": 1}), ENGLISH)
        assert said == [
            "1 vote on a configuration with too few votes to compare yet",
            "7 votes on configurations that are retired",
        ]

    def test_counts_what_it_has_no_words_for(self):
        said = notes.left_out(boards.board(excluded={"unheard_of": 2}), ENGLISH)
        assert said == ["2 votes not counted"]


class TestOutcome:
    def test_has_words_for_each(self):
        said = [notes.outcome(kind, "Ann", "Ben", ENGLISH) for kind in Outcome]
        assert len(set(said)) == len(Outcome)
        assert all(
            re.fullmatch("(Ann|Ben) (much )?better|Both good|Both bad|A tie", it) for it in said
        )
