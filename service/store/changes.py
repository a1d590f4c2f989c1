"""Runs an UPDATE or DELETE and tells how many rows it met: what conditional updates ask."""

from typing import cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.orm import Session


def count(session: Session, statement: Update | Delete) -> int:
    """Execute a change in the database alone and return the number of rows it changed."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", done).rowcount
