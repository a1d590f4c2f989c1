"""Reads what a request brings, strictly: what no database could store never gets further."""

import json
import math
import re
import secrets
from typing import Any

from flask import request

from service.errors import Invalid

MAX_DEPTH = 32
MAX_KEY = 64
MAX_NOTE = 2000
OF_A_ROW = 9  # digits that fit a row's number of 31 bits
_INT64 = 2**63
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class BodyMalformed(Invalid):
    """The body is no JSON object of the plain kind that we take."""


class TextNotStorable(Invalid):
    """A text holds characters that no database stores."""


class FieldInvalid(Invalid):
    """A field of the request is missing or of the wrong kind."""


def read_fields() -> dict[str, Any]:
    """Return what was sent, as JSON or by a form."""
    if request.is_json:
        return read_json()
    return {name: storable(value) for name, value in request.form.items()}


def text(fields: dict[str, Any], name: str, longest: int, default: str | None = None) -> str:
    """Return a text; one that is longer is refused."""
    value = _any_text(fields, name, default)
    if len(value) > longest:
        raise FieldInvalid("The field %(name)s is too long.", name=name)
    return value


def note(fields: dict[str, Any]) -> str:
    """Return what somebody wrote freely, "" where there is none; cut where it is too long."""
    return _any_text(fields, "note", "").strip()[:MAX_NOTE]


def key(fields: dict[str, Any]) -> str:
    """Return the idempotency key; a form that lost it gets one that protects nothing."""
    return text(fields, "key", MAX_KEY, default="") or fresh_key()


def fresh_key() -> str:
    """Return a random key of 22 characters for a form to send."""
    return secrets.token_urlsafe(16)


def number(fields: dict[str, Any], name: str, largest: int) -> int | None:
    """Return a whole number up to the largest, None where there is none."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = whole(value, MAX_KEY)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldInvalid("The field %(name)s is no whole number.", name=name)
    return min(max(value, 0), largest)


def whole(text: str, digits: int = OF_A_ROW) -> int | None:
    """Return what so many digits at most say, None for anything else."""
    is_one = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_one else None


def _any_text(fields: dict[str, Any], name: str, default: str | None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise FieldInvalid("The field %(name)s is missing or no text.", name=name)
    return value


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
    if _UNSTORABLE.search(text):
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
