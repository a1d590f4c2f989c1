import html

import pytest

from service.database import now
from tests.usecases.sighted.studies import test_trying


@pytest.fixture
def study(studio):
    with studio.database.transaction() as session:
        made = test_trying.draft(session)
        test_trying.drop_pending(session, made)
    return made


class TestTry:
    def test_shows_answers_side_by_side_as_they_come(self, studio, study):
        page = studio.page(f"{study.name}/try")
        assert page.count('name="configuration"') == 2
        answer = studio.post(
            f"{study.name}/try", configuration="Plain", number="1", usd="0,25", which="first"
        )
        assert answer.headers["Location"] == f"/studio/{study.name}/try#tried"
        page = studio.page(f"{study.name}/try")
        assert "1 answer is still to come" in page
        assert "data-live" in page
        with studio.database.transaction() as session:
            test_trying.answer_all(session, "**Bold**: I was made by OpenAI.", now(session))
        page = html.unescape(studio.page(f"{study.name}/try"))
        assert "<strong>Bold</strong>" in page
        assert "10 tokens read, 20 written" in page
        assert "Names its maker" in page
        assert "data-live" not in page

    def test_is_stopped_where_nobody_has_begun_to_call(self, studio, study):
        studio.post(f"{study.name}/try", configuration="Plain", number="2", usd="1")
        assert "Stop the try" in studio.page(f"{study.name}/try")
        assert studio.post(f"{study.name}/try/stop").status_code == 303
        page = studio.page(f"{study.name}/try")
        assert "2 calls are not made" in page
        assert page.count("Stopped before it was called.") == 2
        assert "Stop the try" not in page
        assert "data-live" not in page

    def test_has_no_news_until_something_came(self, studio, study):
        studio.post(f"{study.name}/try", configuration="Plain", number="1", usd="1")
        news = studio.get(f"{study.name}/try/news")
        seen = news.text.partition("seen=")[2].partition('"')[0]
        assert studio.get(f"{study.name}/try/news?seen={seen}").status_code == 204
        with studio.database.transaction() as session:
            test_trying.answer_all(session, at=now(session))
        assert studio.get(f"{study.name}/try/news?seen={seen}").status_code == 200

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"number": "1", "usd": "1"}, "Choose at least one configuration"),
            ({"configuration": "Plain", "number": "many", "usd": "1"}, "from 1 to 10"),
            ({"configuration": "Plain", "number": "1", "usd": "1e9"}, "US dollars"),
            ({"configuration": "Nobody", "number": "1", "usd": "1"}, "no configuration Nobody"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, studio, study, fields, said):
        answer = studio.post(f"{study.name}/try", **fields)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert f'value="{fields["number"]}"' in answer.text

    def test_says_beside_the_button_what_is_missing(self, studio):
        studio.post("new", title="Empty", decision="empty")
        page = studio.page("empty/try")
        assert "Needs a configuration" in page
        assert 'disabled aria-describedby="missing"' in page


class TestAsSeen:
    def test_shows_texts_without_names_from_every_step(self, studio):
        study = studio.study(state="draft")
        assert f"/studio/{study.name}/seen" in studio.page(f"{study.name}/prompts")
        page = studio.page(f"{study.name}/seen?number=2")
        assert "Question 1?" in page
        assert page.count("says 1.") == 2
        assert studio.get(f"{study.name}/seen?number=99").status_code == 404
        assert studio.get(f"{study.name}/seen?number=x").status_code == 404

    def test_says_what_to_do_where_there_is_nothing_yet(self, studio, study):
        assert "No answer yet" in studio.page(f"{study.name}/seen")
        studio.post("new", title="Empty", decision="empty")
        assert "There is no prompt yet" in studio.page("empty/seen")
