import html
import json

import pytest

from service.database import now
from service.store import models
from service.usecases.sighted.generation import prices, reach
from service.usecases.sighted.judges import pools, reports
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from workers import judge_reports

FIELDS = {
    "judge": NAME,
    "criterion": "Helpfulness",
    "model": "openai/judge-1",
    "price_input": "1",
    "price_output": "2,5",
    "usd": "5",
}


@pytest.fixture
def made(studio):
    with studio.database.transaction() as session:
        return benches.study(session)


@pytest.fixture
def path(studio, made):
    answer = studio.post(f"{made.name}/judges", **FIELDS)
    assert answer.headers["Location"] == f"/studio/{made.name}/judges/{NAME}"
    return f"{made.name}/judges/{NAME}"


def answer_all(studio, **more):
    with studio.database.transaction() as session:
        moment = (now(session) - benches.factories.MOMENT).total_seconds() / 60 + 1
        return benches.answer_all(session, minutes=moment, **more)


class TestCreate:
    def test_leads_from_the_study_to_the_judge(self, studio, made, path):
        assert f"/studio/{made.name}/judges" in studio.page(f"{made.name}/")
        assert f"judges/{NAME}" in studio.page(f"{made.name}/judges")
        page = html.unescape(studio.page(path))
        assert "Version 1, openai/judge-1" in page
        assert "never the same" in page
        assert "It was not asked anything yet." in page

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"criterion": ""}, "one criterion"),
            ({"usd": ""}, "needs a cap"),
            ({"usd": "much"}, "as a number"),
            ({"calls": "x"}, "whole number"),
            ({"judge": "No way"}, "small letters"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, studio, made, wrong, said):
        answer = studio.post(f"{made.name}/judges", **(FIELDS | wrong))
        assert answer.status_code == 422
        page = html.unescape(answer.text)
        assert said in page
        assert 'value="openai/judge-1"' in page


class TestJudge:
    def test_is_run_and_watched_and_reported_on(self, studio, made, path):
        assert studio.post(f"{path}/audit", number="4").status_code == 303
        answer = studio.post(f"{path}/run", number="6")
        assert answer.status_code == 303
        page = studio.page(path)
        assert "6 matchups are asked about" in page
        assert "12 are still to come." in page
        assert "data-live" in page
        seen = page.partition("seen=")[2].partition('"')[0]
        assert studio.get(f"{path}/news?seen={seen}").status_code == 204
        answer_all(studio)
        news = studio.get(f"{path}/news?seen={seen}")
        assert "12 of 12 calls hold a verdict" in news.text
        judge_reports.refresh(studio.database, made.id)
        page = html.unescape(studio.page(path))
        assert "Three boards, never mixed" in page
        with studio.database.reading() as session:
            assert reports.last(session, made.name, NAME).report.judge == NAME

    def test_has_versions_with_examples_and_a_cap(self, studio, made, path):
        studio.post(f"{path}/choose", number="2", source="drawn")
        with studio.database.transaction() as session:
            benches.grade_all(session, made)
            number = str(pools.graded(session, made.name, NAME)[0].number)
        fields = {**FIELDS, "rubric": "Short.", "example": number}
        assert studio.post(f"{path}/edit", **fields).status_code == 303
        assert "This is version 2" in studio.page(path)
        again = studio.post(f"{path}/edit", **fields)
        assert (again.status_code, "Nothing would be different" in again.text) == (409, True)
        assert studio.post(f"{path}/cap", usd="7").status_code == 303
        assert 'value="7"' in studio.page(path)

    def test_rests_and_goes_on(self, studio, path):
        studio.post(f"{path}/run", number="2")
        studio.post(f"{path}/pause")
        assert "Go on judging" in studio.page(path)
        studio.post(f"{path}/resume")
        assert "Pause the judge" in studio.page(path)

    def test_proposes_clauses_where_graders_disagree_with_it(self, studio, made, path):
        studio.post(f"{path}/choose", number="2", source="drawn")
        with studio.database.transaction() as session:
            benches.grade_all(session, made)
        studio.post(f"{path}/run", number="2")
        answer_all(studio, rule=lambda _: json.dumps({"verdict": "tie"}))
        page = html.unescape(studio.page(path))
        assert "What the rubric does not say" in page
        assert "“It says more”" in page
        link = page.partition("?clause=1")
        assert link[2].startswith("#rubric")
        taken = html.unescape(studio.page(f"{path}?clause=1"))
        rubric = taken.partition('<textarea id="rubric"')[2].partition("</textarea>")[0]
        assert "“It says more”" in rubric
        for away in ("2", "0", "x", "99999999999"):
            rubric = studio.page(f"{path}?clause={away}").partition('<textarea id="rubric"')[2]
            assert "It says more" not in rubric.partition("</textarea>")[0]

    def test_leads_to_what_can_be_claimed_and_back_to_its_boards(self, studio, made, path):
        assert f"{made.name}/doctor" in studio.page(path)
        judge_reports.refresh(studio.database, made.id)
        assert f"judges/{NAME}#judge-boards" in studio.page(f"{made.name}/doctor")

    def test_proposes_models_that_workers_can_call(self, studio, made, path):
        with studio.database.transaction() as session:
            known = prices.KnownModel("openai/judge-1", "openai", 1e-6, 2e-6, 100)
            prices.publish(session, [known], now(session))
            may_call = [("openai", "provider", ""), ("endpoint lab", "endpoint", "")]
            reach.publish(session, may_call)
        for page in (studio.page(f"{made.name}/judges"), studio.page(path)):
            assert '<option value="openai/judge-1">' in page
            assert '<option value="lab">' in page

    def test_gives_its_files(self, studio, path):
        studio.post(f"{path}/audit", number="3")
        answer = studio.get(f"{path}/files/audit.jsonl")
        assert len(answer.text.splitlines()) == 3
        assert studio.get(f"{path}/files/secrets.jsonl").status_code == 422

    @pytest.mark.parametrize(
        ("act", "fields", "said"),
        [
            ("run", {"number": "9999"}, "1 to 1000"),
            ("audit", {"number": "0"}, "from 1 to 500"),
            ("choose", {"number": "1", "source": "magic"}, "how matchups are chosen"),
            ("choose", {"number": "1", "source": "hand", "prompt": "p99"}, "no prompt"),
            ("cap", {"usd": ""}, "needs a cap"),
        ],
    )
    def test_says_what_is_wrong(self, studio, path, act, fields, said):
        answer = studio.post(f"{path}/{act}", **fields)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)

    def test_is_not_there_under_another_name(self, studio, made):
        assert studio.get(f"{made.name}/judges/nobody").status_code == 404


class TestSealed:
    def test_shows_how_far_it_is_and_nothing_that_it_said(self, studio, made, path):
        with studio.database.transaction() as session:
            session.get_one(models.Study, made.id).is_sealed = True
        studio.post(f"{path}/run", number="2")
        answer_all(studio)
        page = studio.page(path)
        assert "4 of 4 calls" in page
        assert "The study is sealed" in page
        assert "Three boards" not in page
        assert studio.get(f"{path}/files/audit.jsonl").status_code == 409
