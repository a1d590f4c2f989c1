from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pytest

from service.domain.records import Unreadable, from_plain, to_plain


class Kind(StrEnum):
    PLAIN = "plain"


@dataclass(frozen=True)
class Leaf:
    name: str
    weight: float | None = None


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    pair: tuple[int, str]
    counts: Mapping[str, int] = field(default_factory=dict)
    is_old: bool = False


TREE = Tree((Leaf("a", 1.5), Leaf("b")), (3, "x"), {"y": 2}, is_old=True)
PLAIN = {
    "leaves": [{"name": "a", "weight": 1.5}, {"name": "b", "weight": None}],
    "pair": [3, "x"],
    "counts": {"y": 2},
    "is_old": True,
}


class TestToPlain:
    def test_gives_what_json_holds(self):
        assert to_plain(TREE) == PLAIN

    def test_leaves_no_enum(self):
        assert type(to_plain(Leaf(Kind.PLAIN))["name"]) is str

    def test_refuses_what_json_cannot_hold(self):
        with pytest.raises(TypeError, match="set has no plain form"):
            to_plain({"x": {1, 2}})


class TestFromPlain:
    def test_gives_back_what_was_given(self):
        assert from_plain(Tree, PLAIN) == TREE

    @pytest.mark.parametrize(
        "change",
        [
            {"leaves": {}},
            {"leaves": [{"name": "a"}]},
            {"leaves": [{"name": 1, "weight": None}]},
            {"pair": [3]},
            {"pair": [3, 4]},
            {"counts": [2]},
            {"counts": {"y": 2.5}},
            {"is_old": 1},
            {"more": 1},
        ],
    )
    def test_refuses_another_form(self, change):
        with pytest.raises(Unreadable):
            from_plain(Tree, {**PLAIN, **change})

    def test_takes_no_truth_for_a_number(self):
        with pytest.raises(Unreadable):
            from_plain(Leaf, {"name": "a", "weight": True})
