import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from service.domain.configuration import Approach, Price
from service.domain.prompt import Prompt
from service.domain.sitting import SittingOptions
from service.domain.study import DEFAULT_INSTRUCTIONS, Dealing, LeakPolicy, RenderMode
from service.errors import Conflict, Invalid
from service.formats import study_file
from service.formats.study_problems import StudyFileInvalid

SMALL = "title: A study\nconfigurations:\n- name: One\n- name: Two\n"
WHOLE = """\
title: "Größe & more"
name: sizes
instructions: Read, then choose.
configurations:
  - &base
    name: Plain
    model: openai/gpt-4o-mini
    system_prompt: Be brief.
    parameters: {temperature: 0.2, max_tokens: 300, top_p: 1, seed: 7, stop: [END]}
    price: {input: 0, output: 0.6}
  - <<: *base
    name: Retrieval
    approach: retrieval
    template: "Use {{ context }} and {{ source }}. {{ prompt }}"
    endpoint: lab
    one_off_cost: 120
    samples: 2
prompts:
  - text: Why is the sky blue?
    id: 12
    context: Light scatters.
    reference: Rayleigh.
    tags: [physics]
    variables: {source: a book}
  - messages: [Hello., {role: user, content: "And now?"}]
    variables: {source: 3}
votes_per_matchup: 3
cap: {usd: 2.5, calls: 100}
render: plain
leaks: mask
sealed: true
include_sighted: true
dealing: adaptive
language: de
repeats: 0.1
flagged: withdraw
flags_to_withdraw: 3
practice: {prompt: "Which?", a: This., b: That.}
ask_authors: false
submissions: 3
votes_per_rater: 12
norming: 7
norming_then: go_on
labels: {Small one: Plain, Large one: Retrieval}
"""


def no_files(name):
    raise FileNotFoundError(name)


def read(text, load_file=no_files, source="study.yaml"):
    return study_file.read(text, source, load_file)


def problems_of(text, load_file=no_files, source="study.yaml"):
    with pytest.raises(StudyFileInvalid) as caught:
        read(text, load_file, source)
    return caught.value


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            'title: "T\\e[31m"\nconfigurations:\n- name: One\n- name: Two\n',
            'title: T\nconfigurations:\n- name: "One\\e[0m"\n- name: Two\n',
        ],
    )
    def test_of_studies_and_configurations_hold_no_control_characters(self, text):
        assert "control character (U+001B)" in str(problems_of(text))


class TestRead:
    def test_fills_in_defaults(self):
        study = read(SMALL)
        assert (study.title, study.name) == ("A study", "a-study")
        assert study.instructions == DEFAULT_INSTRUCTIONS
        assert [entry.name for entry in study.configurations] == ["One", "Two"]
        assert study.configurations[0].approach is Approach.PROMPT
        assert study.configurations[0].model is None
        assert (study.prompts, study.votes_per_matchup) == ((), 1)
        assert (study.cap.usd, study.cap.calls, study.cap.tokens) == (None, None, None)
        assert (study.sealed, study.include_sighted) == (False, False)

    def test_reads_every_field(self):
        study = read(WHOLE)
        assert study.name == "sizes"
        assert study.instructions == "Read, then choose."
        plain, retrieval = study.configurations
        assert plain.parameters["stop"] == ["END"]
        assert plain.price == Price(0.0, 0.6)
        assert plain.one_off_cost is None
        assert (retrieval.model, retrieval.approach) == ("openai/gpt-4o-mini", Approach.RETRIEVAL)
        assert (retrieval.endpoint, retrieval.one_off_cost, retrieval.samples) == ("lab", 120.0, 2)
        first, second = study.prompts
        assert first == Prompt(
            turns=("Why is the sky blue?",),
            key="12",
            context="Light scatters.",
            reference="Rayleigh.",
            tags=("physics",),
            variables={"source": "a book"},
        )
        assert second.turns == ("Hello.", "And now?")
        assert (study.votes_per_matchup, study.cap.usd, study.cap.calls) == (3, 2.5, 100)
        assert (study.render, study.leaks) == (RenderMode.PLAIN, LeakPolicy.MASK)
        assert (study.sealed, study.include_sighted) == (True, True)
        assert study.dealing is Dealing.ADAPTIVE
        assert study.language == "de"
        assert study.sitting == SittingOptions(
            repeats=0.1,
            withdraws_flagged=True,
            flags_to_withdraw=3,
            practice=("Which?", "This.", "That."),
            asks_authors=False,
            submissions=3,
            quota=12,
            labels={"Small one": "Plain", "Large one": "Retrieval"},
            norming=7,
            norming_holds=False,
        )

    def test_reads_the_same_from_json_with_tabs(self):
        told = {"title": "😀 Fun", "configurations": [{"name": "One", "samples": 1.0}]}
        study = read(json.dumps(told, indent="\t"), source="study.json")
        assert study.title == "😀 Fun"
        assert study.configurations[0].samples == 1
        assert study.name == "fun"

    def test_keeps_plain_words_as_text(self):
        study = read("title: no\nname: '12'\nconfigurations: [{name: off}, {name: 2026-03-01}]\n")
        assert study.title == "no"
        assert [entry.name for entry in study.configurations] == ["off", "2026-03-01"]

    def test_makes_a_name_for_titles_without_latin_letters(self):
        one, other = study_file.slug("研究"), study_file.slug("別の研究")
        assert one != other
        assert one.startswith("study-")
        assert one == study_file.slug("研究")


class TestReadPromptFile:
    TEXT = SMALL + "prompts: {file: sets/prompts.jsonl}\n"

    def test_reads_prompts_beside_the_study_file(self):
        files = {"sets/prompts.jsonl": '{"text": "a", "id": 1}\n{"turns": ["b", "c"]}\n'}
        study = read(self.TEXT, files.__getitem__)
        assert [prompt.turns for prompt in study.prompts] == [("a",), ("b", "c")]

    def test_names_the_line_in_the_file_of_prompts(self):
        content = '{"text": "a"}\n{"text": " "}\n{"text": "a"}\n'
        error = problems_of(self.TEXT, lambda _: content)
        assert [problem.line for problem in error.problems] == [2, 3]
        assert error.message.startswith("sets/prompts.jsonl, line 2: the prompt is empty")
        assert "same as prompt 1" in error.message

    @pytest.mark.parametrize(
        ("failure", "said"),
        [
            (FileNotFoundError(), "no file sets/prompts.jsonl beside study.yaml"),
            (PermissionError(13, "Permission denied"), "Permission denied"),
            (UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), "not UTF-8"),
            (Conflict("No files here."), "No files here."),
        ],
    )
    def test_says_why_the_file_cannot_be_had(self, failure, said):
        def fail(name):
            raise failure

        error = problems_of(self.TEXT, fail)
        assert error.problems[0].line == 5
        assert said in error.message

    @pytest.mark.parametrize("content", ["", "\n", "["])
    def test_refuses_files_without_prompts(self, content):
        assert problems_of(self.TEXT, lambda _: content).problems[0].field == "prompts, file"

    @pytest.mark.parametrize(
        "name", ["/etc/passwd", "../up.csv", "a/../../b", "C:\\x", "~/x", "a\\b"]
    )
    def test_stays_beside_the_study_file(self, name):
        loaded = []
        error = problems_of(SMALL + f"prompts: {{file: '{name}'}}\n", loaded.append)
        assert "study file" in error.message
        assert loaded == []


class TestReadBadFiles:
    @pytest.mark.parametrize(
        ("text", "line", "field", "said"),
        [
            ("", 1, "", "the file is empty"),
            ("- a", 1, "", "holds fields such as"),
            ("\ntitle: ''\nconfigurations: [{name: a}]", 2, "title", "must not be empty"),
            (SMALL + "vote_per_matchup: 2", 5, "vote_per_matchup", "mean `votes_per_matchup`?"),
            (SMALL + "whatever: 2", 5, "whatever", "known are "),
            (SMALL + "votes_per_matchup: 0", 5, "votes_per_matchup", "at least 1, not 0"),
            (SMALL + "votes_per_matchup: two", 5, "votes_per_matchup", "digits without quotes"),
            (SMALL + "sealed: yes", 5, "sealed", "must be true or false"),
            (SMALL + "title: again", 5, "title", "comes twice (also on line 1)"),
            (SMALL + "render: ful", 5, "render", "did you mean full?"),
            (SMALL + "cap: {}", 5, "cap", "give `usd`"),
            (SMALL + "cap: {usd: -1}", 5, "cap, usd", "at least 0"),
            (SMALL + "- name: ONE", 5, "configurations #3, name", "taken by configuration 1"),
            (SMALL + "  price: {input: 1}", 5, "configurations #2, price", "`output` is missing"),
            (SMALL + "  template: hi", 5, "configurations #2, template", "needs a `model`"),
            (
                SMALL + "  model: m\n  template: hi",
                6,
                "configurations #2, template",
                "holds no {{ prompt }}",
            ),
            (
                SMALL + "  model: m\n  parameters:\n    temperature: '1'",
                7,
                "configurations #2, parameters, temperature",
                "must be a number",
            ),
            (SMALL + "prompts:\n- good\n- ''", 7, "prompts #2", "must not be empty"),
            (
                SMALL + "  model: a/b\n  parameters: {sentences: 2}",
                6,
                "configurations #2, parameters, sentences",
                "offline/ models only",
            ),
            (SMALL + "prompts:\n- good\n- ' '", 7, "prompts #2", "the prompt is empty"),
            (SMALL + "prompts:\n- good\n- 7", 7, "prompts #2", "must be text or"),
            (SMALL + "prompts:\n- good\n- good", 7, "prompts #2", "same as prompt 1"),
            (SMALL + "prompts:\n- {}", 6, "prompts #1", "either as `text` or as `messages`"),
            (
                SMALL + "prompts:\n- text: a\n  reply: b",
                7,
                "prompts #1, reply",
                "there is no such field",
            ),
            (
                SMALL + "prompts:\n- messages: [{role: system, content: x}]",
                6,
                "prompts #1, messages #1, role",
                "must be user",
            ),
            (
                SMALL + "prompts:\n- text: a\n  variables: {a b: 1}",
                7,
                "prompts #1, variables, a b",
                "named by letters",
            ),
        ],
    )
    def test_names_the_line_and_the_field_and_what_to_do(self, text, line, field, said):
        problem = problems_of(text).problems[0]
        assert (problem.line, problem.field) == (line, field)
        assert said in problem.message

    def test_reports_several_problems_in_order(self):
        error = problems_of("title: 5\nconfigurations:\n- nmae: a\n- name: b\n  samples: 0\n")
        assert [problem.line for problem in error.problems] == [1, 3, 3, 5]
        assert error.message.count("\n") == 3
        assert isinstance(error, Invalid)

    def test_refuses_a_prompt_of_two_megabytes_by_its_size(self):
        error = problems_of(SMALL + "prompts:\n- |\n" + ("  " + "word " * 200 + "\n") * 2_100)
        assert error.problems[0].field == "prompts #1"
        assert "1 MiB" in error.message

    def test_keeps_the_message_short_when_everything_is_wrong(self):
        error = problems_of("title: x\nconfigurations:\n" + "- {}\n" * 50)
        assert len(error.problems) == 50
        assert error.message.endswith("and 42 more.")


class TestSchema:
    def test_is_valid_and_describes_every_property(self):
        Draft202012Validator.check_schema(study_file.schema())

        def properties(schema):
            for name, inner in schema.get("properties", {}).items():
                yield name, inner
                yield from properties(inner)

        definitions = study_file.schema()["$defs"]
        for schema in [study_file.schema(), *definitions.values()]:
            assert schema["description"]
            for name, inner in properties(schema):
                target = definitions[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
                assert target.get("description", "").endswith("."), name


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "text", "file", "model", "usd", "x"]), inner)
    ),
    max_leaves=6,
)


class TestReadAnything:
    def settled(self, text, source="study.yaml"):
        problems = ()
        try:
            study = read(text, source=source)
        except StudyFileInvalid as error:
            error.message.encode()
            problems = error.problems
        assert problems or study.name
        # Some signs besides LF end a line for YAML.
        assert all(1 <= problem.line <= len(text) + 1 for problem in problems)

    @given(st.text(st.characters(exclude_categories=[])))
    def test_any_text_is_read_or_refused_in_words(self, text):
        self.settled(text)

    @given(st.text("abt:-[]{}|>&*!%@`'\"#, \n\t?<~\\"))
    def test_any_signs_of_yaml_are_read_or_refused_in_words(self, text):
        self.settled(SMALL + text)

    @given(st.dictionaries(st.sampled_from(sorted(study_file.schema()["properties"])), ANY_JSON))
    def test_any_values_are_read_or_refused_in_words(self, told):
        self.settled(json.dumps({"title": "x", "configurations": [{"name": "a"}], **told}))

    @given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)), st.text(max_size=3))
    def test_a_damaged_file_is_read_or_refused_in_words(self, start, end, text):
        self.settled(WHOLE[:start] + text + WHOLE[max(start, min(end, start + 20)) :])
