import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pytest

from service.domain import records
from service.domain.records import Unreadable


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    name: str
    share: float | None = None


@dataclass(frozen=True)
class Outer:
    title: str
    number: int
    is_open: bool
    pair: tuple[str, int]
    inner: tuple[Inner, ...] = ()
    best: Inner | None = None
    by_name: Mapping[str, float] = field(default_factory=dict)


FULL = Outer(
    "t",
    3,
    is_open=True,
    pair=("a", 1),
    inner=(Inner("x", 2.0), Inner("y")),
    best=Inner("z"),
    by_name={"k": 0.5},
)


class TestFromPlain:
    def test_gives_back_what_was_written_through_json(self):
        assert records.from_plain(Outer, json.loads(json.dumps(records.to_plain(FULL)))) == FULL

    def test_reads_a_whole_number_where_any_number_may_stand(self):
        found = records.from_plain(Inner, {"name": "x", "share": 2})
        assert isinstance(found.share, float)

    @pytest.mark.parametrize(
        "change",
        [
            {"number": "3"},
            {"number": True},
            {"is_open": 1},
            {"pair": ["a"]},
            {"pair": "ab"},
            {"inner": {"name": "x"}},
            {"inner": [{"name": "x"}]},
            {"best": {"name": "z", "share": None, "more": 1}},
            {"by_name": [1]},
            {"unknown": 1},
        ],
    )
    def test_refuses_another_form(self, change):
        with pytest.raises(Unreadable):
            records.from_plain(Outer, {**records.to_plain(FULL), **change})


class TestToPlain:
    def test_writes_the_text_of_an_enum(self):
        assert type(records.to_plain(Colour.RED)) is str

    def test_refuses_what_json_cannot_hold(self):
        with pytest.raises(TypeError, match="set"):
            records.to_plain({"a": {1}})


class TestDigest:
    def test_is_the_same_after_a_way_through_json_and_another_for_another(self):
        plain = {"b": [1.5, None], "a": {"x": "ä"}}
        again = json.loads(json.dumps(dict(reversed(plain.items()))))
        assert records.digest(plain) == records.digest(again)
        assert records.digest({**plain, "b": [1.5]}) != records.digest(plain)
