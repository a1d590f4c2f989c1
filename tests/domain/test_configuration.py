from dataclasses import replace

import pytest

from service.domain.configuration import Approach, Configuration, Example, Price, Retrieval

WHOLE = Configuration(
    "x",
    Approach.RETRIEVAL,
    "openai/m",
    "sys",
    "{{ prompt }}",
    {"temperature": 0.2, "seed": 7},
    "lab",
    Price(1.0, 2.5),
    120.0,
    2,
)


class TestFingerprint:
    @pytest.mark.parametrize(
        ("configuration", "expected"),
        [
            (WHOLE, "fd181282b5876e0c0863229d9098d83fc7dba5bdf099b05deadef80da9686aeb"),
            (
                Configuration("y"),
                "cda53be70227ccecd3f948deda28c0ee8e7305e6fcb80ff0a1e15965a7080171",
            ),
        ],
    )
    def test_is_what_it_was_before_there_were_examples_and_agents(self, configuration, expected):
        assert configuration.fingerprint == expected

    @pytest.mark.parametrize(
        "change",
        [
            {"examples": (Example("a", "b"),)},
            {"retrieval": Retrieval("digest")},
            {"model": "agent/desk", "endpoint": "desk", "price": Price(0, 0, 0.5)},
        ],
    )
    def test_changes_with_what_answers_depend_on(self, change):
        assert replace(WHOLE, **change).fingerprint != WHOLE.fingerprint

    def test_changes_with_the_contents_of_a_collection_and_not_with_its_name(self):
        made = [
            replace(WHOLE, retrieval=Retrieval(*given)).fingerprint
            for given in (("a", 5, 1200, 150, "x"), ("a", 5, 1200, 150, "y"), ("b", 5, 1200, 150))
        ]
        assert made[0] == made[1] != made[2]

    def test_changes_with_an_agents_price(self):
        agent = Configuration("a", model="agent/desk", endpoint="desk", price=Price(0, 0, 0.5))
        dearer = replace(agent, price=Price(0, 0, 0.6))
        assert agent.fingerprint != dearer.fingerprint
