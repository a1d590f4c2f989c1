"""Queries on the models that litellm knows and what they cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.models import Price

_AT_A_TIME = 500
_COLUMNS = ("provider", "price_input", "price_output", "max_output_tokens", "retires_on")


def of_model(session: Session, model: str) -> Price | None:
    """Return what is known of a model, with or without its provider's name before it."""
    return of_models(session, [model]).get(model)


def of_models(session: Session, models: Iterable[str]) -> dict[str, Price]:
    """Return what is known of some models, with or without their providers' names before them."""
    names = {
        model: (model,) if "/" in model else (model, f"openai/{model}", f"anthropic/{model}")
        for model in models
    }
    wanted = sorted({name for each in names.values() for name in each})
    known: dict[str, Price] = {}
    for start in range(0, len(wanted), _AT_A_TIME):
        some = select(Price).where(Price.model.in_(wanted[start : start + _AT_A_TIME]))
        known |= {row.model: row for row in session.scalars(some)}
    return {
        model: next(known[name] for name in each if name in known)
        for model, each in names.items()
        if any(name in known for name in each)
    }


def models_of(session: Session, provider: str) -> list[str]:
    """Return the published models of one provider, as ``provider/model``."""
    prefix = Price.model.startswith(f"{provider}/", autoescape=True)
    return list(session.scalars(select(Price.model).where(prefix).order_by(Price.model)))


def all_known(session: Session) -> dict[str, tuple[Any, ...]]:
    """Return every published model with its provider, prices, bound on output and last day."""
    rows = session.execute(select(Price.model, *(getattr(Price, name) for name in _COLUMNS)))
    return {row[0]: tuple(row[1:]) for row in rows}


def upsert(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, replacing those of the same model: two workers may publish at once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), _AT_A_TIME):
        statement = insert(Price).values(list(rows[start : start + _AT_A_TIME]))
        changed = {name: statement.excluded[name] for name in (*_COLUMNS, "published_at")}
        replaced: Insert = statement.on_conflict_do_update(index_elements=["model"], set_=changed)
        session.execute(replaced)


def remove(session: Session, models: Sequence[str]) -> None:
    """Remove models that are no longer known."""
    for start in range(0, len(models), _AT_A_TIME):
        session.execute(delete(Price).where(Price.model.in_(models[start : start + _AT_A_TIME])))
