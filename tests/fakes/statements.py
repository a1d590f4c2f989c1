"""Counts what a piece of work asks of a database: statements, transactions, and which they were."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event


@dataclass
class Asked:
    """Statements in order, savepoints included; transactions that may write, and that only read."""

    statements: list[str] = field(default_factory=list)
    writing: int = 0
    reading: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Asked]:
    """Count what goes through an engine; the driver's own BEGIN and COMMIT are no statements."""
    asked = Asked()

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.statements.append(" ".join(statement.split()))

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            asked.reading += 1
        else:
            asked.writing += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", begun)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", begun)
