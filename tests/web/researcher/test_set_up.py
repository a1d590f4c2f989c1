import html
import re

import pytest

from service.usecases.sighted.studies import filing


def file_of(studio, name):
    with studio.database.reading() as session:
        return filing.file_of(session, name)


@pytest.fixture
def draft(studio) -> str:
    answer = studio.post("new", title="What next?", decision="retires")
    assert answer.headers["Location"] == "/studio/what-next/configurations"
    return "what-next"


class TestNewStudy:
    def test_is_offered_where_there_is_none_and_where_there_are_some(self, studio):
        assert 'href="/studio/new"' in studio.page("")
        assert "Our model retires" in studio.page("new")

    def test_begins_with_what_the_decision_compares(self, studio, draft):
        page = studio.page("what-next/configurations")
        assert page.index("Live today") < page.index("Replacement")
        assert file_of(studio, draft).incumbent == "Live today"

    def test_of_own_answers_begins_with_their_file(self, studio):
        answer = studio.post("new", title="Mine", decision="own")
        assert answer.headers["Location"] == "/studio/mine/answers"
        page = studio.page("mine/configurations")
        assert 'href="/studio/mine/answers">upload it' in page

    def test_shows_again_what_was_typed_where_it_is_refused(self, studio, draft):
        answer = studio.post("new", title="What next!", decision="prompt")
        assert answer.status_code == 409
        assert "Choose another title" in answer.text
        assert 'value="What next!"' in answer.text
        assert re.search(r'value="prompt"[^>]*checked', answer.text)
        assert studio.post("new", title="Other", decision="").status_code == 422
        assert studio.post("new", title=" ", decision="own").status_code == 422


class TestSettings:
    def test_are_saved_and_shown_again(self, studio, draft):
        sent = {
            "title": "What next?",
            "instructions": "Read.\r\nChoose.",
            "votes_per_matchup": "3",
            "criteria": "Clear\r\n\r\nCorrect",
            "cap-usd": "2,5",
            "sealed": "on",
            "submissions": "3",
            "incumbent": "Replacement",
        }
        assert studio.post("what-next/settings", **sent).status_code == 303
        file = file_of(studio, draft)
        assert (file.votes_per_matchup, file.cap.usd, file.sealed) == (3, 2.5, True)
        assert (file.sitting.criteria, file.sitting.submissions) == (("Clear", "Correct"), 3)
        assert (file.instructions, file.incumbent) == ("Read.\nChoose.", "Replacement")
        # The box of what is usually asked was not ticked.
        assert not file.sitting.asks_authors
        page = studio.page("what-next/settings")
        assert 'value="2.5"' in page
        assert "Clear\nCorrect" in page

    def test_name_what_is_wrong_beside_the_field_and_keep_what_was_typed(self, studio, draft):
        answer = studio.post(
            "what-next/settings", title="What next?", votes_per_matchup="many", **{"cap-usd": "-1"}
        )
        assert answer.status_code == 422
        assert "must be a whole number" in html.unescape(answer.text)
        assert 'id="field-cap-usd-problem"' in answer.text
        assert 'value="many"' in answer.text
        assert file_of(studio, draft).votes_per_matchup == 1

    def test_save_themselves_and_answer_with_one_line(self, studio, draft):
        token = studio.token()

        def save(**sent):
            return studio.client.post(
                "/studio/what-next/settings",
                data={"csrf_token": token, "title": "What next?", **sent},
                headers={"HX-Request": "true"},
            )

        assert "Saved." in save(votes_per_matchup="2").text
        refused = save(votes_per_matchup="0")
        assert (refused.status_code, "at least 1" in refused.text) == (200, True)
        assert "<html" not in refused.text
        assert file_of(studio, draft).votes_per_matchup == 2

    def test_stay_as_they_are_where_nothing_is_changed(self, studio):
        studio.study(state="draft")
        before = file_of(studio, "support-replies")
        page = studio.page("support-replies/settings")
        sent = {
            name: html.unescape(value)
            for name, value in re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page)
            if name != "csrf_token"
        }
        sent |= {
            name: html.unescape(value)
            for name, value in re.findall(
                r'<textarea[^>]*?name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL
            )
        }
        sent |= dict.fromkeys(re.findall(r'name="([a-z_]+)" type="checkbox" checked', page), "on")
        sent |= {
            name: chosen[0]
            for name, options in re.findall(
                r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
            )
            if (chosen := re.findall(r'value="([^"]*)" selected', options))
        }
        assert studio.post("support-replies/settings", **sent).status_code == 303
        assert file_of(studio, "support-replies") == before


class TestConfigurations:
    def test_are_added_changed_copied_and_taken_out(self, studio, draft):
        new = {"name": "Small", "model": "openai/gpt-4o-mini", "parameters-temperature": "0.2"}
        assert studio.post("what-next/configuration", **new).status_code == 303
        assert (
            studio.post(
                "what-next/configuration?of=Live+today", name="Large", model="openai/gpt-4o"
            ).status_code
            == 303
        )
        copied = studio.page("what-next/configuration?like=Small")
        assert 'value="openai/gpt-4o-mini"' in copied
        assert 'value="Small"' not in copied
        assert studio.post("what-next/configuration/remove", which="Replacement").status_code == 303
        made = {
            each.name: (each.model, each.parameters)
            for each in file_of(studio, draft).configurations
        }
        assert made == {
            "Large": ("openai/gpt-4o", {}),
            "Small": ("openai/gpt-4o-mini", {"temperature": 0.2}),
        }
        assert file_of(studio, draft).incumbent == "Large"

    def test_keep_what_the_form_does_not_show(self, studio):
        studio.study(state="draft")
        page = studio.page("support-replies/configuration?of=Plain")
        assert 'value="Plain"' in page
        before = file_of(studio, "support-replies").configurations
        kept = before[0]
        answer = studio.post(
            "support-replies/configuration?of=Plain",
            name="Plain",
            model=kept.model or "",
            approach="" if kept.approach == "prompt" else str(kept.approach),
        )
        assert answer.status_code == 303
        assert file_of(studio, "support-replies").configurations == before

    def test_name_what_is_wrong_beside_the_field(self, studio, draft):
        answer = studio.post(
            "what-next/configuration",
            name="X",
            model="a b",
            **{"examples-0-user": "Why?", "price-input": "1"},
        )
        assert answer.status_code == 422
        assert 'id="field-model-problem"' in answer.text
        assert 'id="field-examples-problem"' in answer.text
        assert 'value="a b"' in answer.text
        assert studio.get("what-next/configuration?of=Nobody").status_code == 404


class TestPrompts:
    def test_are_pasted_with_empty_lines_between_them(self, studio, draft):
        text = "First,\r\nof two lines.\r\n\r\nSecond.\r\n\r\n\r\nThird."
        assert (
            studio.post("what-next/prompts", prompts=text, apart="gaps", tags="a, b").status_code
            == 303
        )
        made = file_of(studio, draft).prompts
        assert [each.turns[0] for each in made] == ["First,\nof two lines.", "Second.", "Third."]
        assert made[0].tags == ("a", "b")
        page = studio.page("what-next/prompts")
        assert "of two lines." in page
        studio.post("what-next/prompts/remove", key=made[1].handle)
        assert len(file_of(studio, draft).prompts) == 2

    def test_say_how_many_are_new_and_that_lines_without_a_gap_are_one(self, studio, draft):
        studio.post("what-next/prompts", prompts="One?\r\nTwo?", apart="gaps")
        page = html.unescape(studio.page("what-next/prompts"))
        assert "1 prompt is new. Its 2 lines are one prompt." in page
        studio.post("what-next/prompts", prompts="Three?\r\nFour?", apart="lines")
        page = studio.page("what-next/prompts")
        assert "2 prompts are new." in page
        assert "lines are one prompt" not in page

    def test_keep_what_was_typed_where_it_is_refused(self, studio, draft):
        assert "at least one prompt" in studio.post("what-next/prompts", prompts=" ").text
        studio.post("what-next/prompts", prompts="One.")
        answer = studio.post("what-next/prompts", prompts="One.\n\nTwo.")
        assert answer.status_code == 422
        assert "Two.</textarea>" in answer.text


class TestRoles:
    def test_viewers_neither_see_nor_change_it(self, viewer):
        viewer.study(state="draft")
        assert "/studio/new" not in viewer.page("")
        for path in ("new", "support-replies/settings", "support-replies/prompts"):
            assert viewer.get(path).status_code == 403


class TestLanguage:
    def test_says_what_is_wrong_in_the_language_of_the_page(self, studio, draft):
        studio.post("language", code="de", back="/studio/")
        answer = studio.post(
            "what-next/configuration", name="X", template="{{ city", samples="many"
        )
        told = html.unescape(answer.text)
        assert "muss eine ganze Zahl sein, nicht" in told
        assert "schreibe Ziffern ohne" in told
        answer = studio.post("what-next/configuration", name="X", system_prompt="Sei kurz.")
        assert "braucht ein Modell oder einen Agenten" in html.unescape(answer.text)
