import hashlib

import pytest

from service.domain import intake
from service.domain.prompt import Prompt
from service.usecases.sighted.studies import set_files
from service.usecases.sighted.studies.set_files import SetFileInvalid

TABLE = "Frage;Thema\nWarum?;Öl\nWie?;Gas\n;leer\n".encode("latin-1")


class TestRead:
    def test_reads_a_table_as_people_have_it_and_names_bad_rows(self, session):
        found = set_files.read(session, "C:\\x\\fragen.csv", TABLE)
        assert [each.turns[0] for each in found.prompts] == ["Warum?", "Wie?"]
        assert (found.origin.name, found.origin.digest) == (
            "fragen.csv",
            hashlib.sha256(TABLE).hexdigest(),
        )
        assert found.bad_rows == 1
        assert found.bad[0].startswith("4: ")

    def test_takes_columns_as_they_are_said_to_mean(self, session):
        content = b"a,b\nWhy?,x\n"
        found = set_files.read(session, "x.csv", content, {"a": "tags", "b": "prompt"})
        assert (found.prompts[0].turns, found.prompts[0].tags) == (("x",), ("Why?",))

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("x.csv", b" \n", "empty"),
            ("x.csv", b"prompt,configuration,completion\nWhy?,A,because\n", "answers or votes"),
            ("x.csv", b"prompt\n\n", "no row"),
            ("x.csv", b"x" * (intake.MOST_HELD_BYTES + 1), "larger"),
        ],
    )
    def test_refuses_what_holds_no_prompts(self, session, name, content, said):
        with pytest.raises(SetFileInvalid, match=said):
            set_files.read(session, name, content)


class TestEdited:
    def test_takes_back_what_was_written(self):
        found = (Prompt(turns=("Why?\nReally",), key="a", tags=("t",)), Prompt(turns=("x", "y")))
        assert set_files.edited(set_files.written(found)) == found

    def test_names_lines_that_are_none(self):
        with pytest.raises(SetFileInvalid, match="2: "):
            set_files.edited('{"text": "Why?"}\n{"nothing": 1}\n')
        with pytest.raises(SetFileInvalid, match="at least one"):
            set_files.edited(" \n")


class TestPasted:
    def test_parts_at_gaps_or_lines(self):
        text = "One\r\ntwo\r\n\r\nThree\n\nThree\n"
        assert [each.turns[0] for each in set_files.pasted(text, by_line=False)] == [
            "One\ntwo",
            "Three",
        ]
        by_line = set_files.pasted(text, by_line=True, tags=["a", " "])
        assert [each.turns[0] for each in by_line] == ["One", "two", "Three"]
        assert by_line[0].tags == ("a",)
