import io
import json
import re

from service import drafting
from service.usecases.sighted.studies import prompt_sets

LOG = b"prompt\nWhy is the sky blue?\nMail ada@example.org\nHow do bees <dance>?\n"


def ask(studio, content=LOG, kind="logs", name="log.csv", **fields):
    sent = {"csrf_token": studio.token(), "kind": kind, "title": "Bees", "size": "30", **fields}
    if content is not None:
        sent["file"] = (io.BytesIO(content), name)
    return studio.client.post("/studio/_drafts/upload", data=sent)


def made(studio, **fields):
    """Return the address of a draft that a worker has made, below /studio/."""
    answer = ask(studio, **fields)
    assert answer.status_code == 303, answer.text
    drafting.make_due(studio.database)
    return answer.headers["Location"].removeprefix("/studio/")


class TestAsk:
    def test_is_offered_and_keeps_what_was_typed(self, studio):
        page = studio.page("_drafts/")
        assert "There is none yet." in page
        assert "/studio/_drafts/" in studio.page("_sets/")
        for fields in ({"size": "0"}, {"title": "Mine <b>", "content": b""}, {"kind": "text"}):
            refused = ask(studio, **fields)
            assert refused.status_code == 422
        assert "Mine &lt;b&gt;" in ask(studio, title="Mine <b>", size="x").text

    def test_is_for_researchers(self, viewer):
        assert ask(viewer).status_code == 403
        assert "Make a draft" not in viewer.page("_drafts/")

    def test_waits_and_tells_when_it_is_made(self, studio):
        place = ask(studio).headers["Location"].removeprefix("/studio/")
        assert "waits for a worker" in studio.page(place)
        assert studio.get(f"{place}/news?seen=waiting").status_code == 204
        drafting.make_due(studio.database)
        news = studio.get(f"{place}/news?seen=waiting")
        assert news.headers["HX-Redirect"].endswith(place)
        assert studio.get("_drafts/nothing").status_code == 404


class TestReview:
    def test_goes_from_prompt_to_prompt_by_forms_alone(self, studio):
        place = made(studio, minutes="45")
        page = studio.page(place)
        for said in ("Prompt 1 of 3", "log.csv, line 2", "min left", 'data-key="k"'):
            assert said in page
        assert "personal data" in studio.page(f"{place}?at=2")
        kept = studio.post(f"{place}/1", decide="kept")
        assert "at=2" in kept.headers["Location"]
        studio.post(f"{place}/2", decide="dropped")
        hard = studio.post(f"{place}/3", difficulty="hard")
        assert "at=3" in hard.headers["Location"]
        edited = studio.post(f"{place}/3", decide="edit", text="How <i>do</i> they?", tags="b")
        assert edited.status_code == 303
        page = studio.page(f"{place}?at=3")
        assert "3 of 3 decided." in page
        assert "How &lt;i&gt;do" in page
        assert "1 hard" in page
        version = studio.post(f"{place}/keep")
        assert version.headers["Location"].endswith("_sets/bees")
        with studio.database.reading() as session:
            found = prompt_sets.prompts_of(session, "bees")
        assert [each.turns[0] for each in found] == [
            "Why is the sky blue?",
            "How <i>do</i> they?",
        ]
        assert studio.post(f"{place}/1", decide="kept").status_code == 409
        assert "Version 1" in studio.page(place)

    def test_changes_a_conversation_turn_by_turn(self, studio):
        turns = [{"role": "user", "content": each} for each in ("Hello", "And then?")]
        content = json.dumps({"messages": turns}).encode()
        place = made(studio, content=content, name="log.jsonl")
        page = studio.page(f"{place}?at=1")
        assert "Turn 2" in page
        refused = studio.post(f"{place}/1", decide="edit", text=["", "And <when>?"], tags="")
        assert refused.status_code == 422
        assert "And &lt;when&gt;?" in refused.text
        studio.post(f"{place}/1", decide="edit", text=["Good day", "And when?", ""], tags="")
        page = studio.page(f"{place}?at=1")
        for said in ("Good day", "And when?"):
            assert f'<p class="proposed" dir="auto">{said}</p>' in page

    def test_loses_nothing_that_is_refused(self, studio):
        place = made(studio)
        assert studio.post(f"{place}/keep").status_code == 422
        empty = studio.post(f"{place}/1", decide="edit", text=" ")
        assert empty.status_code == 422
        assert studio.post(f"{place}/99", decide="kept").status_code == 404

    def test_shows_no_buttons_to_viewers(self, studio, viewer):
        place = made(studio)
        assert 'data-key="k"' not in viewer.page(place)
        assert viewer.post(f"{place}/1", decide="kept").status_code == 403


class TestModel:
    def test_is_asked_only_after_somebody_has_seen_what_is_sent(self, studio):
        place = made(studio, kind="text", content=b"Mail ada@example.org\n", name="guide.md",
                     model="openai/gpt-x")  # fmt: skip
        page = studio.page(place)
        assert re.search(r"1 × e-mail", page)
        assert studio.post(f"{place}/begin", usd="much").status_code == 422
        assert studio.post(f"{place}/begin", usd="0.5").status_code == 303
        assert "a model is being asked" in studio.page(place)

    def test_takes_several_documents(self, studio):
        files = [(io.BytesIO(b"Of " + name.encode()), name) for name in ("a.md", "b.txt")]
        place = made(studio, content=None, kind="text", model="openai/gpt-x", file=files)
        assert "2 passages of 2" in studio.page(place)

    def test_is_sent_once(self, studio):
        place = made(studio, content=None, kind="text", model="openai/gpt-x", task="Bees.")
        assert studio.post(f"{place}/begin", usd="0.5").status_code == 303
        assert studio.post(f"{place}/begin", usd="0.5").status_code == 409
