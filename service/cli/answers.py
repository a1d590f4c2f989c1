"""What commands answer to programs: `--json` at each of them, one shape a command, errors too."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import date
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

import click

ASKED = "evenhand.as_json"
# Said in words on the way; `outlet.answer` is what a program gets.
_HELP = "Answer with JSON, for programs."


class Command(click.Command):
    """A command that answers with words, and with `--json` by what it gives to `outlet.answer`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Make a command and give it the option `--json`."""
        super().__init__(*given, **named)
        self.params.append(
            click.Option(["--json"], is_flag=True, expose_value=False, help=_HELP, callback=_ask)
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Do what the command does; where JSON is asked for, print that and no words."""
        if not ctx.meta.get(ASKED):
            return super().invoke(ctx)
        stream: TextIO = sys.stdout
        with redirect_stdout(StringIO()):
            result = super().invoke(ctx)
        stream.write(written(ctx.obj.answered) + "\n")
        stream.flush()
        return result


class Group(click.Group):
    """A group of such commands."""

    command_class = Command


def _ask(ctx: click.Context, param: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's
    del param
    ctx.meta[ASKED] = value
    return value


def is_asked(words: list[str]) -> bool:
    """Tell whether words that were typed ask for JSON, also where they cannot be understood."""
    return "--json" in words


def written(answer: object) -> str:
    """Return an answer as JSON: ASCII, so that no terminal obeys what a text holds."""
    return json.dumps(plain(answer), indent=1, allow_nan=False)


def error(message: str, code: int) -> str:
    """Return the JSON by which a command tells that it could not do what was asked."""
    return json.dumps({"error": {"message": message, "exit_code": code}}, indent=1)


def plain(value: Any) -> Any:
    """Return what JSON can hold: dataclasses by their fields, times in ISO 8601, enums by value.

    Raises
    ------
    TypeError
        It is nothing that commands answer with.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "_asdict"):  # a named tuple
        return plain(value._asdict())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: plain(getattr(value, name)) for name in names}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    match value:
        case Enum():
            return _scalar(value.value)
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Path():
            return str(value)
    raise TypeError(f"{type(value).__name__} is not written as JSON")
