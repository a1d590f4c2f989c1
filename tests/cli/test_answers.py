import dataclasses
import json
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from service.cli import answers
from service.cli.context import Outlet


class Colour(StrEnum):
    RED = "red"


class Pair(NamedTuple):
    one: int
    two: int


@dataclasses.dataclass(frozen=True)
class Told:
    when: datetime
    colours: tuple[Colour, ...]


MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "json"),
        [
            (Told(MOMENT, (Colour.RED,)), {"when": MOMENT.isoformat(), "colours": ["red"]}),
            (Pair(1, 2), {"one": 1, "two": 2}),
            ({1: date(2026, 1, 2)}, {"1": "2026-01-02"}),
            ({"b", "a"}, ["a", "b"]),
            (Path("a/b"), "a/b"),
            ([None, True, 1.5], [None, True, 1.5]),
        ],
    )
    def test_is_what_json_can_hold(self, value, json):
        assert answers.plain(value) == json

    def test_refuses_what_nobody_meant_to_tell(self):
        with pytest.raises(TypeError):
            answers.plain(object())


class TestCommand:
    @pytest.fixture
    def typed(self):
        @click.command(cls=answers.Command)
        @click.pass_obj
        def greet(outlet: Outlet) -> int:
            """Greet."""
            outlet.answer({"said": "h\x1b[2Jé"})
            click.echo("hello")
            click.echo("by the way", err=True)
            return 0

        return lambda *words: CliRunner().invoke(greet, words, obj=Outlet())

    def test_says_words_by_itself(self, typed):
        assert typed().stdout == "hello\n"

    def test_answers_programs_with_json_alone_and_harmless(self, typed):
        done = typed("--json")
        assert json.loads(done.stdout) == {"said": "h\x1b[2Jé"}
        assert done.stdout.isascii()
        assert "\x1b" not in done.stdout
        assert done.stderr == "by the way\n"


def test_an_error_is_json_with_its_code():
    assert json.loads(answers.error("No.", 3)) == {"error": {"message": "No.", "exit_code": 3}}
