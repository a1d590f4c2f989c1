"""What one process of the tests compiles once, for all applications and databases it makes."""

import gc
from collections.abc import Hashable
from types import CodeType, MethodType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST_STATEMENTS = 5_000


class Compiled(BytecodeCache):
    """Holds compiled templates in memory, by the file and its content."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._held.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._held[bucket.key, bucket.checksum] = bucket.code


class KeptRule(Rule):
    """A route that is compiled once: all that is compiled follows from what its path says."""

    _held: ClassVar[dict[Hashable, dict[str, Any]]] = {}

    def compile(self) -> None:
        if self.defaults or self.host or self.subdomain:
            super().compile()
            return
        path = (self.rule, self.merge_slashes)
        held = self._held.get(path)
        if held is None:
            super().compile()
            self._held[path] = {
                "_parts": self._parts,
                "_trace": self._trace,
                "_converters": self._converters,
                "arguments": set(self.arguments),
                "_build": self._build.__func__,  # type: ignore[attr-defined]
                "_build_unknown": self._build_unknown.__func__,  # type: ignore[attr-defined]
            }
            return
        self._parts, self._trace = held["_parts"], held["_trace"]
        self._converters, self.arguments = held["_converters"], set(held["arguments"])
        self._build = MethodType(held["_build"], self)
        self._build_unknown = MethodType(held["_build_unknown"], self)


def _kind(dialect: Dialect) -> tuple[Any, ...]:
    return (type(dialect), dialect.server_version_info, dialect.default_schema_name)


def _are_alike(one: Dialect, other: object) -> bool:
    return isinstance(other, type(one)) and _kind(one) == _kind(other)


def _keep_statements() -> None:
    """Let each database of a kind find what SQL was written for another one of its kind."""
    held: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _are_alike  # type: ignore[method-assign,assignment]
        dialect.__hash__ = lambda each: hash(_kind(each))  # type: ignore[method-assign,assignment]

    @event.listens_for(Engine, "engine_connect")
    def hand_over(connection: Connection) -> None:
        connection.execution_options(compiled_cache=held)


def keep() -> None:
    """Let every application and database of this process find what another one has compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    Flask.url_rule_class = KeptRule
    _keep_statements()
    gc.disable()  # what is imported and collected stays


def settle() -> None:
    """Leave what was imported out of every later look for garbage, and look less often.

    Some hundred thousand objects stay to the end; looking through them was an eighth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
