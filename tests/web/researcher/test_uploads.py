import gzip
import html
import io
import json
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

from service import importing
from service.domain import intake
from service.formats.shapes import known
from service.usecases.sighted.studies import filing, previews, uploads
from service.web import security
from tests import factories
from tests.web.researcher import conftest

SHAPES = Path(__file__).parents[2] / "formats/shapes/files"
ANSWERS = b"Frage,Alt,Neu,Interna\nWo?,Hier.,Dort.,x\nWann?,,Bald.,y\nWie?,So.,**Anders.**,z\n"


def upload(studio, content, name="answers.csv", study="support-replies"):
    parts = [
        b'Content-Disposition: form-data; name="csrf_token"\r\n\r\n' + studio.token().encode(),
        b'Content-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % name.encode()
        + content,
    ]
    # By hand: a client's own temporary files are closed too late.
    body = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    answer = studio.client.post(
        f"/studio/{study}/upload", data=body, content_type="multipart/form-data; boundary=cut"
    )
    if answer.status_code != 303:
        return answer
    return answer.headers["Location"].removeprefix("/studio/")


def chosen(page):
    """What a page's selects say, by the names of the columns."""
    return {
        html.unescape(name): html.unescape(
            "".join(re.findall(r'value="([^"]+)" selected', options))
        )
        for name, options in re.findall(
            r'<label for="c\d+"[^>]*>([^<]*)</label>.*?<select[^>]*>(.*?)</select>', page, re.DOTALL
        )
    }


def fragment(studio, where, **fields):
    answer = studio.client.post(
        f"/studio/{where}",
        data={"csrf_token": studio.token(), **fields},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    return answer.text


@pytest.fixture
def draft(studio) -> conftest.Studio:
    studio.study(state="draft")
    return studio


class TestUpload:
    def test_is_offered_beside_prompts_and_for_answers(self, draft):
        for page in ("prompts", "answers"):
            assert 'type="file"' in draft.page(f"support-replies/{page}")

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("", b"", "Choose a file first"),
            ("x.csv", b" \n", "is empty"),
            ("x.csv", b"prompt\n", "no row that can be read"),
            ("x.jsonl", b'{"prompt": NaN}\n', "1: the row is not valid JSON"),
            ("x.csv", b"a,a\n1,2\n", "two columns named"),
            ("x.json", b'{\n"prompt": "A?"', "is not one JSON object"),
            ("x.json", b"{\n}", "one JSON object without rows"),
            ("x.zip", b"PK\x03\x04rest", "Save it as CSV"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, draft, name, content, said):
        answer = upload(draft, content, name)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)

    def test_takes_more_than_a_form_and_not_more_than_files_may_have(self, draft, monkeypatch):
        line = b'{"prompt": "' + b"x" * 100_000 + b'"}\n'
        assert upload(draft, line * 170, "x.jsonl").startswith("support-replies/uploads/")
        declared = {"content_length": security.MAX_UPLOAD_BYTES + 1}
        answer = draft.client.post("/studio/support-replies/upload", **declared)
        assert answer.status_code == 413
        assert "At most 100 MB can be sent at once. Please split the file." in answer.text
        monkeypatch.setattr(intake, "MOST_BYTES", 2_000_000)
        answer = upload(draft, line * 30, "x.jsonl")
        assert answer.status_code == 422
        assert "larger than 1 MB. Split it into several files." in answer.text
        data = {"csrf_token": draft.token(), "prompts": "x" * (security.MAX_BODY_BYTES + 1)}
        assert draft.client.post("/studio/support-replies/prompts", data=data).status_code == 413

    def test_names_the_encoding_that_was_taken(self, draft):
        page = draft.page(upload(draft, "Frage\nGrüße?\n".encode("cp1252"), "x.csv"))
        assert "read as Windows-1252" in page
        assert "Grüße?" in page
        page = draft.page(upload(draft, "Frage\nGrüße?\n".encode("utf-16"), "x.csv"))
        assert "read as UTF-16" in page
        assert "Grüße?" in page

    def test_is_refused_to_a_closed_study_and_to_a_viewer(self, studio, viewer):
        studio.study(state="closed")
        assert upload(studio, ANSWERS).status_code == 409
        assert upload(viewer, ANSWERS).status_code == 403

    def test_forgets_what_is_old_and_more_than_ten(self, draft):
        first = upload(draft, ANSWERS)
        for _ in range(uploads.MOST_HELD):
            upload(draft, ANSWERS)
        assert draft.get(first).status_code == 404
        page = draft.page("support-replies/answers")
        assert page.count("not imported yet") == uploads.MOST_HELD

    def test_is_removed_on_request(self, draft):
        where = upload(draft, ANSWERS)
        assert draft.post(f"{where}/discard").status_code == 303
        assert draft.get(where).status_code == 404

    def test_belongs_to_its_study(self, draft):
        draft.study(name="other")
        where = upload(draft, ANSWERS)
        assert draft.get(where.replace("support-replies", "other")).status_code == 404

    def test_takes_a_spreadsheet(self, draft):
        book = openpyxl.Workbook()
        for row in (["Frage", "Alt", "Neu"], ["Grüße?", "Hallo.", "Servus."]):
            book.active.append(row)
        kept = io.BytesIO()
        book.save(kept)
        page = draft.page(upload(draft, kept.getvalue(), "Mappe1.xlsx"))
        assert "2 answers to 1 prompt, by: Alt (1), Neu (1)." in page


class TestMapping:
    def test_is_guessed_and_shown_as_raters_see_it(self, draft):
        page = draft.page(upload(draft, ANSWERS))
        told = {"Frage": "prompt", "Alt": "answer:Alt", "Neu": "answer:Neu"}
        assert chosen(page) == {**told, "Interna": ""} or chosen(page)["Frage"] == "prompt"
        assert "<strong>Anders.</strong>" in page

    def test_changes_the_preview_while_somebody_chooses(self, draft):
        where = upload(draft, ANSWERS)
        told = fragment(draft, where, c0="prompt", c3="tags")
        assert "3 prompts, with the tags: x (1), y (1), z (1)." in told
        assert "As a rater sees it" in told
        told = fragment(draft, where, c1="answer:Alt")
        assert "Say which column holds the prompt." in told
        assert re.search(r"<button[^>]*disabled", told)
        told = fragment(draft, where, c0="prompt", c1="answer:Plain", c2="answer:Neu")
        assert "5 answers to 3 prompts, by: Plain (2), Neu (3)." in told
        # It is kept, for another day and another machine.
        assert chosen(draft.page(where))["Alt"] == "answer:Plain"

    def test_works_without_script(self, draft):
        where = upload(draft, ANSWERS)
        answer = draft.post(where, c0="prompt")
        assert answer.headers["Location"] == f"/studio/{where}#preview"
        assert "3 prompts" in draft.page(where)

    def test_names_lines_that_cannot_be_used_or_say_the_same(self, draft):
        text = 'text,tag\nWhere is it?,\nwhere is  it,\nWhere is it?,\n" ",\nOther?,x,y\n'
        page = html.unescape(draft.page(upload(draft, text.encode(), "x.csv")))
        assert "2 rows cannot be used:" in page
        assert "line 5: the prompt is empty" in page
        assert "line 6: the row has 3 values" in page
        assert "line 4, as line 2" in page
        assert "line 3, as line 2" in page

    def test_tells_of_further_samples(self, draft):
        rows = [{"prompt": "Q?", "model": "M", "output": text} for text in ("a", "b", "a")]
        text = "\n".join(map(json.dumps, rows))
        page = html.unescape(draft.page(upload(draft, text.encode(), "x.jsonl")))
        assert "1 answer stands beside another one" in page
        assert "line 3, as line 1" in page

    def test_refuses_a_meaning_that_there_is_not(self, draft):
        where = upload(draft, ANSWERS)
        assert draft.post(where, c0="fortune").status_code == 422

    def test_is_remembered_by_header(self, draft):
        where = upload(draft, ANSWERS)
        sent = {"c0": "prompt", "c1": "answer:Old", "c2": "answer:New", "c3": "tags"}
        assert draft.post(f"{where}/import", **sent).status_code == 303
        again = upload(draft, b"Neu,Interna,Alt,Frage\nJa.,x,Nein.,Warum?\n")
        page = draft.page(again)
        assert "what they meant in the last file" in page
        assert chosen(page) == {
            "Neu": "answer:New",
            "Interna": "tags",
            "Alt": "answer:Old",
            "Frage": "prompt",
        }

    def test_shows_hostile_texts_harmlessly(self, draft):
        row = {
            "prompt": "<script>alert(1)</script>",
            "<b>x</b>": "<img src=x onerror=a()>",
            "y": "z z",
        }
        page = draft.page(upload(draft, json.dumps(row).encode(), "'><script>.jsonl"))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>x</b>" not in page
        assert "'><script>" not in page


def reading_of(page):
    found = re.search(r'<select id="shape".*?</select>', page, re.DOTALL)
    return "".join(re.findall(r'value="([^"]+)" selected', found[0]))


class TestReading:
    """Of a file that is known by its structure nobody has to say what its columns mean."""

    @pytest.mark.parametrize("name", [path.name for path in sorted(SHAPES.glob("*.*"))[1:]])
    def test_is_seen_by_structure_for_all_that_tools_write(self, draft, name):
        where = upload(draft, (SHAPES / name).read_bytes(), name)
        page = html.unescape(draft.page(where))
        assert reading_of(page) in known.SHAPES
        assert 'id="c0"' not in page
        title = known.SHAPES[reading_of(page)].title
        assert f"Read as {title}." in page

    def test_can_be_another_one_and_a_table_again(self, draft):
        raw = (SHAPES / "mt-bench-answers.jsonl").read_bytes()
        where = upload(draft, raw, "a.jsonl")
        assert draft.post(f"{where}/reading", shape="").status_code == 303
        page = draft.page(where)
        assert (reading_of(page), 'id="c0"' in page) == ("", True)
        draft.post(f"{where}/reading", shape="mt-bench-answers")
        assert reading_of(draft.page(where)) == "mt-bench-answers"
        assert draft.post(f"{where}/reading", shape="fortune").status_code == 422

    @pytest.mark.parametrize("shape", ["", "alpaca-outputs"])
    def test_names_who_answered_where_one_file_holds_one_model(self, draft, shape):
        rows = [{"instruction": f"Question {n}?", "output": f"Answer {n}."} for n in range(3)]
        where = upload(draft, json.dumps(rows).encode(), "model_outputs.json")
        assert "does not say which configuration answered" in draft.page(where)
        draft.post(f"{where}/reading", shape=shape, answered="Ours")
        assert "by: Ours (3)." in draft.page(where)
        sent = {} if shape else {"c0": "prompt", "c1": "answer:Ours"}
        assert draft.post(f"{where}/import", **sent).status_code == 303
        page = html.unescape(draft.page(where))
        assert "3 answers added" in page
        assert "New configurations: Ours." in page
        assert "3 of these prompts have fewer than two different answers" in page

    def test_takes_parquet_and_gzip(self, draft):
        table = pyarrow.table({"prompt": ["Q?"], "model": ["M"], "output": ["A."]})
        kept = io.BytesIO()
        pyarrow.parquet.write_table(table, kept)
        for raw, name in ((kept.getvalue(), "x.parquet"), (gzip.compress(ANSWERS), "x.csv.gz")):
            assert "answer" in draft.page(upload(draft, raw, name))
        assert "1 answer to 1 prompt, by: M (1)." in draft.page(upload(draft, kept.getvalue(), "x"))

    def test_says_what_was_left_out_and_that_a_model_judged(self, studio):
        studio.study()
        row = {
            "question_id": "p0", "model_1": "Plain", "model_2": "Retrieval", "turn": 1,
            "g1_winner": "model_1", "g2_winner": "model_1", "judge": ["gpt-4", "pair-v2"],
        }  # fmt: skip
        where = upload(studio, json.dumps(row).encode() + b"\n", "gpt-4_pair.jsonl")
        studio.post(f"{where}/import")
        studio.post("language", code="de", back="/studio/")
        page = html.unescape(studio.page(where))
        assert "Gelesen als: maschinelle Urteile von MT-bench." in page
        assert "1 Urteile stammen von Modellen (gpt-4), nicht von Menschen" in page
        raters = html.unescape(studio.page("support-replies/raters"))
        assert "Das Urteil eines Modells, nicht eines Menschen.: 1" in raters


class TestImport:
    def test_brings_prompts_a_sample_of_them_by_tag(self, draft):
        lines = [f"Question {n} of kind {n % 4 == 0}?;{n % 4 == 0}" for n in range(40)]
        where = upload(draft, ("Frage;Art\n" + "\n".join(lines)).encode())
        told = fragment(draft, where, c0="prompt", c1="tags", most="8")
        assert "8 prompts, with the tags:" in told
        assert "False (6)" in told
        assert "True (2)" in told
        answer = draft.post(f"{where}/import", c0="prompt", c1="tags", most="8")
        assert answer.headers["Location"] == f"/studio/{where}#report"
        assert "8 prompts added, 0 were there already." in draft.page(where)
        with draft.database.reading() as session:
            made = filing.file_of(session, "support-replies").prompts[3:]
        assert sorted(prompt.tags for prompt in made) == [("False",)] * 6 + [("True",)] * 2
        # Once more the same ones are chosen.
        draft.post(f"{where}/import", c0="prompt", c1="tags", most="8")
        assert "0 prompts added, 8 were there already." in draft.page(where)

    def test_leaves_its_report_on_the_page(self, draft):
        where = upload(draft, ANSWERS + b"Wer?,,,\n")
        draft.post(f"{where}/import", c0="prompt", c1="answer:Alt", c2="answer:Neu")
        page = html.unescape(draft.page(where))
        assert "5 answers added, 0 were there already." in page
        assert "New configurations: Alt, Neu." in page
        assert "1 row was not used:" in page
        assert "line 5: the row holds no answer" in page
        assert "imported" in draft.page("support-replies/answers")

    def test_asks_which_of_two_texts_is_to_hold(self, draft):
        sent = {"c0": "prompt", "c1": "answer:Alt", "c2": "answer:Neu"}
        draft.post(f"{upload(draft, ANSWERS)}/import", **sent)
        where = upload(draft, ANSWERS.replace(b"Dort.", b"Dort drueben."))
        draft.post(f"{where}/import", **sent)
        page = html.unescape(draft.page(where))
        assert "0 answers added, 4 were there already." in page
        assert "1 answer has another text in the study. Which one is to hold?" in page
        assert draft.post(f"{where}/keep").status_code == 303
        assert "Which one is to hold" not in draft.page(where)

        draft.post(f"{where}/import", **sent)
        assert "Which one is to hold" in draft.page(where)
        draft.post(f"{where}/import", replace="yes")
        page = html.unescape(draft.page(where))
        assert "1 replaced: raters get the new texts" in page
        assert "Which one is to hold" not in page

    def test_takes_votes_and_battles(self, studio):
        studio.study()
        votes = (
            b"id,links,rechts,gewinner,wer\np0,Plain,Retrieval,left,Ada\np1,Plain,Nobody,left,Ada\n"
        )
        where = upload(studio, votes, "votes.csv")
        sent = {"c0": "prompt_id", "c1": "left", "c2": "right", "c3": "winner", "c4": "rater"}
        assert "2 votes on 2 prompts" in fragment(studio, where, **sent)
        studio.post(f"{where}/import", **sent)
        page = html.unescape(studio.page(where))
        assert "1 vote added" in page
        assert "no configuration called 'Nobody'" in page

        battle = {"prompt": "Q?", "model_a": "A", "model_b": "B", "winner": "tie"}
        battle |= {"response_a": "x", "response_b": "y"}
        where = upload(studio, json.dumps(battle).encode(), "battles.jsonl")
        assert "1 vote with both answers" in studio.page(where)

    def test_says_what_is_missing(self, draft):
        where = upload(draft, ANSWERS)
        answer = draft.post(f"{where}/import", c1="answer:Alt")
        assert answer.status_code == 422
        assert "Say which column holds the prompt." in answer.text

    def test_leaves_large_files_to_a_worker_and_shows_how_far_it_is(self, draft):
        rows = b"".join(b"Question %d?\n" % (number % 9) for number in range(20_001))
        where = upload(draft, gzip.compress(b"prompt\n" + rows), "x.csv.gz")
        assert "These are the first rows" in draft.page(where)
        assert draft.post(f"{where}/import", c0="prompt").status_code == 303
        page = draft.page(where)
        assert "It waits for a worker." in page
        seen = re.search(r"/progress\?seen=([^\"]+)", page)[1]
        assert draft.get(f"{where}/progress?seen={seen}").status_code == 204
        assert draft.post(f"{where}/import", c0="prompt").status_code == 409
        importing.import_due(draft.database)
        told = draft.get(f"{where}/progress?seen={seen}").text
        assert "The import has ended" in told
        assert "data-live" not in told
        page = draft.page(where)
        assert "9 prompts added, 19,992 were there already." in page
        assert "progress?seen" not in page

    def test_the_page_looks_at_a_bounded_number_of_rows(self):
        assert previews.LOOK_AT <= 2000


def test_a_name_keeps_no_folder():
    assert factories.MOMENT
    assert uploads.shown_name("C:\\secret\\a\0b.csv") == "ab.csv"


def test_what_is_wrong_with_a_row_is_said_in_the_language_of_the_page(draft):
    draft.post("language", code="de", back="/studio/")
    where = upload(draft, b"prompt,Plain\n ,So.\nWo?,Hier.\n")
    assert "der Prompt ist leer" in draft.page(where)
    draft.post(f"{where}/import", c0="prompt", c1="answer:Plain")
    assert "der Prompt ist leer" in draft.page(where)


class TestLanguages:
    def test_say_in_german_what_is_wrong_inside_json(self, draft):
        content = b'{"prompt": "a"}\n{"prompt": NaN}\n'
        where = upload(draft, content, "x.jsonl")
        answer = draft.client.get(f"/studio/{where}", headers={"Accept-Language": "de"})
        assert "prompt ist NaN, und das ist keine Zahl, die JSON kennt" in answer.text
