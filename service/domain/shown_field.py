"""Which part of a structured answer raters are shown: a field of its JSON, named by a path."""

import json
import re
from typing import Any

from service.errors import Invalid

MOST_STEPS = 10
_LONGEST = 40
_FENCED = re.compile(r"^\s*```[A-Za-z0-9]*[ \t]*\n(.*?)\n?[ \t]*```\s*$", re.DOTALL)


class FieldMissing(Invalid):
    """An answer has no such field to show; the message says what it has."""


def shown(text: str, path: str) -> str:
    """Return the text that stands in a JSON answer under a path such as ``result.answer``.

    A whole number in the path counts the items of a list, from 0. An answer in a code block is
    read like a bare one. Numbers, true and false are shown as JSON writes them.

    Raises
    ------
    FieldMissing
        The answer is no JSON, has no such field, or there is no text in it.
    """
    value = _parsed(text, path)
    walked: list[str] = []
    for step in path.split("."):
        value = _below(value, step, walked, path)
        walked.append(step)
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise FieldMissing(
        "The field %(path)s of the answer holds %(kind)s and no text. Name a field below it.",
        path=path,
        kind="null" if value is None else "{…}" if isinstance(value, dict) else "[…]",
    )


def _parsed(text: str, path: str) -> Any:
    fenced = _FENCED.match(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise FieldMissing(
            "The answer is no JSON, so it has no field %(path)s to show. Ask the model for JSON "
            "alone, or leave the field to be shown empty.",
            path=path,
        ) from None


def _below(value: Any, step: str, walked: list[str], path: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    there = (
        ", ".join(str(name)[:_LONGEST] for name in list(value)[:MOST_STEPS])
        if isinstance(value, dict)
        else ""
    )
    raise FieldMissing(
        "The answer has no field %(path)s. %(where)s holds: %(there)s.",
        path=path,
        where=".".join(walked) or "JSON",
        there=there or ("[…]" if isinstance(value, list) else "…"),
    )
