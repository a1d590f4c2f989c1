"""The text of a study file as plain values, with the line on which each one stands."""

import bisect
import contextlib
import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml
from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from service.formats import json_values
from service.formats.said import said
from service.formats.study_problems import Path, Problem, StudyFileInvalid, shown, spelled

MAX_BYTES = 4 * 1024 * 1024
MAX_VALUES = 200_000
MAX_DEPTH = 40

_MERGE = "tag:yaml.org,2002:merge"
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")


class _Loader(yaml.SafeLoader):
    """YAML with the plain words of version 1.2: `no` and `2026-03-01` are text, `1e-3` a number."""


_Loader.yaml_implicit_resolvers = {}


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("merge", r"<<", "<"),
):
    _letters = [*_first, ""] if _tag == "null" else [*_first]
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _letters
    )


def plain_words() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return, by first letter, which unquoted words are read as something else than text."""
    rules: dict[str, list[tuple[str, re.Pattern[str]]]] = _Loader.yaml_implicit_resolvers
    return {first: list(some) for first, some in rules.items()}


@dataclass
class Document:
    """Plain values, and for each path in them the line (from 1) where it begins."""

    value: Any
    lines: dict[Path, int]


def load(text: str, source: str) -> Document:
    """Return the values of a YAML or JSON text, or raise `StudyFileInvalid` with the line."""
    if len(text) > MAX_BYTES:
        _fail(
            source,
            1,
            said(
                "the file is longer than %(most)s MiB; move the prompts into a file beside it: "
                "prompts: {file: prompts.jsonl}; one prompt has at most 1 MiB",
                most=MAX_BYTES // 1024 // 1024,
            ),
        )
    for mark in ("\x00", "NUL"), ("\ufffe", "U+FFFE"):
        if mark[0] in text:
            line = text[: text.index(mark[0])].count("\n") + 1
            _fail(
                source,
                line,
                said("the file holds the character %(sign)s; remove it", sign=mark[1]),
            )
    text = _as_yaml(text.removeprefix("\ufeff"), source)
    breaks = [found.start() for found in re.finditer("\n", text)]
    node = _composed(text, source, breaks)
    if node is None:
        _fail(source, 1, said("the file is empty; it needs at least a title and configurations"))
    return _Walk(source, breaks).document(node)


def _fail(source: str, line: int, message: str, field_name: str = "") -> NoReturn:
    raise StudyFileInvalid(source, [Problem(line, field_name, message)])


def _as_yaml(text: str, source: str) -> str:
    """Return text that the YAML parser takes; JSON is YAML but for tabs between its tokens."""
    is_json = source.lower().endswith(".json")
    if not is_json and not text.lstrip().startswith("{"):
        return text
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if is_json:
            _fail(source, error.lineno, said("this is not valid JSON: %(why)s", why=error.msg))
        return text
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")


def _composed(text: str, source: str, breaks: list[int]) -> Node | None:
    try:
        loader = _Loader(text)
        try:
            node: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(filter(None, (error.context, error.problem)))
        _fail(source, _line(mark, breaks) if mark else 1, _in_plain_words(why))
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        sign = f"U+{ord(text[position]):04X}" if position < len(text) else "a sign"
        line = text[:position].count("\n") + 1
        _fail(
            source,
            line,
            said("the file holds the character %(sign)s, which YAML does not take", sign=sign),
        )
    except (ValueError, OverflowError):
        _fail(source, 1, said('an escape such as "\\U0011FFFF" names no character; remove it'))
    except RecursionError:
        _fail(source, 1, said("the file is nested too deeply"))
    return node


def _in_plain_words(why: str) -> str:
    advice = {
        "mapping values are not allowed": said("a text with a colon in it needs quotes around it"),
        "cannot start any token": said(
            "a text that begins with this sign needs quotes; indent with spaces, not tabs"
        ),
        "could not find expected ':'": said(
            "a `:` after the field's name is missing, or a text over "
            "several lines is not indented below `|`"
        ),
        "found undefined alias": said("a text that begins with * needs quotes around it"),
        "unexpected end of stream": said("a quote or bracket is opened and never closed"),
        "expected <block end>": said("the line is indented less or more than its neighbours"),
        "but got '?'": said("inside [ ] or { } a text with a question mark needs quotes around it"),
        "expected ',' or": said("a comma or a closing bracket is missing"),
        "expected a single document": said("there is a second document after ---; keep one"),
    }
    hint = next((told for part, told in advice.items() if part in why), why)
    return said("this is not valid YAML: %(why)s", why=hint)


def _line(mark: Mark, breaks: list[int]) -> int:
    # YAML also ends lines at U+0085, U+2028 and U+2029; editors do not.
    return bisect.bisect_left(breaks, mark.index) + 1


@dataclass
class _Walk:
    source: str
    breaks: list[int]
    lines: dict[Path, int] = field(default_factory=dict)
    values: int = 0

    def document(self, node: Node) -> Document:
        try:
            return Document(self._value(node, ()), self.lines)
        except RecursionError:
            self._fail(node, (), said("the file is nested too deeply"))

    def _fail(self, node: Node, path: Path, message: str) -> NoReturn:
        _fail(self.source, _line(node.start_mark, self.breaks), message, spelled(path))

    def _count(self, node: Node, path: Path) -> None:
        # An alias is a node seen again: a few of them inside each other could be billions.
        self.values += 1
        if self.values > MAX_VALUES:
            too_many = said("the file holds more than %(most)s values", most=f"{MAX_VALUES:,}")
            self._fail(node, path[:4], too_many)
        if len(path) > MAX_DEPTH:
            self._fail(node, path[:4], said("is nested too deeply"))

    def _value(self, node: Node, path: Path) -> Any:
        self._count(node, path)
        self.lines.setdefault(path, _line(node.start_mark, self.breaks))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _scalar(self, node: Node, path: Path) -> Any:
        kind, text = node.tag.rpartition(":")[2], str(node.value)
        if kind == "str":
            return self._text(node, path)
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind == "null":
            return None
        if kind == "int" and _WHOLE.fullmatch(text):
            return int(text)
        if kind not in {"int", "float"}:
            tag = shown(node.tag)
            self._fail(node, path, said("the tag %(tag)s is not understood; remove it", tag=tag))
        return self._number(node, path)

    def _number(self, node: Node, path: Path) -> float:
        try:
            number = float(node.value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            told = shown(node.value)
            self._fail(node, path, said("%(value)s is not a number that can be used", value=told))
        return number

    def _text(self, node: Node, path: Path) -> str:
        text = str(node.value)
        with contextlib.suppress(UnicodeDecodeError):
            # JSON writes signs beyond U+FFFF as two halves, which YAML's parser leaves apart.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        problem = json_values.unstorable(text)
        if problem:
            self._fail(node, path, problem)
        return text

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        self._count(node, path)
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                values = {**self._merged(value_node, path), **values}
        own: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                continue
            key = self._key(key_node, path)
            if key in own:
                first = self.lines[(*path, key)]
                twice = said("comes twice (also on line %(line)s); keep one", line=first)
                self._fail(key_node, (*path, key), twice)
            own.add(key)
            self.lines[(*path, key)] = _line(key_node.start_mark, self.breaks)
            values[key] = self._value(value_node, (*path, key))
        return values

    def _key(self, node: Node, path: Path) -> str:
        if not isinstance(node, ScalarNode) or json_values.unstorable(node.value):
            self._fail(node, path, said("a field's name must be plain text"))
        return str(node.value)

    def _merged(self, node: Node, path: Path) -> dict[str, Any]:
        parts = node.value if isinstance(node, SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for part in parts:
            if not isinstance(part, MappingNode):
                self._fail(node, path, said("<< takes a group of fields named by an anchor"))
            merged = {**self._mapping(part, path), **merged}
        return merged
