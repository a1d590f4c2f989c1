import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service.domain.configuration import Approach, Configuration, Example, Price, Retrieval
from service.domain.prompt import Prompt
from service.domain.retrieval import Collection, Document
from service.domain.study import DEFAULT_INSTRUCTIONS
from service.formats import study_file, study_writer
from service.formats.study_file import StudyFile
from tests.formats.test_study_file import WHOLE

BOOKS = Collection((Document("books/a.md", "Keep it dry."), Document("books/b.pdf", "Page one.")))
SMALL = StudyFile(
    title="A study",
    name="a-study",
    configurations=(Configuration(name="One"), Configuration(name="Two")),
    instructions=DEFAULT_INSTRUCTIONS,
)
# What the file itself does not hold: checks on reading, and the name of the schema.
NOT_WRITTEN = {"$schema", "same_parameters"}
EVERYTHING = WHOLE + (
    "show_variables: true\nprobes: [of course, 'I cannot']\n"
    "criteria: [Clear, Correct]\ngrades: with_votes\nreuse: true\nincumbent: Plain\n"
    "end: {votes: 400, date: '2026-12-31', decided: winner, then: notify}\n"
    f"prompt_set: {{name: basics, version: 2, sha256: {'ab' * 32}}}\n"
    "preregistration: {question: Which one, margin: 8, exclusions: Nobody.}\n"
    "gold: [{prompt: Which one, better: This., worse: That.}]\n"
)


def read_back(file: StudyFile) -> StudyFile:
    """Read what was written, with the files that were written beside it."""
    contents = study_writer.folder(file)

    def load(name: str):
        return [(name, contents[name])]

    text = contents[study_writer.STUDY].decode()
    return study_file.read(text, "study.yaml", lambda name: contents[name].decode(), load)


class TestText:
    def test_keeps_the_field_that_is_shown(self):
        file = replace(SMALL, configurations=(Configuration("One", shows="result.answer"),))
        assert study_writer.told(file)["configurations"][0]["shows"] == "result.answer"
        assert read_back(file) == file

    def test_says_everything_that_a_file_can_say(self):
        file = study_file.read(EVERYTHING, "study.yaml", lambda _: "")
        says = study_writer.told(file)
        retrieves = replace(
            SMALL.configurations[0], model="a/b", retrieval=Retrieval(BOOKS.digest, name="x")
        )
        says |= study_writer.told(replace(SMALL, configurations=(retrieves,), collections=(BOOKS,)))
        assert study_file.schema()["properties"].keys() - says.keys() <= NOT_WRITTEN | {
            "collections"
        }
        assert read_back(file) == file

    def test_leaves_out_what_goes_without_saying(self):
        assert study_writer.text(study_writer.told(SMALL)) == (
            "title: A study\nname: a-study\nconfigurations:\n- name: One\n- name: Two\n"
        )

    @pytest.mark.parametrize(
        "word", ["no", "1e3", "2026-03-01", "~", "<<", "0x1f", "12", "- x", "a: b", "*"]
    )
    def test_keeps_words_that_yaml_reads_as_something_else(self, word):
        file = replace(SMALL, prompts=(Prompt(turns=(word,)),))
        assert read_back(file) == file
        # Other readers of YAML, of version 1.1, see the same text.
        assert yaml.safe_load(study_writer.text(study_writer.told(file)))["prompts"] == [word]

    def test_sets_several_lines_as_people_write_them(self):
        file = replace(SMALL, prompts=(Prompt(turns=("First.\n\n- one\n- two\n",)),))
        assert "|\n" in study_writer.text(study_writer.told(file))
        assert read_back(file) == file

    @given(
        st.text(
            alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"),
            max_size=199,  # a stop has at most 200 characters
        )
    )
    def test_keeps_any_text(self, text):
        text = f"x{text}"
        prompt = Prompt(turns=(text, f"{text}y"), context=text, reference=text, tags=("t",))
        made = Configuration(
            name="One",
            model="openai/gpt",
            system_prompt=text,
            examples=(Example(text, text),),
            parameters={"stop": [text]},
        )
        file = replace(SMALL, configurations=(made,), prompts=(prompt,), instructions=text.strip())
        assert read_back(file) == file

    @pytest.mark.parametrize("reference", ['["a", "b"]', '{"a": 1}', '""', "[1"])
    def test_keeps_references_that_look_like_lists(self, reference):
        file = replace(SMALL, prompts=(Prompt(turns=("x",), reference=reference),))
        assert read_back(file) == file

    @given(
        st.dictionaries(
            st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,10}\Z"),
            st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]))
            | st.integers(-(10**20), 10**20)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.booleans(),
            max_size=4,
        )
    )
    def test_keeps_variables_with_their_types(self, variables: dict[str, Any]):
        file = replace(SMALL, prompts=(Prompt(turns=("x",), variables=variables),))
        (back,) = read_back(file).prompts
        assert json.dumps(back.variables, sort_keys=True) == json.dumps(variables, sort_keys=True)


class TestConfigurations:
    @pytest.mark.parametrize(
        "made",
        [
            Configuration(
                "Agent", Approach.AGENT, "agent/shop", endpoint="shop", price=Price(0.0, 0.0, 0.02)
            ),
            Configuration(
                "Tuned", Approach.FINE_TUNE, "openai/ft", price=Price(0.15, 0.6), one_off_cost=120.5
            ),
            Configuration(
                "Lab", model="openai/x", endpoint="lab", samples=3, parameters={"top_p": 0.1}
            ),
            Configuration("Own answers", Approach.OTHER),
        ],
    )
    def test_keep_their_fingerprints(self, made):
        (back,) = read_back(replace(SMALL, configurations=(made,))).configurations
        assert (back.name, back.fingerprint) == (made.name, made.fingerprint)


class TestFolder:
    def file(self, *documents: Document) -> StudyFile:
        collection = Collection(documents) if documents else BOOKS
        retrieves = Configuration(
            "Shop", Approach.RETRIEVAL, "a/b", retrieval=Retrieval(collection.digest, name="books")
        )
        return replace(SMALL, configurations=(retrieves,), collections=(collection,))

    def test_holds_the_documents_pdfs_as_their_text(self):
        contents = study_writer.folder(self.file())
        assert contents["books/b.pdf.txt"] == b"Page one."
        assert read_back(self.file()) == self.file()

    @pytest.mark.parametrize("text", ["\ufeffx", "a\r\nb", "a\rb", "\n x \n"])
    def test_keeps_each_text_to_the_byte(self, text):
        file = self.file(Document("books/a.md", text))
        assert read_back(file) == file

    def test_is_packed_into_the_same_bytes_each_time(self):
        packed = study_writer.archive(self.file())
        assert packed == study_writer.archive(self.file())
        names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
        assert names == ["a-study/study.yaml", "a-study/books/a.md", "a-study/books/b.pdf.txt"]
