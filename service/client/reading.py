"""JSON of the API into models; fields that a newer server adds are left out."""

import dataclasses
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def read(kind: Any, value: Any) -> Any:  # noqa: PLR0911 - a table of kinds
    """Return a value as the type says: models, lists and mappings of them, times.

    Raises
    ------
    ValueError
        The value is nothing that the type can be.
    """
    if value is None or kind is Any:
        return value
    if kind is datetime:
        return datetime.fromisoformat(value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _model(kind, value)
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return read(_most(kind, value), value)
    if origin is list and isinstance(value, list):
        return [read(get_args(kind)[0], each) for each in value]
    if origin is dict and isinstance(value, dict):
        return {key: read(get_args(kind)[1], each) for key, each in value.items()}
    if origin is Literal or isinstance(value, kind) or (kind is float and isinstance(value, int)):
        return value
    raise ValueError(f"{value!r} is no {kind}")


def _model(kind: type, value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no {kind.__name__}")  # noqa: TRY004 - as in `read`
    types = _types(kind)
    given = {name: read(types[name], each) for name, each in value.items() if name in types}
    return kind(**given)


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _most(kind: Any, value: Any) -> Any:
    """Return which of several types a value is of; where none is obvious, the first."""
    kinds = [each for each in get_args(kind) if each is not NoneType]
    for each in kinds:
        plain = get_origin(each) or each
        if isinstance(plain, type) and isinstance(value, plain):
            return each
    return kinds[0]
