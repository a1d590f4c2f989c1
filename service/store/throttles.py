"""Queries about throttles: what each provider takes at once, as all workers have learnt it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.domain import throttle
from service.domain.completion import CompletionState
from service.domain.configuration import ENDPOINT_WORD
from service.store.models import Completion, Configuration, Throttle


def locked(session: Session, names: Iterable[str]) -> dict[str, Throttle]:
    """Return the throttles there are of these names, locked in order against other workers."""
    rows = session.scalars(
        select(Throttle)
        .where(Throttle.name.in_(sorted(set(names))))
        .order_by(Throttle.name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.name: row for row in rows}


def made(session: Session, name: str) -> Throttle:
    """Return a throttle that was just made, or that another worker has made meanwhile; locked."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(Throttle).values(name=name, refusals=0).on_conflict_do_nothing())
    return locked(session, [name])[name]


def known(session: Session, names: Iterable[str]) -> dict[str, throttle.Throttle]:
    """Return what is known of providers, for those of whom anything is."""
    rows = session.scalars(select(Throttle).where(Throttle.name.in_(sorted(set(names)))))
    return {row.name: read(row) for row in rows}


def read(row: Throttle) -> throttle.Throttle:
    """Return what a row says."""
    return throttle.Throttle(row.at_once, row.refusals, row.closed_until)


def write(row: Throttle, learnt: throttle.Throttle) -> None:
    """Note what was learnt in a locked row."""
    row.at_once, row.refusals, row.closed_until = (
        learnt.at_once,
        learnt.refusals,
        learnt.closed_until,
    )


def forget(session: Session, names: Sequence[str]) -> None:
    """Forget what was learnt of providers: the next calls try anew."""
    session.execute(delete(Throttle).where(Throttle.name.in_(sorted(set(names)))))


def running(session: Session, name: str, now: datetime) -> int:
    """Return how many calls of that name run, as far as their leases say."""
    number = session.scalar(
        select(func.count())
        .select_from(Completion)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.state == CompletionState.RUNNING,
            Completion.lease_until >= now,
            _is_of(name),
        )
    )
    return number or 0


def _is_of(name: str) -> ColumnElement[bool]:
    """Return the opposite of `configuration.rate_limit_name`, in the database's terms."""
    if name.startswith(ENDPOINT_WORD):
        return Configuration.endpoint == name.removeprefix(ENDPOINT_WORD)
    of_provider = (Configuration.model == name) | Configuration.model.startswith(
        f"{name}/", autoescape=True
    )
    return Configuration.endpoint.is_(None) & of_provider
