import json

import pytest

from service.domain.draft import Difficulty
from service.formats import proposals
from service.formats.proposals import ProposalsInvalid

GOOD = {"prompt": " Why? ", "tags": ["a"], "difficulty": "hard", "reference": "Because."}


class TestParse:
    def test_reads_a_list_alone_or_fenced(self):
        for answer in (json.dumps([GOOD]), f"```json\n{json.dumps([GOOD])}\n```"):
            (one,), bad = proposals.parse(answer)
            assert bad == 0
            assert (one.prompt.turns, one.prompt.tags) == (("Why?",), ("a",))
            assert (one.prompt.reference, one.difficulty) == ("Because.", Difficulty.HARD)

    @pytest.mark.parametrize(
        "answer",
        ["", "Here they are: []", "{}", "[" * 100_000, "[1, 2", "null", " " * 300_000],
    )
    def test_refuses_what_is_no_list(self, answer):
        with pytest.raises(ProposalsInvalid):
            proposals.parse(answer)

    @pytest.mark.parametrize(
        "change",
        [
            {"prompt": ""},
            {"prompt": 3},
            {"prompt": "x" * 9000},
            {"prompt": "a\0b"},
            {"prompt": "\ud800"},
            {"tags": "a"},
            {"tags": [1]},
            {"tags": ["a\nb"]},
            {"tags": list("abcdef")},
            {"difficulty": "brutal"},
            {"difficulty": ["hard"]},
            {"reference": None},
            {"answer": "more"},
        ],
    )
    def test_counts_entries_that_are_none(self, change):
        found, bad = proposals.parse(json.dumps([GOOD, {**GOOD, **change}, "text"]))
        assert (len(found), bad) == (1, 2)

    def test_is_bounded(self):
        found, bad = proposals.parse(json.dumps([{"prompt": str(at)} for at in range(80)]))
        assert (len(found), bad) == (50, 30)
