from typing import get_args

import pytest

from service.domain.normed import Stage
from service.domain.sitting import SittingOptions
from service.web.api import norming
from tests.web.researcher.test_norming import judge

OPTIONS = SittingOptions(norming=5, repeats=0).to_stored()


@pytest.fixture
def divided(researcher):
    study = researcher.study(prompts=12, options=OPTIONS)
    with researcher.database.transaction() as session:
        judge(session, study, "Ada", "left", "tone")
        judge(session, study, "Ben", "right", "clear")
    return study


class TestGetNorming:
    def test_tells_what_the_page_tells(self, researcher, divided):
        told = researcher.of_study("norming")
        assert (told["stage"], told["size"], told["raters"], told["done"]) == ("divided", 5, 2, 2)
        assert (told["dividing"], told["holds"], told["agreement"]["units"]) == (5, True, 5)
        assert told["says"].startswith("2 people judged, and 5 of 5 matchups divide them")
        assert told["criteria_proposed"] == ["Clear", "Tone"]
        (one, *_) = told["splits"]
        assert (one["one"], one["other"], one["divides"]) == (1, 1, True)
        assert [bool(name) for name in one["names"]] == [True] * len(one["texts"])

    def test_says_so_where_a_study_has_none(self, researcher):
        researcher.study()
        told = researcher.of_study("norming")
        assert (told["stage"], told["agreement"]["value"]) == ("not_asked", None)

    def test_knows_every_stage_there_is(self, researcher):
        researcher.study(state="closed", options=OPTIONS)
        assert researcher.of_study("norming")["stage"] == "never"
        assert set(get_args(norming._Stage)) == set(Stage)


class TestLetGoOn:
    def test_is_done_once_and_says_by_whom(self, researcher, divided):
        told = researcher.post("norming/go-on").json
        assert (told["holds"], told["released_by"]) == (False, "researcher-write-0")
        assert researcher.post("norming/go-on").status_code == 409

    @pytest.mark.parametrize("who", [("viewer", "read"), ("researcher", "read")])
    def test_takes_a_researcher_who_may_write(self, program, who):
        asks = program(*who)
        asks.study(options=OPTIONS)
        assert asks.of_study("norming")["stage"] == "waits"
        for path, body in (
            ("norming/go-on", {}),
            ("norming/split", {"title": "In parts", "criteria": ["Kind"]}),
        ):
            assert asks.post(path, body).status_code == 403


class TestSplitCriterion:
    def test_makes_a_draft(self, researcher, divided):
        made = researcher.post(
            "norming/split", {"title": "In parts", "criteria": ["Clear", "Kind"]}
        )
        assert (made.status_code, made.json) == (201, {"name": "in-parts"})
        told = researcher.get("studies/in-parts").json
        assert told["state"] == "draft"

    @pytest.mark.parametrize("criteria", [[], ["a", "A"], list("abcdef"), ["x" * 61], [" "]])
    def test_refuses_what_no_study_can_ask_for(self, researcher, divided, criteria):
        sent = {"title": "In parts", "criteria": criteria}
        assert researcher.post("norming/split", sent).status_code == 422
