"""Bodies of requests, read strictly: what no database could store never gets further."""

import json
import math
from typing import Any

from flask import request

from service.errors import Invalid

MAX_DEPTH = 32
_INT64 = 2**63


class BodyMalformed(Invalid):
    """The body is no JSON object of the plain kind that we take."""


class TextNotStorable(Invalid):
    """A text holds characters that no database stores."""


def read_json() -> dict[str, Any]:
    """Return the request's JSON object.

    Refused are deep nesting, NaN and infinities, numbers beyond 64 bits, a name twice in an
    object, NUL and lone surrogates: each of them fails later and worse.
    """
    try:
        # Kept by Flask: a view that begins anew after a crossed transaction reads it again.
        text = request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        raise BodyMalformed("The body is not UTF-8.") from None
    if _depth(text) > MAX_DEPTH:
        raise BodyMalformed("The body is nested deeper than %(most)s levels.", most=MAX_DEPTH)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_small,
            object_pairs_hook=_without_doubles,
        )
    except json.JSONDecodeError as error:
        raise BodyMalformed("The body is not JSON (line %(line)s).", line=error.lineno) from None
    if not isinstance(value, dict):
        raise BodyMalformed("The body must be a JSON object.")
    _check_texts(value)
    return value


def storable(text: str) -> str:
    """Return a text as it came, or refuse what no database stores."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise TextNotStorable("The text holds characters that cannot be stored.")
    return text


def _depth(text: str) -> int:
    """Return the deepest nesting by counting brackets outside strings; no recursion."""
    deepest = depth = 0
    in_string = is_escaped = False
    for char in text:
        if in_string:
            if is_escaped:
                is_escaped = False
            elif char == "\\":
                is_escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> float:
    raise BodyMalformed("%(name)s is not a number that JSON knows.", name=name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BodyMalformed("A number is too large.")
    return number


def _small(text: str) -> int:
    digits_of_int64 = 20
    if len(text) > digits_of_int64 or not -_INT64 <= int(text) < _INT64:
        raise BodyMalformed("A number is too large.")
    return int(text)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BodyMalformed("A name occurs twice in one object.")
    return made


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            storable(name)
            _check_texts(part)
    elif isinstance(value, list):
        for part in value:
            _check_texts(part)
