"""Three boards, each under its own name, and the disagreements to read."""

from dataclasses import replace

import pytest

from service.domain.judge_report import Board
from service.reporting import judge_boards
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import report
from tests.oracles import judges


@pytest.fixture(scope="module")
def real():
    return report.compute(judges.mt_bench())


@pytest.fixture(scope="module")
def words(real):
    return ENGLISH.naming(one.configuration for one in real.carried)


class TestTables:
    def test_are_labelled_people_first(self, real, words):
        labels = [table.label for table in judge_boards.tables(real, words)]
        assert labels == [
            "People only",
            "Corrected by the judge, unsettled as half a win",
            "Corrected by the judge, unsettled left out",
            "Judge only, unsettled as half a win",
            "Judge only, unsettled left out",
        ]

    def test_say_both_treatments_of_a_flip(self, real, words):
        told = [" ".join(table.about) for table in judge_boards.tables(real, words)]
        assert ["half a win each" in one for one in told] == [False, True, False, True, False]
        assert ["left out" in one for one in told] == [False, False, True, False, True]

    def test_mark_what_does_not_lean_on_the_judge(self, real, words):
        people, corrected, *_ = judge_boards.tables(real, words)
        remarks = {row.name: row.remark for row in corrected.rows}
        assert remarks["gpt-4"] == "people’s votes alone"
        assert remarks["claude-v1"] == ""
        assert {row.remark for row in people.rows} == {""}

    def test_say_how_much_narrower_and_never_more(self, real, words):
        told = " ".join(judge_boards.tables(real, words)[2].about)
        assert "2\N{NO-BREAK SPACE}% narrower" in told
        wider = replace(real, boards=(replace(real.board("corrected"), narrower=-0.1),))
        assert "no narrower" in " ".join(judge_boards.tables(wider, words)[0].about)

    @pytest.mark.parametrize("why", judge_boards._WHY)
    def test_say_why_there_is_none(self, real, words, why):
        found = replace(real, boards=(Board("corrected", why=why),))
        (table,) = judge_boards.tables(found, words)
        assert table.why.endswith(".")
        assert table.rows == ()


class TestWorst:
    def test_says_who_prefers_what(self, real, words):
        told = judge_boards.worst(real, words)[0]
        assert told.said == "5 of 5 votes prefer gpt-3.5-turbo, the judge alpaca-13b."
        assert told.prompt == "92"
