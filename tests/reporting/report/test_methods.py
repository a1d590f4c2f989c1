from dataclasses import replace

import pytest

from service.domain.leaderboard import Clustering, End
from service.domain.vote import Choice
from service.reporting.report import methods
from service.reporting.words import ENGLISH
from tests import boards
from tests.reporting.report.test_page import AT, report


def told(**changes) -> str:
    return " ".join(methods.methods(report(**changes), ENGLISH))


def kept(**changes) -> list[str]:
    return methods.limitations(report(**changes), ENGLISH)


class TestMethods:
    def test_counts_votes_raters_prompts_exclusions_and_flags(self):
        said = told()
        assert "120 votes by 6 people · 24 prompts. The study has 4 configurations" in said
        assert "3 votes by people who had seen the results" in said
        assert "2 shown wrongly. 1 matchup was taken out for it." in said
        assert "No vote was left out." in told(board=boards.board(excluded={}))
        assert "7 votes were brought in from a file" in told(imported_votes=7)
        assert "from a file" not in said
        assert "Raters flagged nothing." in told(flags={}, withdrawn=0)

    def test_says_when_it_was_open_and_whether_it_was_sealed(self):
        assert "It is open since 2026-03-12." in told()
        said = told(closed_at=AT, is_sealed=True)
        assert "It was open from 2026-03-12 to 2026-03-12." in said
        assert "hidden from everybody" in said

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, "3 votes were wanted on each matchup of a prompt. Matchups were dealt uniformly"),
            ({"is_adaptive": True}, "dealt adaptively"),
            ({"incumbent": "plain-prompt"}, "against plain-prompt, the one in use"),
        ],
    )
    def test_says_how_matchups_were_dealt(self, changes, said):
        assert said in told(**changes)

    @pytest.mark.parametrize(
        ("method", "said"),
        [
            ("by_rater_and_prompt", "raters who differ and for prompts that differ"),
            ("by_rater", "take prompts as given"),
            ("by_prompt", "take raters as given"),
            ("independent", "independent of each other"),
        ],
    )
    def test_says_the_level_and_method_of_intervals(self, method, said):
        board = boards.board()
        made = told(board=replace(board, method=replace(board.method, intervals=method)))
        assert "Intervals are at 95\xa0%." in made
        assert said in made

    def test_says_where_a_rater_was_weighed(self):
        clustering = Clustering("by_rater", None, {}, shifts={"retrieval": 0.1})
        said = "none of them counts for more than one and a half times the mean."
        assert said in told(board=boards.with_part(boards.board(), clustering=clustering))
        assert said not in told()

    def test_says_which_end_was_declared(self):
        board = boards.board(end=End(200, "2026-04-01", reached=True))
        said = (
            "before looking: after 200 votes or with the end of 2026-04-01 (UTC), whichever comes "
            "first. It is reached."
        )
        assert said in told(board=board)
        assert "The end was declared" not in told()

    def test_says_how_many_choices_there_are(self):
        offered = [choice for choice in Choice if choice.row.is_offered]
        assert len(offered) == 6, "the report's sentence counts them"
        assert "one of six: A or B, each better or much better, both good, or both bad" in told()


class TestLimitations:
    def test_say_for_whom_and_what_alone_it_speaks(self):
        assert any("cost" in line and "small-model" in line for line in kept())
        assert any("more votes may come" in line for line in kept())
        assert not any("more votes may come" in line for line in kept(state="closed"))
        assert any("5 percentage points" in line for line in kept())
        assert any("not whether it is true" in line for line in kept())

    def test_say_each_thing_once(self):
        assert len(kept()) == len(set(kept()))
