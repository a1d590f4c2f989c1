import pytest

from service.domain.prompt import Prompt
from service.formats import study_rules

PROMPTS = [Prompt(("a",), variables={"city": "Rome"}), Prompt(("b",), variables={})]


class TestTemplateProblem:
    @pytest.mark.parametrize(
        "template",
        [
            "{{ prompt }}",
            "{{prompt}}{{ context }}",
            "{% if context %}{{ context }}{% endif %}\n{{ prompt|upper }}",
            "{# a note #}{{- prompt -}}",
            'Answer as {"a": {"b": 1}}. {{ prompt }}',
            "Literal } and { and {{ prompt }}",
            "{% if city %}{{ city }}{% endif %}{{ prompt }}",
        ],
    )
    def test_accepts_what_could_work(self, template):
        assert study_rules.template_problem(template, PROMPTS) == ""

    @pytest.mark.parametrize(
        ("template", "said"),
        [
            ("{{ prompt", "{{ is never closed by }}"),
            ("prompt }}", "holds no {{ prompt }}"),
            ("{% if x {{ prompt }}", "{% is never closed"),
            ("{{ }}", "nothing between"),
            ("Answer!", "holds no {{ prompt }}"),
            ("{% if x %}{% endif %}", "holds no {{ prompt }}"),
            ("{{ city }}", "prompt 2 does not have"),
        ],
    )
    def test_says_what_is_wrong(self, template, said):
        assert said in study_rules.template_problem(template, PROMPTS)


class TestRepeatedPrompts:
    def test_finds_equal_contents_and_equal_ids(self):
        prompts = [Prompt(("a",), key="1"), Prompt(("a",), key="2"), Prompt(("b",), key="1")]
        found = dict(study_rules.repeated_prompts(prompts))
        assert set(found) == {1, 2}
        assert "same as prompt 1" in found[1]
        assert 'id "1" is taken by prompt 1' in found[2]


class TestNameProblem:
    @pytest.mark.parametrize("name", ["Größe", "模型 A", "عربي", "👩‍🚀 crew", "a-b (c)"])
    def test_takes_what_people_write(self, name):
        assert study_rules.name_problem(name) == ""

    @pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x00", "\x9b", "\n", "\u202e", "\u2066"])
    def test_refuses_what_drives_a_terminal_or_turns_a_page(self, sign):
        found = study_rules.name_problem(f"Red{sign}[31m")
        assert f"U+{ord(sign):04X}" in found


class TestMakerProblems:
    @pytest.mark.parametrize(
        "fields",
        [
            {"model": None},
            {"model": None, "agent": "desk"},
            {"retrieval": {}},
            {"template": "{{ context }}"},
        ],
    )
    def test_takes_retrieval_with_its_block_and_where_nothing_is_asked(self, fields):
        entry = {"approach": "retrieval", "model": "openai/x", **fields}
        entry = {name: value for name, value in entry.items() if value is not None}
        assert "approach" not in dict(study_rules.maker_problems(entry))

    def test_refuses_retrieval_that_retrieves_nothing(self):
        found = dict(study_rules.maker_problems({"approach": "retrieval", "model": "openai/x"}))
        assert "`retrieval` block" in found["approach"]

    @pytest.mark.parametrize(
        "model", ["oobabooga/http://evil.example", "openai/https://x/v1", "a\\\\host\\b"]
    )
    def test_refuses_addresses_in_names_of_models(self, model):
        ((field, said),) = study_rules.maker_problems({"model": model})
        assert field == "model"
        assert "ENDPOINTS_FILE" in said
