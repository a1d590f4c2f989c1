"""What is wrong with a study file, in plain words: the line, the field, what to do."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from service.errors import Invalid

_SHOWN = 8
_KINDS = {
    "object": "a group of fields (name: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_PATTERNS = {
    "name": "use lower-case letters, digits and hyphens, such as support-replies",
    "model": "write it without spaces, such as openai/gpt-4o-mini",
    "shows": "write names with dots between them, such as answer or result.answer",
    "agent": "use letters, digits, - and _, as the operator declared it",
    "endpoint": "use letters, digits, - and _, as the operator declared it",
    "reasoning_effort": "write one lower-case word, such as low",
    "verbosity": "write one lower-case word, such as low",
}
_BAD_COLLECTION = "a collection is named by letters, digits, - and _"
_BAD_VARIABLE = "a variable is named by letters, digits and _, not beginning with a digit"

_EMPTY = {
    "cap": "is empty; give `usd`, or `calls` and `tokens`",
    "collections": "is empty; name a collection, or remove this",
    "labels": "needs at least two labels",
}

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
    hint = f"did you mean `{near[0]}`?" if near else "known are " + ", ".join(known)
    return f"there is no such field; {hint}"


def _missing(name: str, path: Path) -> str:
    if name == "configurations":
        return "there are no configurations; list at least two under `configurations:`"
    return f"`{name}` is missing" + ("" if path else f"; add a line `{name}: …`")


def _broken(rule: str, wanted: Any, value: Any, path: Path) -> str:
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    if rule in {"minimum", "maximum", "exclusiveMinimum"}:
        bound = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[rule]
        return f"must be {bound} {wanted}, not {shown(value)}"
    if rule == "enum":
        return _not_among(value, wanted)
    if rule == "type":
        return _wrong_type(value, [wanted] if isinstance(wanted, str) else wanted)
    if rule == "oneOf":
        forms = [_KINDS.get(str(form.get("type")), _KINDS["object"]) for form in wanted]
        return f"must be {' or '.join(dict.fromkeys(forms))}, not {shown(value)}"
    messages = {
        "minLength": "must not be empty",
        "maxLength": f"must have at most {wanted:,} characters" if rule == "maxLength" else "",
        "minItems": "the list is empty; add at least one item",
        "maxItems": f"the list may have at most {wanted} items",
        "minProperties": _EMPTY.get(field, "names no folder and no files"),
        "maxProperties": "give either `folder` or `files`",
        "pattern": f"{shown(value)} cannot be used; {_PATTERNS.get(field, 'it has other signs')}",
    }
    return messages.get(rule, "cannot be used as it is")


def _not_among(value: Any, wanted: Sequence[str]) -> str:
    near = (
        difflib.get_close_matches(value.casefold(), wanted, n=1) if isinstance(value, str) else []
    )
    hint = f" (did you mean {near[0]}?)" if near else ""
    listed = " or ".join(filter(None, (", ".join(wanted[:-1]), wanted[-1])))
    return f"must be {listed}, not {shown(value)}{hint}"


def _wrong_type(value: Any, wanted: Sequence[str]) -> str:
    message = f"must be {' or '.join(_KINDS[kind] for kind in wanted)}, not {shown(value)}"
    if value is None:
        return message + "; write a value or remove the line"
    if "string" in wanted and isinstance(value, bool | int | float):
        return message + "; put it in quotes"
    if isinstance(value, str) and "boolean" in wanted:
        return message + "; write it without quotes"
    if isinstance(value, str) and {"number", "integer"} & set(wanted):
        return message + "; write digits without quotes or units"
    return message
