import pytest

from service.domain.configuration import Example, Price, Retrieval
from service.errors import Invalid
from service.formats import study_file
from service.formats.study_problems import StudyFileInvalid

HEAD = """title: A study
collections:
  books: {folder: books}
  one: {files: [a.txt]}
configurations:
- name: One
"""
WHOLE = (
    HEAD
    + """  approach: retrieval
  model: openai/gpt-4o-mini
  examples: [{user: Hello, assistant: Hi}, {user: Bye, assistant: See you}]
  retrieval: {collection: books, top_k: 3, passage_bytes: 800}
  template: "{{ passages }} {{ prompt }}"
- name: Two
  approach: agent
  agent: desk
  price: {call: 0}
  one_off_cost: 900
"""
)


def load_files(name):
    yield from {"books": [("books/b.md", b"two"), ("books/a.md", b"one")], "a.txt": [(name, b"x")]}[
        name
    ]


def no_file(name):
    raise FileNotFoundError(name)


def read(text, load=load_files):
    return study_file.read(text, "study.yaml", no_file, load)


def problem(text, load=load_files):
    with pytest.raises(StudyFileInvalid) as caught:
        read(text, load)
    (found,) = caught.value.problems
    return found


class TestMade:
    def test_reads_examples_retrieval_and_agents(self):
        study = read(WHOLE)
        one, two = study.configurations
        assert one.examples == (Example("Hello", "Hi"), Example("Bye", "See you"))
        assert one.retrieval == Retrieval(study.collections[0].digest, 3, 800, 100, "books")
        assert (two.model, two.endpoint, two.price) == ("agent/desk", "desk", Price(0, 0, 0))
        assert [document.name for document in study.collections[0].documents] == [
            "books/a.md", "books/b.md",
        ]  # fmt: skip
        assert one.retrieval.collection != study.collections[1].digest

    def test_leaves_out_what_is_not_said(self):
        plain = read("title: x\nconfigurations: [{name: One, model: openai/m}]").configurations[0]
        assert (plain.examples, plain.retrieval, plain.price) == ((), None, None)


class TestCheck:
    @pytest.mark.parametrize(
        ("text", "line", "field", "said"),
        [
            ("  agent: desk\n  model: openai/m", 7, "agent", "keep one of the two"),
            ("  model: agent/desk", 7, "model", "write `agent: desk` instead"),
            ("  agent: desk\n  endpoint: lab", 8, "endpoint", "needs a `model`"),
            (
                "  examples: [{user: a, assistant: b}]",
                7,
                "examples",
                "needs a `model` or an `agent`",
            ),
            ("  agent: desk\n  price: {input: 1, output: 2}", 8, "price", "{call: 0.02}"),
            ("  agent: desk\n  price: {}", 8, "price", "per call"),
            (
                "  model: openai/m\n  price: {input: 1, output: 2, call: 1}",
                8,
                "price",
                "for agents",
            ),
            (
                "  model: openai/m\n  examples: [{user: a}]",
                8,
                "examples #1",
                "`assistant` is missing",
            ),
            ("  model: openai/m\n  examples: []", 8, "examples", "the list is empty"),
            ("  model: openai/m\n  agents: x", 8, "agents", "did you mean `agent`?"),
            ("  agent: a/b", 7, "agent", "as the operator declared it"),
            (
                "  model: openai/m\n  retrieval: {collection: shelf}",
                8,
                "retrieval, collection",
                "no such collection in this file (declared: books, one)",
            ),
            (
                "  model: openai/m\n  retrieval: {collection: one, overlap_bytes: 400}",
                8,
                "retrieval, overlap_bytes",
                "at most a quarter",
            ),
            (
                "  model: openai/m\n  retrieval: {collection: one, top_k: 51}",
                8,
                "retrieval, top_k",
                "at most 50",
            ),
            (
                '  model: openai/m\n  retrieval: {collection: one}\n  template: "{{ prompt }}"',
                9,
                "template",
                "holds no {{ passages }}",
            ),
        ],
    )
    def test_names_the_line_and_the_field(self, text, line, field, said):
        found = problem(HEAD + text)
        assert found.line == line
        assert found.field.startswith(f"configurations #1, {field}")
        assert said in found.message

    def test_passages_need_a_retrieval(self):
        text = "title: x\nprompts: [Hello]\nconfigurations:\n- name: One\n  model: openai/m\n"
        found = problem(text + '  template: "{{ passages }} {{ prompt }}"')
        assert "has no `retrieval`; add it" in found.message


SAME = """title: x
same_parameters: true
configurations:
- {name: One, model: openai/a, parameters: {temperature: 0.2, max_tokens: 1024}}
- name: Two
  model: openai/b
  parameters:
    temperature: 0.2
"""


class TestSameParameters:
    def test_accepts_what_is_the_same_defaults_included(self):
        assert len(read(SAME).configurations) == 2

    @pytest.mark.parametrize(
        ("text", "line", "field"),
        [
            (SAME.replace("    temperature: 0.2", "    temperature: 0.3"), 8, "temperature"),
            (SAME + "    seed: 5", 9, "seed"),
            (SAME + "- {name: Three, agent: desk}", 9, "temperature"),
            (SAME + "    max_tokens: 99", 9, "max_tokens"),
        ],
    )
    def test_names_the_line_and_the_parameter_that_differs(self, text, line, field):
        found = problem(text)
        assert (found.line, found.field.rpartition(", ")[2]) == (line, field)
        assert "as in configuration 1" in found.message

    def test_leaves_imported_completions_aside(self):
        assert len(read(SAME + "- name: Imported").configurations) == 3

    def test_may_differ_where_nobody_asks(self):
        assert len(read(SAME.replace("true", "false") + "    seed: 5").configurations) == 2


class TestCollections:
    @pytest.mark.parametrize(
        ("entry", "said"),
        [
            ("{folder: /etc}", "relative to the study file"),
            ("{folder: ../other}", "without .."),
            ("{folder: books, files: [a.txt]}", "either `folder` or `files`"),
            ("{}", "names no folder and no files"),
            ("{files: [bad.txt]}", "bad.txt is not UTF-8"),
            ("{files: []}", "the list is empty"),
            (
                "{folder: empty}",
                "there is no .txt, .md, .markdown, .pdf, .csv, .tsv, .jsonl file in it",
            ),
            ("{folder: locked}", "locked cannot be read: Permission denied"),
        ],
    )
    def test_say_what_is_wrong(self, entry, said):
        def load(name):
            if name == "locked":
                raise PermissionError(13, "Permission denied", name)
            yield from {"bad.txt": [(name, b"\xff\xfe")], "empty": []}[name]

        found = problem(f"title: x\ncollections:\n  shelf: {entry}", load)
        assert (found.line, found.field[:18]) == (3, "collections, shelf")
        assert said in found.message

    def test_need_somebody_who_finds_the_files(self):
        found = problem("title: x\ncollections: {a: {folder: b}}", None)
        assert "`evenhand study apply`" in found.message

    def test_have_plain_names(self):
        found = problem("title: x\ncollections: {a b: {folder: b}}")
        assert "a collection is named by" in found.message

    def test_problems_are_told_as_any_other(self):
        with pytest.raises(Invalid, match=r"study\.yaml, line 2"):
            read("title: x\ncollections: {a: {folder: ..}}")
