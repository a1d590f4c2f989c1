import html

from service.usecases.sighted.studies import prompt_sets
from tests.web.researcher.test_prompt_sets import make, upload
from tests.web.researcher.test_uploads import chosen

FILE = (
    b"Frage,Thema,Interna\nWo?,Orte,x\nwo ?,Orte,y\n,leer,z\nWho are you?,Wer,q\n"
    b"Wo?,Orte,noch einmal\n"
)


def uploaded(studio, content=FILE, **fields):
    """Return the page's address of a file that was sent, below /studio/."""
    answer = upload(studio, content, **{"title": "Fragen", **fields})
    assert answer.status_code == 303
    return answer.headers["Location"].removeprefix("/studio/")


def prompts(studio, name):
    with studio.database.reading() as session:
        return prompt_sets.prompts_of(session, name)


class TestMapping:
    def test_shows_boxes_first_rows_and_what_to_look_at_before_anything_is_made(self, studio):
        where = uploaded(studio)
        page = html.unescape(studio.page(where))
        assert chosen(page)["Frage"] == "prompt"
        assert chosen(page)["Interna"] in {"", "variable", "tags"}
        assert "Answers of" not in page
        assert "About a vote" not in page
        for said in (
            "As a rater sees it",
            "line 4:",
            "line 6, as line 2",
            "line 3, as line 2",
            "These prompts ask who answers.",
        ):
            assert said in page
        assert "There is none yet." in studio.page("_sets/")

    def test_changes_while_somebody_chooses(self, studio):
        where = uploaded(studio, b"a,b\nWhy?,x\nHow?,y\n")
        headers = {"HX-Request": "true"}
        sent = {"csrf_token": studio.token(), "c0": "tags", "c1": "prompt"}
        part = studio.client.post(f"/studio/{where}", data=sent, headers=headers).text
        assert "<html" not in part
        assert "with the tags: Why? (1), How? (1)." in html.unescape(part)
        sent = {"csrf_token": studio.token(), "c0": "", "c1": ""}
        part = studio.client.post(f"/studio/{where}", data=sent, headers=headers).text
        assert "Say which column holds the prompt." in part
        assert "disabled" in part

    def test_makes_the_set_and_remembers_the_header(self, studio):
        where = uploaded(studio)
        taken = studio.post(f"{where}/take", c0="prompt", c1="tags", c2="")
        assert taken.headers["Location"] == "/studio/_sets/fragen"
        found = prompts(studio, "fragen")
        assert [(each.turns[0], each.tags) for each in found] == [
            ("Wo?", ("Orte",)),
            ("wo ?", ("Orte",)),
            ("Who are you?", ("Wer",)),
        ]
        assert "1 row could not be used: 4: " in studio.page("_sets/fragen")
        assert studio.get(where).status_code == 404
        again = html.unescape(studio.page(uploaded(studio, title="Mehr")))
        assert "mean what they meant in the last file with this header" in again
        assert chosen(again) == {"Frage": "prompt", "Thema": "tags", "Interna": ""}

    def test_becomes_the_next_version_in_place_of_the_last_or_beside_it(self, studio):
        make(studio)
        where = uploaded(studio, b"prompt\nWhere?\n", prompt_set="basics", note="new ones")
        assert "take the place of those of Basics" in studio.page(where)
        studio.post(f"{where}/take", c0="prompt")
        assert [each.turns[0] for each in prompts(studio, "basics")] == ["Where?"]
        where = uploaded(studio, b"prompt\nWhen?\n", prompt_set="basics", add="on")
        assert "added to those of Basics" in studio.page(where)
        studio.post(f"{where}/take", c0="prompt")
        assert [each.turns[0] for each in prompts(studio, "basics")] == ["Where?", "When?"]

    def test_takes_prompts_alone_of_a_file_with_answers(self, studio):
        where = uploaded(studio, b"prompt,configuration,completion\nWhy?,A,Because.\nWhy?,B,So.\n")
        page = studio.page(where)
        assert chosen(page) == {"prompt": "prompt", "configuration": "", "completion": ""}
        refused = studio.post(f"{where}/take", c0="prompt", c1="configuration", c2="answer")
        assert (refused.status_code, "holds answers or votes" in refused.text) == (422, True)
        studio.post(f"{where}/take", c0="prompt")
        assert [each.turns[0] for each in prompts(studio, "fragen")] == ["Why?"]

    def test_is_removed_on_request_and_refused_to_viewers(self, studio, viewer):
        where = uploaded(studio)
        assert viewer.get(where).status_code == 403
        assert studio.post(f"{where}/discard").status_code == 303
        assert "Nothing was made of it." in studio.page("_sets/")
        assert studio.get(where).status_code == 404

    def test_a_title_that_is_taken_is_said_at_once_and_later(self, studio):
        where = uploaded(studio)
        make(studio, title="Fragen")
        late = studio.post(f"{where}/take", c0="prompt")
        assert (late.status_code, "of that name already" in late.text) == (409, True)
        assert upload(studio, FILE, title="Fragen").status_code == 409
