"""Which models litellm knows, their prices and last days, published by workers for web and CLI."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.configuration import OFFLINE_PREFIX, Price
from service.store import prices
from service.store.models import Configuration

_PER_PRICE = 1_000_000


@dataclass(frozen=True)
class KnownModel:
    """A model as litellm's map has it: USD per token, None where the map is silent.

    `retires_on` is the day on which its provider switches it off.
    """

    model: str
    provider: str
    input_per_token: float | None
    output_per_token: float | None
    max_output_tokens: int | None
    retires_on: date | None = None


def publish(session: Session, rows: Iterable[KnownModel], now: datetime) -> int:
    """Make the stored models those of `rows` and return how many rows changed.

    Unchanged rows are left alone, so that workers may publish at every start.
    """
    stored = prices.all_known(session)
    wanted = {row.model: _columns(row) for row in rows}
    changed = [
        {
            "model": model,
            "provider": columns[0],
            "price_input": columns[1],
            "price_output": columns[2],
            "max_output_tokens": columns[3],
            "retires_on": columns[4],
            "published_at": now,
        }
        for model, columns in wanted.items()
        if stored.get(model) != columns
    ]
    gone = [model for model in stored if model not in wanted]
    prices.upsert(session, changed)
    prices.remove(session, gone)
    return len(changed) + len(gone)


def known(session: Session, model: str) -> Price | None:
    """Return a model's price, None where litellm does not know the model or its price."""
    row = prices.of_model(session, model)
    if row is None or row.price_input is None or row.price_output is None:
        return None
    return Price(row.price_input / budget.NANOS, row.price_output / budget.NANOS)


def price_of(session: Session, configuration: Configuration) -> Price | None:
    """Return a configuration's price: declared, else the one litellm knows, else None."""
    if configuration.price_call is not None:
        return Price(0.0, 0.0, configuration.price_call / budget.NANOS)
    if configuration.price_input is not None and configuration.price_output is not None:
        return Price(
            configuration.price_input / budget.NANOS, configuration.price_output / budget.NANOS
        )
    model = configuration.model or ""
    if model.startswith(OFFLINE_PREFIX):
        return Price(0.0, 0.0)
    if configuration.endpoint is not None:
        return None
    return known(session, model)


def _columns(
    row: KnownModel,
) -> tuple[str, int | None, int | None, int | None, date | None]:
    return (
        row.provider,
        _nanos(row.input_per_token),
        _nanos(row.output_per_token),
        row.max_output_tokens,
        row.retires_on,
    )


def _nanos(per_token: float | None) -> int | None:
    """Return nanodollars per million tokens; a negative price is unknown."""
    if per_token is None or per_token < 0:
        return None
    return budget.to_nanos(per_token * _PER_PRICE)
