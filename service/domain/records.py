"""Turns frozen dataclasses into what JSON holds and back, by nothing but their types."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


class Unreadable(ValueError):
    """What was stored does not have the form that the type asks for."""


def to_plain(value: object) -> Any:
    """Return a dataclass as dicts, lists, text, numbers, booleans and None.

    Raises
    ------
    TypeError
        There is something in it that JSON cannot hold.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)  # a plain one, where it was an enum's
    if isinstance(value, Mapping):
        return {str(key): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(entry) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[Record], plain: Any) -> Record:
    """Return the dataclass that `to_plain` was given.

    Raises
    ------
    Unreadable
        A name is missing or too many, or a value is of another kind.
    """
    return cast("Record", _read(kind, plain))


def _read(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _read_optional(kind, plain)
    if origin is tuple:
        return _read_tuple(get_args(kind), plain)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(plain, Mapping):
            raise Unreadable(f"{plain!r} is no mapping")
        return {str(key): _read(get_args(kind)[1], entry) for key, entry in plain.items()}
    if is_dataclass(kind):
        return _read_record(kind, plain)
    return _read_value(kind, plain)


def _read_optional(kind: Any, plain: Any) -> Any:
    if plain is None:
        return None
    (wanted,) = (each for each in get_args(kind) if each is not NoneType)
    return _read(wanted, plain)


def _read_tuple(kinds: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list | tuple):
        raise Unreadable(f"{plain!r} is no list")
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], entry) for entry in plain)
    if len(kinds) != len(plain):
        raise Unreadable(f"{plain!r} has not {len(kinds)} entries")
    return tuple(_read(each, entry) for each, entry in zip(kinds, plain, strict=True))


def _read_record(kind: Any, plain: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(plain, Mapping) or plain.keys() != hints.keys():
        raise Unreadable(f"this is no {kind.__name__}")
    return kind(**{name: _read(hint, plain[name]) for name, hint in hints.items()})


def _read_value(kind: Any, plain: Any) -> Any:
    # JSON knows one kind of number, and writes 2.0 as 2 where it likes to.
    wanted = (int, float) if kind is float else kind
    if not isinstance(plain, wanted) or (isinstance(plain, bool) and kind is not bool):
        raise Unreadable(f"{plain!r} is no {kind.__name__}")
    return kind(plain)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(kind)}


def digest(plain: Mapping[str, Any]) -> str:
    """Return the hash of what was stored, by which it is known again when it is printed."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
