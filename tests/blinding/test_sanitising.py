"""Nothing that lives comes out of a text: 200 and more attempts, and any text at all."""

import json
import pathlib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blinding.rendering import Mode, render
from service.blinding.sanitising import ATTRIBUTE_VALUES, TAGS, sanitise
from tests.blinding.allowlist import read

_LINES = pathlib.Path(__file__).with_name("corpus").joinpath("xss.jsonl").read_text().splitlines()
PAYLOADS = [json.loads(line)["text"] for line in _LINES]


def every_mode(text):
    return {mode: render(text, mode) for mode in get_args(Mode)}


class TestAttempts:
    def test_there_are_two_hundred_different_ones(self):
        assert len(set(PAYLOADS)) >= 200

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_nothing_but_the_allow_list_is_left(self, payload):
        for mode, html in every_mode(payload).items():
            assert read(html).faults == [], mode

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_nothing_is_left_when_it_stands_among_other_text(self, payload):
        text = f"# Title\n\n- one\n- {payload}\n\n> {payload}\n\n| a |\n|---|\n| {payload} |\n\nend"
        for mode, html in every_mode(text).items():
            assert read(html).faults == [], mode

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_nothing_is_left_when_the_sieve_alone_meets_it(self, payload):
        assert read(sanitise(payload)).faults == []

    @given(st.text(st.sampled_from("<>\"'=/&;:!-[]()`*_~|#$\\{}\n abimgonsvt^"), max_size=80))
    def test_no_text_gets_past(self, text):
        for html in every_mode(text).values():
            assert read(html).faults == []


class TestAllowList:
    def test_holds_nothing_that_loads_links_runs_or_names(self):
        assert not TAGS & {
            "a",
            "img",
            "script",
            "style",
            "iframe",
            "object",
            "form",
            "input",
            "svg",
        }
        names = {name for values in ATTRIBUTE_VALUES.values() for name in values}
        assert not names & {"href", "src", "style", "id", "name", "title", "tabindex", "lang"}
        assert not any(name.startswith("on") for name in names)

    def test_drops_values_that_are_not_listed(self):
        assert sanitise('<span class="chosen">x</span>') == "<span>x</span>"
        assert "9999" not in sanitise('<math><mspace width="9999em"></mspace></math>')
        assert 'width="1em"' in sanitise('<math><mspace width="1em"></mspace></math>')
