import pytest

from service.domain.configuration import Configuration, Example, Price, Retrieval
from service.domain.prompt import Prompt
from service.domain.retrieval import Passage, Passages
from service.store import models
from service.usecases.sighted.generation import requests
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.studies import rows
from tests.factories import MOMENT

FOUND = Passages([Passage("a.md", "First."), Passage("b.md", "Second.")])


def configuration(**fields):
    return rows.configuration_row(
        1, Configuration("One", **{"model": "openai/m", **fields}), 1, MOMENT
    )


def prompt(*turns, **fields):
    values = {"context": "", "variables": {}, **fields}
    return models.Prompt(turns=list(turns or ("Hello?",)), **values)


class TestUserTurns:
    @pytest.mark.parametrize(
        ("template", "sent"),
        [
            ("", "First.\n\nSecond.\n\nContext.\n\nHello?"),
            ("{{ passages }} {{ prompt }}", "First.\n\nSecond. Hello?"),
            (
                "{% for p in passages %}[{{ p.source }}] {{ p.text }} {% endfor %}{{ prompt }}",
                "[a.md] First. [b.md] Second. Hello?",
            ),
            ("{{ passages|length }} {{ passages[0].text }} {{ prompt }}", "2 First. Hello?"),
        ],
    )
    def test_passages_stand_where_the_template_says(self, template, sent):
        plain = Prompt(("Hello?", "More?"), context="Context.")
        assert requests.user_turns(template, plain, FOUND) == (sent, "More?")

    def test_a_passage_is_text_and_no_template(self):
        evil = Passages([Passage("a.md", "{{ 7 * 7 }} {% raw %}")])
        (turn,) = requests.user_turns("{{ passages }}{{ prompt }}", Prompt(("?",)), evil)
        assert turn == "{{ 7 * 7 }} {% raw %}?"

    @pytest.mark.parametrize(
        "template",
        ["{{ passages.__class__.__mro__ }}", "{{ passages[0].__init__.__globals__ }}"],
    )
    def test_a_template_reaches_nothing_behind_them(self, template):
        with pytest.raises(TemplateInvalid):
            requests.user_turns(template, Prompt(("?",)), FOUND)


class TestParameters:
    def test_a_seed_counts_up_with_the_samples(self):
        row = configuration(parameters={"seed": 7})
        assert [requests.parameters(row, sample)["seed"] for sample in (1, 2, 3)] == [7, 8, 9]

    def test_the_largest_seed_is_followed_by_one_that_fits(self):
        row = configuration(parameters={"seed": 2**63 - 1})
        assert requests.parameters(row, 2)["seed"] == 0

    def test_an_agent_gets_what_is_given_and_nothing_else(self):
        row = configuration(model="agent/desk", endpoint="desk", parameters={"temperature": 0})
        assert requests.parameters(row) == {"temperature": 0}


ASKING = {
    "system_prompt": "Be brief.",
    "examples": (Example("2 + 2?", "4"),),
    "parameters": {"seed": 7},
    "retrieval": Retrieval("digest"),
}


class TestCallFingerprints:
    def known_by(self, asked=None, sample=1, **fields):
        row = configuration(**{**ASKING, **fields})
        return requests.call_fingerprints(row, asked or prompt(), sample, ())[0]

    def test_is_the_same_for_the_same(self):
        assert self.known_by() == self.known_by(price=Price(1, 2), one_off_cost=5.0, samples=3)

    @pytest.mark.parametrize(
        "fields",
        [
            {"system_prompt": "Be briefer."},
            {"examples": (Example("2 + 2?", "Four"),)},
            {"examples": ()},
            {"parameters": {"seed": 8}},
            {"parameters": {}},
            {"template": "{{ passages }} {{ prompt }}"},
            {"retrieval": Retrieval("other")},
            {"retrieval": Retrieval("digest", top_k=6)},
            {"retrieval": None},
            {"model": "openai/other"},
            {"endpoint": "lab"},
            {"asked": prompt("Hello!")},
            {"asked": prompt(context="New.")},
            {"asked": prompt(variables={"x": 1})},
            {"sample": 2},
        ],
    )
    def test_differs_where_anything_does(self, fields):
        assert self.known_by(**fields) != self.known_by()

    def test_differs_between_samples_without_a_seed_too(self):
        assert self.known_by(parameters={}) != self.known_by(parameters={}, sample=2)

    def test_of_a_later_turn_hangs_on_the_answers_before(self):
        row, asked = configuration(), prompt("One?", "Two?")
        one = requests.call_fingerprints(row, asked, 1, ("A.",))
        other = requests.call_fingerprints(row, asked, 1, ("B.",))
        assert len(one) == 2
        assert one[0] == other[0]
        assert one[1] != other[1]

    def test_does_not_hang_on_the_name_of_a_collection(self):
        assert self.known_by(retrieval=Retrieval("digest", name="x")) == self.known_by()


class TestFilled:
    def lookup(self, template="{{ passages }}{{ prompt }}"):
        retrieval = Retrieval("digest", top_k=2, passage_bytes=100)
        return requests.lookup_for(configuration(template=template, retrieval=retrieval), prompt())

    def test_puts_passages_into_the_first_turn_alone(self):
        assert requests.filled(self.lookup(), ("placeholder", "Two?"), FOUND) == (
            "First.\n\nSecond.Hello?",
            "Two?",
        )

    def test_fits_what_was_held_with_the_longest_passages_and_with_none(self):
        longest = Passages([Passage("s" * 200, "ä" * 50)] * 2)
        lookup = self.lookup(
            "{% if passages %}{{ passages }}{% else %}None.{% endif %}{{ prompt }}"
        )
        for found in (longest, Passages()):
            (turn,) = requests.filled(lookup, ("",), found)
            assert len(turn.encode()) <= lookup.most_bytes

    def test_refuses_what_is_longer_than_what_was_held(self):
        lookup = self.lookup(
            "{{ passages }}{% if 'First' in passages|string %}{{ 'x' * 999 }}{% endif %}"
        )
        with pytest.raises(TemplateInvalid, match="longer prompt"):
            requests.filled(lookup, ("",), FOUND)
