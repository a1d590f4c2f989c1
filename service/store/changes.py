"""Changes that tell what came of them: how many rows were met, whether a row was the first."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Insert, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from service.store.models import Model


def count(session: Session, statement: Update | Delete) -> int:
    """Execute a change in the database alone and return the number of rows it changed."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", done).rowcount


def add_once(session: Session, row: Model) -> bool:
    """Add a row; False where its unique key was taken at the same time."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def forget(session: Session, model: type[Model], identity: int) -> None:
    """Have a row that was changed beside the mapper read anew, where the session holds it."""
    held = session.identity_map.get(identity_key(model, identity))
    if held is not None:
        session.expire(held)


class Once:
    """An insertion that does nothing where a unique key is taken, built once for each database."""

    def __init__(self, model: type[Model]) -> None:
        """Prepare the statements of a table whose key is `id`."""
        table = cast("Any", model.__table__)
        self._by_dialect: dict[str, Insert] = {
            name: made(table).on_conflict_do_nothing().returning(table.c.id)
            for name, made in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
        }

    def add(self, session: Session, values: dict[str, Any]) -> bool:
        """Insert a row and tell whether it was the first with its keys."""
        connection = session.connection()
        return connection.scalar(self._by_dialect[connection.dialect.name], values) is not None
