import pytest

from service.domain.prompt_set import Origin, OriginKind
from service.formats.documents import DocumentUnreadable
from service.usecases.sighted.studies import proposing
from service.usecases.sighted.studies.drafts import DraftInvalid, DraftNotOpen
from tests.factories import later

ORIGIN = Origin(OriginKind.MODEL, "a.md", "ab" * 32, by="m")


def ask(session, **change):
    told = {"task": "A shop.", "model": "openai/gpt-x", "size": 5, **change}
    size, model = told.pop("size"), told.pop("model")
    return proposing.ask(session, "Bikes", size, model, "ada", later(0), **told)


def cut(*contents):
    names = [f"{at}.txt" for at in range(len(contents))]
    return proposing.cut(names, proposing.pack(contents))


class TestAsk:
    def test_refuses_what_asks_for_nothing(self, session):
        for change in ({"task": " "}, {"model": " "}, {"size": 0}, {"task": "x" * 9000}):
            with pytest.raises(DraftInvalid):
                ask(session, **change)

    def test_is_not_begun_before_it_is_prepared(self, session):
        token = ask(session)
        with pytest.raises(DraftNotOpen):
            proposing.begin(session, token, 1.0, later(0))


class TestCut:
    def test_keeps_passages_short_and_numbered(self):
        words = " ".join(f"long{number:04}" for number in range(2_300))
        text = "\n\n".join(["short"] * 3 + [words])
        found = cut(text.encode())
        assert found.of == len(found.passages) == 5
        assert all(len(passage) <= proposing.PASSAGE for _, passage in found.passages)
        assert proposing.cut([], proposing.pack([])).passages == (("1", ""),)

    def test_points_out_personal_data(self):
        assert cut(b"Mail ada@example.org").personal == {"e-mail": 1}

    def test_refuses_an_empty_document(self):
        with pytest.raises(DocumentUnreadable):
            cut(b"  ")


class TestRead:
    def test_takes_turns_and_counts(self):
        given = [("1", '[{"prompt": "a"}, {"prompt": "b"}]', ""), ("2", '[{"prompt": "c"}, 1]', "")]
        found, told = proposing.read([*given, ("3", "", "late"), ("4", "x", "")], ORIGIN)
        assert [each.prompt.turns[0] for each in found] == ["a", "c", "b"]
        assert found[1].origin.place == "2"
        assert told == {"rows": 3, "malformed": 1, "refused": 1, "failed": 1, "why": "late"}
