"""A trust report survives the store whole, and says which board is missing and why."""

import json

import pytest

from service.domain import judge_report
from service.domain.judge_report import Carried, Figure, Heard, Leaning
from service.domain.records import Unreadable
from service.usecases.sighted.judges import report
from tests.oracles import judges


@pytest.fixture(scope="module")
def found():
    return report.compute(judges.simulate(judges.World(prompts=20)))


class TestToJson:
    def test_reads_back_what_was_written(self, found):
        written = json.dumps(judge_report.to_json(found))
        assert judge_report.from_json(json.loads(written)) == found

    def test_refuses_another_form(self, found):
        with pytest.raises(Unreadable):
            judge_report.from_json({**judge_report.to_json(found), "more": 1})


class TestJudgeReport:
    def test_names_a_board_that_is_not_there(self, found):
        assert found.board("none").why == "not_computed"

    def test_counts_what_is_heard(self):
        heard = Heard(first=1, second=2, tie=3, unsettled=4, refused=5)
        assert (heard.settled, heard.answered) == (6, 10)

    def test_a_bias_is_found_where_the_interval_leaves_out_none(self):
        assert Leaning("length", Figure(0.1, 0.01, 0.2), 30).is_found
        assert not Leaning("length", Figure(0.1, -0.01, 0.2), 30).is_found
        assert not Leaning("length", None, 0).is_found

    @pytest.mark.parametrize(
        ("state", "may"),
        [("borrowed", False), ("failed", False), ("passed", True), ("unclear", True)],
    )
    def test_leans_on_the_judge_where_nothing_speaks_against_it(self, state, may):
        assert Carried("a", state, 20).may_be_corrected is may
