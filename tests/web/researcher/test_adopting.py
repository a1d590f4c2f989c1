import html
import io

import pytest

from service.usecases.sighted.studies import filing
from tests.formats.test_promptfoo_config import CONFIG


def send(studio, content: bytes, name: str = "promptfooconfig.yaml", **fields: str):
    data = {"csrf_token": studio.token(), "config": (io.BytesIO(content), name), **fields}
    return studio.client.post("/studio/new/promptfoo", data=data)


class TestAdoptPromptfoo:
    def test_makes_a_draft_and_goes_on_to_its_configurations(self, studio):
        assert "promptfooconfig.yaml" in studio.page("new")
        answer = send(studio, CONFIG.encode())
        assert (answer.status_code, answer.headers["Location"]) == (
            303, "/studio/weather-words/configurations",
        )  # fmt: skip
        page = html.unescape(studio.page("weather-words/configurations"))
        assert "Claude · short" in page
        assert "Assertions were left out: people judge." in page
        with studio.database.reading() as session:
            made = filing.file_of(session, "weather-words")
            state = filing.state_of(session, "weather-words")
        assert (state, len(made.configurations), len(made.prompts)) == ("draft", 6, 2)

    def test_has_a_title_of_its_own_and_never_touches_another_study(self, studio):
        assert send(studio, CONFIG.encode()).status_code == 303
        assert send(studio, CONFIG.encode()).status_code == 409
        assert send(studio, CONFIG.encode(), title="Weather again").status_code == 303

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"title: A study", "is no configuration of promptfoo"),
            ("prompts: Grüße".encode("latin-1"), "is not UTF-8 text"),
            (b"prompts: [file://a.txt]\nproviders: openai:gpt-5", "names another file (a.txt)"),
            (b"prompts: [", "promptfooconfig.yaml"),
        ],
    )
    def test_says_what_cannot_be_adopted(self, studio, content, said):
        answer = send(studio, content)
        assert (answer.status_code, said in html.unescape(answer.text)) == (422, True)

    def test_wants_a_file_and_a_researcher(self, studio, viewer):
        answer = studio.client.post(
            "/studio/new/promptfoo", data={"csrf_token": studio.token(), "title": ""}
        )
        assert (answer.status_code, "Choose a file first" in answer.text) == (422, True)
        assert send(viewer, CONFIG.encode()).status_code == 403


class TestLanguages:
    def test_say_in_german_what_is_wrong_with_a_file(self, studio):
        sent = {"csrf_token": studio.token(), "config": (io.BytesIO(b"prompts: [a\n"), "x.yaml")}
        answer = studio.client.post(
            "/studio/new/promptfoo", data=sent, headers={"Accept-Language": "de"}
        )
        told = html.unescape(answer.text)
        assert "x.yaml, Zeile 2: das ist kein gültiges YAML: ein Komma oder" in told
