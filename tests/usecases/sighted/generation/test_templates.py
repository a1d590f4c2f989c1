import json
import tracemalloc

import pytest

from service.domain.retrieval import Passage, Passages
from service.usecases.sighted.generation import templates
from service.usecases.sighted.generation.templates import TemplateInvalid

KNOWN = {
    "prompt": "What is dew?",
    "context": "",
    "topic": "weather",
    "words": ["dew", "fog"],
    "deep": {"a": {"b": 1}},
    "passages": Passages([Passage("a.md", "First."), Passage("b.md", "Second.")]),
}
USUAL = [
    ("Question: {{ prompt }}", "Question: What is dew?"),
    ("{{ topic|upper }}: {{ prompt|replace('dew', 'fog') }}", "WEATHER: What is fog?"),
    ("{% for w in words %}{{ loop.index }}. {{ w }}\n{% endfor %}", "1. dew\n2. fog\n"),
    ("{% for p in passages if p.source != 'a.md' %}{{ p.text }}{% endfor %}", "Second."),
    ("{% if context %}{{ context }}{% else %}none{% endif %}", "none"),
    ("{% set x = prompt ~ '!' %}{{ x }}", "What is dew?!"),
    ("{% set x %}<{{ topic }}>{% endset %}{{ x }}", "<weather>"),
    ("{{ '-' * 3 }}{{ 2 * 3 + 1 }}{{ 2 ** 8 }}{{ 7 // 2 }}", "---72563"),
    ("{{ words|join(', ') }} {{ passages|map(attribute='text')|join }}", "dew, fog First.Second."),
    ("{{ deep.a.b }} {{ deep['a']['b'] + 1 }} {{ missing }}.", "1 2 ."),
    ("{{ deep|tojson }} {{ (2.567)|round(1) }}", '{"a": {"b": 1}} 2.6'),
    ("{{ prompt.split(' ')|length }} {{ prompt[:4] }} {{ prompt.title() }}", "3 What What Is Dew?"),
    ("{{ 'a\nb'|indent(2) }}{{ 'long words'|truncate(6, True, '…', 0) }}", "a\n  blong …"),
    ('Return {"a": {"text": "."}} for: {{ topic }}', 'Return {"a": {"text": "."}} for: weather'),
    ("Escape like {{ '{{x}}' }} then", "Escape like {{x}} then"),
    ("{% for k, v in deep.items() %}{{ k }}{{ v }}{% endfor %}", "a{'b': 1}"),
    ("{% raw %}{{ user }}{% endraw %}", "{{ user }}"),
    ("{{ 'yes' if 'dew' in prompt and topic is defined else 'no' }}", "yes"),
]  # fmt: skip
LOOP = "{% for a in big %}"
# Each would take minutes, gigabytes, or never end.
HOSTILE = [
    "{{ prompt * 2000000000 }}",
    "{{ 2000000000 * prompt }}",
    "{{ words * 2000000000 }}",
    "{{ 'a' * 10**9 }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for a in 'x' * 100000000 %}{% endfor %}",
    LOOP * 4 + "x" + "{% endfor %}" * 4,
    LOOP * 4 + "{% endfor %}" * 4,
    LOOP * 2 + "x" * 50_000 + "{% endfor %}" * 2,
    LOOP * 2 + "{{ long|upper|lower|length }}" + "{% endfor %}" * 2,
    LOOP * 2 + "{% if 'y' in long %}y{% endif %}" + "{% endfor %}" * 2,
    LOOP * 2 + "{{ long|replace('x', 'yy')|length }}" + "{% endfor %}" * 2,
    "{{ prompt|center(10**9) }}",
    "{{ prompt.center(10**9) }}",
    "{{ prompt.ljust(10**9) }}",
    "{{ prompt.zfill(10**9) }}",
    "{{ prompt.expandtabs(10**9) }}",
    "{{ (words|map('center', 10**9))|join }}",
    "{{ prompt['center'](10**9) }}",
    "{{ prompt|attr('center')(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'|e|string % 1 }}",
    "{{ ('a\n' * 1000000)|indent(10**9) }}",
    "{{ big|tojson(indent=10**9) }}" * 10 + "{{ 'x' * 2000000 }}" * 20,
    "{{ words|batch(10**9, 'x')|list }}",
    "{{ words|slice(10**9)|list }}",
    "{{ words|join('x' * 2000000) * 20 }}",
    "{{ long|join('x' * 1000) }}",
    "{{ long|replace('', 'x' * 1000) }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ (2 ** 200) ** 200 }}",
    "{% set a = 2 ** 200 %}" + "{% set a = a * a %}" * 50 + "{{ a }}",
    "{% set a = prompt %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = prompt %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a = prompt %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
    "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% set a = [1] %}" + "{% set a = [a, a] %}" * 40 + "{{ a == [a] }}",
    "{% set a = {'x': 1} %}" + "{% set a = {'x': a, 'y': a} %}" * 40 + "{{ a|tojson }}",
    "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{% for a in words recursive %}{{ loop(words) }}{% endfor %}",
    "{% include 'x' %}",
    "{{ 1.5|round(10**9, 'ceil') }}{{ '<!---->' * 300000 }}{{ ('<!---->' * 300000)|striptags }}",
    "{{ big|_entered(-10**12) }}" + LOOP * 4 + "{% endfor %}" * 4,
    "{{ " + "(" * 40_000 + "1" + ")" * 40_000 + " }}",
    "{{ " + "-" * 40_000 + "1 }}",
    "{{ x" + ".a" * 40_000 + " }}",
    "x" * 100_001,
    "{{ prompt",
    "{{ prompt.__class__.__mro__ }}",
]  # fmt: skip


class TestFill:
    @pytest.mark.parametrize(("template", "made"), USUAL)
    def test_does_what_prompts_need(self, template, made):
        assert templates.fill(template, KNOWN) == made

    @pytest.mark.parametrize("template", HOSTILE, ids=range(len(HOSTILE)))
    def test_refuses_what_has_no_end(self, template):
        known = {**KNOWN, "big": list(range(1000)), "long": "x" * 1_000_000}
        with pytest.raises(TemplateInvalid) as caught:
            templates.fill(template, known)
        assert len(caught.value.message) < 400
        assert caught.value.message.endswith(".")

    @pytest.mark.parametrize("template", HOSTILE[:6], ids=range(6))
    def test_makes_nothing_large_beforehand(self, template):
        tracemalloc.start()
        try:
            with pytest.raises(TemplateInvalid):
                templates.fill(template, KNOWN)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 4 * 1024 * 1024

    def test_says_what_to_do(self):
        with pytest.raises(TemplateInvalid, match="repeat and loop less"):
            templates.fill("{{ prompt * 2000000000 }}", KNOWN)
        with pytest.raises(TemplateInvalid, match="macro"):
            templates.fill("{% macro a() %}{% endmacro %}", KNOWN)

    def test_each_filling_has_an_allowance_of_its_own(self):
        template = "{% for a in big %}{% for b in big %}{% endfor %}{% endfor %}"
        half = {"big": list(range(500))}
        for _ in range(20):
            assert templates.fill(template, half) == ""

    def test_fills_in_long_texts(self):
        long = "x" * 1_500_000
        assert templates.fill("{{ prompt }}", {"prompt": long}) == long

    def test_what_is_filled_in_is_no_template(self):
        assert templates.fill("{{ prompt }}", {"prompt": "{{ 7 * 7 }}"}) == "{{ 7 * 7 }}"

    def test_json_is_readable(self):
        known = {"rows": [{"ä": 1}]}
        assert json.loads(templates.fill("{{ rows|tojson(indent=2) }}", known)) == known["rows"]
