"""Changes that tell what came of them: how many rows were met, whether a row was the first."""

from typing import cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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
