import io
import json

from service.formats import mapping
from service.formats.readings import Asked
from service.usecases.sighted.studies import previews


def seen(rows, meanings, most=None, mode="full", *, shows_variables=False):
    content = "\n".join(map(json.dumps, rows)).encode()
    kind = mapping.kind_of(meanings)
    asked = Asked(meanings=meanings)
    how = previews.reading(lambda: io.BytesIO(content), "x.jsonl", asked, most)
    assert how.kind == kind
    return previews.look("x.jsonl", io.BytesIO(content), how, mode, shows_variables=shows_variables)


class TestLook:
    def test_shows_two_answers_of_each_prompt_as_raters_get_them(self):
        rows = [
            {"q": f"*Question* {n}", "who": who, "said": f"<think>hm</think>**{who}** {n}"}
            for who in "ABC"
            for n in range(5)
        ]
        told = seen(rows, {"q": "prompt", "who": "configuration", "said": "answer"})
        assert [(one.line, len(one.answers)) for one in told.shown] == [(1, 2), (2, 2), (3, 2)]
        assert "<em>Question</em>" in told.shown[0].turns[0]
        assert "<strong>B</strong>" in told.shown[0].answers[1][0]
        assert "hm" not in told.shown[0].answers[1][0]
        assert (told.rows, told.prompts, dict(told.names)) == (15, 5, {"A": 5, "B": 5, "C": 5})

    def test_follows_how_the_study_shows_texts(self):
        rows = [{"q": "**Who?**", "v": "Ada"}]
        meanings = {"q": "prompt", "v": "variable"}
        assert "<strong>" not in seen(rows, meanings, mode="plain").shown[0].turns[0]
        assert seen(rows, meanings).shown[0].context == ""
        assert "v: Ada" in seen(rows, meanings, shows_variables=True).shown[0].context

    def test_looks_at_so_many_rows_and_says_so(self):
        rows = [{"q": f"Question {n}"} for n in range(previews.LOOK_AT + 1)]
        told = seen(rows, {"q": "prompt"})
        assert (told.is_cut, told.rows) == (True, previews.LOOK_AT)
        assert not seen(rows[:-1], {"q": "prompt"}).is_cut

    def test_names_few_of_many_faults(self):
        rows = [{"q": " "}] * 50 + [{"q": "One!"}, {"q": "one"}] * 50
        told = seen(rows, {"q": "prompt"})
        assert (told.bad_rows, len(told.bad)) == (50, previews.MOST_NAMED)
        assert told.alike == [(52, 51)]
        assert len(told.twice) == previews.MOST_NAMED

    def test_points_out_prompts_that_ask_who_answers(self):
        asking = [
            "Who are you?",
            "Hi! Which model are you, please?",
            "Stell dich vor.",
            "Wer bist du?",
        ]
        others = [
            "Who are your suppliers?",
            "What is dew?",
            "Describe the model.",
            "Wer war Goethe?",
        ]
        told = seen([{"q": text} for text in (*asking, *others)], {"q": "prompt"})
        assert told.asking_who == [1, 2, 3, 4]

    def test_shows_answers_that_name_their_prompt_by_its_id(self):
        told = seen([{"k": "p1", "a": "Yes."}], {"k": "prompt_id", "a": "answer:A"})
        assert "p1" in told.shown[0].turns[0]


class TestPrepared:
    def test_takes_fewer_prompts_with_all_of_their_answers(self):
        rows = [{"q": f"Question {n}", "a": "x", "b": "y"} for n in range(30)]
        told = seen(rows, {"q": "prompt", "a": "answer:A", "b": "answer:B"}, most=4)
        assert (told.prompts, told.rows) == (4, 8)
