import html
import io
import re

import pytest

from service.database import now
from service.usecases.sighted.generation import prices, reach
from service.usecases.sighted.studies import editing, filing
from tests.usecases.sighted.generation.test_reach import GPT, MAY_CALL


def file_of(studio, name):
    with studio.database.reading() as session:
        return filing.file_of(session, name)


def send_files(studio, path, files, **fields):
    """Send a configuration's form with files."""
    held = [(io.BytesIO(content), name) for name, content in files.items()]
    data = {"csrf_token": studio.token(), **fields, "documents": held}
    return studio.client.post(f"/studio/{path}", data=data, content_type="multipart/form-data")


@pytest.fixture
def draft(studio) -> str:
    studio.post("new", title="Worth it?", decision="retrieval")
    return "worth-it"


WITH = {"name": "With retrieval", "model": "offline/lead", "approach": "retrieval"}
PATH = "worth-it/configuration/documents?of=With%20retrieval"


class TestDocuments:
    def test_are_retrieved_from_once_they_are_uploaded(self, studio, draft):
        files = {
            "notes.md": b"Keep it dry.",
            "faq.csv": "question,answer\nWo?,Hier – überall.\n".encode(),
            "list.jsonl": b'{"text": "One."}\n{"text": "Two."}\n',
            "latin.txt": "Grüße".encode("cp1252"),
        }
        answer = send_files(studio, PATH, files, **WITH)
        assert answer.status_code == 303, answer.text
        file = file_of(studio, draft)
        (collection,) = file.collections
        texts = {each.name: each.text for each in collection.documents}
        assert texts == {
            "notes.md": "Keep it dry.",
            "faq.csv": "question: Wo?\nanswer: Hier – überall.",
            "list.jsonl": "One.\n\nTwo.",
            "latin.txt": "Grüße",
        }
        assert file.configurations[1].retrieval.collection == collection.digest
        page = studio.page("worth-it/configuration?of=With%20retrieval")
        assert "4 documents" in page
        assert "{{ passages }}" in page

    def test_are_added_or_take_the_place_of_others(self, studio, draft):
        send_files(studio, PATH, {"a.txt": b"One."}, **WITH)
        beside = {**WITH, "retrieval-collection": "documents", "how": "beside"}
        send_files(studio, PATH, {"b.txt": b"Two."}, **beside)
        (both,) = file_of(studio, draft).collections
        assert [each.name for each in both.documents] == ["a.txt", "b.txt"]
        named = file_of(studio, draft).configurations[1].retrieval.name
        instead = {**WITH, "retrieval-collection": named, "how": "instead"}
        send_files(studio, PATH, {"c.txt": b"Three."}, **instead)
        (one,) = file_of(studio, draft).collections
        assert [each.name for each in one.documents] == ["c.txt"]

    def test_can_be_left_again_and_shared(self, studio, draft):
        send_files(studio, PATH, {"a.txt": b"One."}, **WITH)
        of = "worth-it/configuration?of="
        other = {"name": "Without retrieval", "model": "offline/lead"}
        shared = {**other, "retrieval-collection": "documents", "retrieval-top_k": "2"}
        assert studio.post(f"{of}Without%20retrieval", **shared).status_code == 303
        assert file_of(studio, draft).configurations[0].retrieval.top_k == 2
        left = {**other, "retrieval-collection": ""}
        assert studio.post(f"{of}Without%20retrieval", **left).status_code == 303
        assert file_of(studio, draft).configurations[0].retrieval is None

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({}, "Choose at least one file"),
            ({"virus.exe": b"MZ"}, "none of"),
            ({"empty.txt": b" "}, "holds no text"),
            ({"bad.jsonl": b"{oops"}, "bad.jsonl"),
            ({"a.txt": b"A long text " * 9 + b"\0"}, "NUL"),
        ],
    )
    def test_are_refused_with_a_reason_and_nothing_is_lost(self, studio, draft, files, said):
        answer = send_files(studio, PATH, files, **WITH)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert 'value="offline/lead"' in answer.text
        assert file_of(studio, draft).collections == ()


class TestExamples:
    def test_are_edited_in_places_of_their_own(self, studio, draft):
        of = "worth-it/configuration?of=Without%20retrieval"
        sent = {
            "name": "Without retrieval",
            "model": "offline/lead",
            "examples-0-user": "Why?",
            "examples-0-assistant": "Because.",
            "examples-1-user": "",
            "examples-1-assistant": "",
        }
        assert studio.post(of, **sent).status_code == 303
        (example,) = file_of(studio, draft).configurations[0].examples
        assert (example.user, example.assistant) == ("Why?", "Because.")
        assert re.search(r'name="examples-0-user"[^>]*>\s*Why\?', studio.page(of))
        half = studio.post(of, **{**sent, "examples-1-user": "And?"})
        assert half.status_code == 422
        assert "must not be empty" in half.text
        assert "And?" in half.text


class TestTemplate:
    def test_says_what_it_may_name_and_which_prompts_lack_it(self, studio, draft):
        studio.post("worth-it/prompts", prompts="Plain prompt")
        with studio.database.transaction() as session:
            entry = {"text": "In {{ city }}?", "variables": {"city": "Bonn"}}
            editing.add_prompts(session, draft, [entry], now(session))
        page = html.unescape(studio.page("worth-it/configuration?of=Without%20retrieval"))
        assert "{{ city }}" in page
        assert "(1 of 2 prompts have it)" in page
        sent = {"name": "Without retrieval", "model": "offline/lead", "template": "{{ city }}"}
        answer = studio.post("worth-it/configuration?of=Without%20retrieval", **sent)
        assert answer.status_code == 422
        assert "which prompt 1 does not have" in html.unescape(answer.text)


class TestCompare:
    def test_shows_where_two_differ(self, studio, draft):
        of = "worth-it/configuration?of=Without%20retrieval"
        told = {"system_prompt": "Be kind.\nBe brief."}
        studio.post(of, name="Without retrieval", model="offline/lead", **told)
        page = studio.page("worth-it/configurations/compare")
        assert "system_prompt" in page
        assert "<mark>Be brief.</mark>" in page
        assert studio.get("worth-it/configurations/compare?one=Nobody").status_code == 404

    def test_says_where_there_is_nothing_to_compare(self, studio, draft):
        address = "worth-it/configurations/compare?one=With%20retrieval&other=With%20retrieval"
        assert "differ in nothing" in studio.page(address)
        studio.post("new", title="Empty", decision="empty")
        assert "It takes two configurations" in studio.page("empty/configurations/compare")


class TestModel:
    def test_that_is_misspelt_is_refused_with_the_nearest_names(self, studio, draft):
        with studio.database.transaction() as session:
            prices.publish(session, [GPT], now(session))
            reach.publish(session, MAY_CALL)
        of = "worth-it/configuration?of=Without%20retrieval"
        answer = studio.post(of, name="Without retrieval", model="openai/gpt-40")
        assert answer.status_code == 422
        assert 'id="field-model-problem"' in answer.text
        assert "Nearest: openai/gpt-4o." in answer.text
        assert studio.post(of, name="Without retrieval", model="openai/gpt-4o").status_code == 303

    def test_and_endpoints_that_may_be_called_are_proposed(self, studio, draft):
        with studio.database.transaction() as session:
            reach.publish(session, [("endpoint barn", "endpoint", "")])
        of = "worth-it/configuration?of=Without%20retrieval"
        page = studio.page(of)
        assert re.search(r'name="endpoint"[^>]*\slist="offered-endpoints"', page)
        assert '<option value="barn">' in page
        sent = {"name": "Without retrieval", "model": "owl-small"}
        answer = studio.post(of, **sent, endpoint="local")
        assert answer.status_code == 422
        assert 'id="field-endpoint-problem"' in answer.text
        assert "Nearest: barn." in answer.text
        assert studio.post(of, **sent, endpoint="barn").status_code == 303
