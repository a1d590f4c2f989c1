"""Queries on what workers may call: providers, endpoints and agents, and the keys they lack."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.store.models import Reach


def known(session: Session) -> dict[str, tuple[str, str]]:
    """Return (kind, variable that is not set) by name; nothing before a worker has started."""
    return {name: (kind, missing) for name, kind, missing in session.execute(_ALL)}


_ALL = select(Reach.name, Reach.kind, Reach.missing)


def replace(session: Session, rows: Mapping[str, tuple[str, str]]) -> None:
    """Make the table what a worker says."""
    session.execute(delete(Reach))
    values = [{"name": n, "kind": kind, "missing": gone} for n, (kind, gone) in rows.items()]
    session.execute(insert(Reach), values)
