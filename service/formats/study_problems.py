"""What is wrong with a study file, in plain words: the line, the field, what to do."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from service.errors import Invalid
from service.formats.said import Said, said

_SHOWN = 8
_KINDS = {
    "object": said("a group of fields (name: value)"),
    "array": said("a list"),
    "string": said("text"),
    "integer": said("a whole number"),
    "number": said("a number"),
    "boolean": said("true or false"),
}
_PATTERNS = {
    "name": said("use lower-case letters, digits and hyphens, such as support-replies"),
    "model": said("write it without spaces, such as openai/gpt-4o-mini"),
    "shows": said("write names with dots between them, such as answer or result.answer"),
    "agent": said("use letters, digits, - and _, as the operator declared it"),
    "endpoint": said("use letters, digits, - and _, as the operator declared it"),
    "reasoning_effort": said("write one lower-case word, such as low"),
    "verbosity": said("write one lower-case word, such as low"),
}
_BAD_COLLECTION = said("a collection is named by letters, digits, - and _")
_BAD_VARIABLE = said("a variable is named by letters, digits and _, not beginning with a digit")

_EMPTY = {
    "cap": said("is empty; give `usd`, or `calls` and `tokens`"),
    "collections": said("is empty; name a collection, or remove this"),
    "labels": said("needs at least two labels"),
}

_BOUNDS = {
    "minimum": said("must be at least %(wanted)s, not %(value)s"),
    "maximum": said("must be at most %(wanted)s, not %(value)s"),
    "exclusiveMinimum": said("must be more than %(wanted)s, not %(value)s"),
    "maxLength": said("must have at most %(wanted)s characters"),
    "maxItems": said("the list may have at most %(wanted)s items"),
}

# How a page says one of them.
WHERE = said("%(source)s, line %(line)s: %(what)s")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing to mend; `field` is empty where the whole file is meant, lines count from 1.

    `path` are the steps from the top of the file to what is meant, as far as they are known.
    """

    line: int
    field: str
    message: str
    path: "Path" = ()

    def __str__(self) -> str:
        """Say it as one line without the file's name."""
        return f"line {self.line}: " + (f"{self.field}: " if self.field else "") + self.message


class StudyFileInvalid(Invalid):
    """A study file that cannot be used; `problems` are in the order of the lines."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        """Join what is wrong into one message, the first few problems in full."""
        self.source = source
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
        lines = [f"{source}, {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN} more.")
        super().__init__("\n".join(lines))


def spelled(path: Path) -> str:
    """Return a path as people read it: configurations #2, parameters, temperature."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] += f" #{step + 1}"
        else:
            words.append(shown(step, 60).strip('"'))
    return ", ".join(words)


def shown(value: Any, limit: int = 40) -> str:
    """Return a value as it may stand in a message: short, quoted, printable."""
    if isinstance(value, dict | list):
        return _KINDS["object" if isinstance(value, dict) else "array"]
    text = "empty" if value is None else json.dumps(value)
    return text if len(text) <= limit else text[: limit - 2] + "…" + text[-1:]


def from_schema(error: ValidationError, lines: Mapping[Path, int]) -> list[Problem]:
    """Return what a schema error means for the person who wrote the file."""
    return [problem for meant in _meant(error) for problem in _problems(meant, lines)]


def _meant(error: ValidationError) -> list[ValidationError]:
    """Follow a choice between forms into the form that was meant, told by its type."""
    forms: dict[Any, list[ValidationError]] = {}
    for inner in error.context if error.validator == "oneOf" else ():
        forms.setdefault(inner.schema_path[0], []).append(inner)
    of_type = [
        found
        for found in forms.values()
        if not any(inner.validator == "type" and not inner.path for inner in found)
    ]
    if len(of_type) != 1:
        return [error]
    return [deeper for inner in of_type[0] for deeper in _meant(inner)]


def _problems(error: ValidationError, lines: Mapping[Path, int]) -> list[Problem]:
    path: Path = tuple(error.absolute_path)
    wanted: Any = error.validator_value
    value: Any = error.instance
    rule = str(error.validator)
    if rule == "additionalProperties" and wanted is False:
        known = sorted(_schema_of(error).get("properties", {}))
        unknown = [name for name in value if name not in known]
        return [_problem((*path, name), lines, _unknown(name, known)) for name in unknown]
    if rule == "required":
        absent = [name for name in wanted if name not in value]
        return [_problem(path, lines, _missing(name, path)) for name in absent]
    if "propertyNames" in error.absolute_schema_path:
        message = _BAD_COLLECTION if "collections" in path else _BAD_VARIABLE
        return [_problem((*path, value), lines, message)]
    return [_problem(path, lines, _broken(rule, wanted, value, path))]


def _schema_of(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _problem(path: Path, lines: Mapping[Path, int], message: str) -> Problem:
    known = path
    while known and known not in lines:
        known = known[:-1]
    return Problem(lines.get(known, 1), spelled(path), message, path)


def _unknown(name: str, known: Sequence[str]) -> str:
    folded = name.casefold().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(folded[:60], known, n=1, cutoff=0.6)
    if near:
        return said("there is no such field; did you mean `%(name)s`?", name=near[0])
    return said("there is no such field; known are %(names)s", names=", ".join(known))


def _missing(name: str, path: Path) -> str:
    if name == "configurations":
        return said("there are no configurations; list at least two under `configurations:`")
    if path:
        return said("`%(name)s` is missing", name=name)
    return said("`%(name)s` is missing; add a line `%(name)s: …`", name=name)


def _broken(rule: str, wanted: Any, value: Any, path: Path) -> str:
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    if rule in _BOUNDS:
        limit = f"{wanted:,}" if rule == "maxLength" else wanted
        return said(_BOUNDS[rule].text, wanted=limit, value=shown(value))
    if rule == "enum":
        return _not_among(value, wanted)
    if rule == "type":
        return _wrong_type(value, [wanted] if isinstance(wanted, str) else wanted)
    if rule == "oneOf":
        forms = [_KINDS.get(str(form.get("type")), _KINDS["object"]) for form in wanted]
        return _must_be(list(dict.fromkeys(forms)), value)
    if rule == "pattern":
        why = _PATTERNS.get(field, said("it has other signs"))
        return said("%(value)s cannot be used; %(why)s", value=shown(value), why=why)
    messages = {
        "minLength": said("must not be empty"),
        "minItems": said("the list is empty; add at least one item"),
        "minProperties": _EMPTY.get(field, said("names no folder and no files")),
        "maxProperties": said("give either `folder` or `files`"),
    }
    return messages.get(rule, said("cannot be used as it is"))


def _not_among(value: Any, wanted: Sequence[str]) -> str:
    near = (
        difflib.get_close_matches(value.casefold(), wanted, n=1) if isinstance(value, str) else []
    )
    listed = ", ".join(wanted)
    if len(wanted) == 1:
        return _must_be(wanted, value)
    if near:
        return said(
            "must be one of %(names)s, not %(value)s (did you mean %(near)s?)",
            names=listed,
            value=shown(value),
            near=near[0],
        )
    return said("must be one of %(names)s, not %(value)s", names=listed, value=shown(value))


def _must_be(kinds: Sequence[str], value: Any) -> Said:
    if len(kinds) == 1:
        return said("must be %(kind)s, not %(value)s", kind=kinds[0], value=shown(value))
    first, last = kinds[0], kinds[-1]
    return said(
        "must be %(first)s or %(last)s, not %(value)s", first=first, last=last, value=shown(value)
    )


def _wrong_type(value: Any, wanted: Sequence[str]) -> str:
    message = _must_be([_KINDS[kind] for kind in wanted], value)
    if value is None:
        return said("%(what)s; write a value or remove the line", what=message)
    if "string" in wanted and isinstance(value, bool | int | float):
        return said("%(what)s; put it in quotes", what=message)
    if isinstance(value, str) and "boolean" in wanted:
        return said("%(what)s; write it without quotes", what=message)
    if isinstance(value, str) and {"number", "integer"} & set(wanted):
        return said("%(what)s; write digits without quotes or units", what=message)
    return message
