"""Tells when the models of a study are switched off, as far as litellm's map knows."""

from datetime import date

from sqlalchemy.orm import Session

from service.domain.configuration import is_agent
from service.store import prices, studies
from service.usecases.sighted.lookup import find

_FINE_TUNE = "ft:"


def of_study(session: Session, name: str) -> dict[str, date]:
    """Return the day by configuration in service, of those whose model has one.

    Nothing is said of a model at an endpoint of one's own, and a fine-tune goes with its base.
    """
    models = {
        row.name: row.model
        for row in studies.configurations(session, find(session, name).id)
        if row.retired_at is None and row.model and row.endpoint is None
        if not is_agent(row.model)
    }
    known = prices.of_models(session, {*models.values(), *map(_base, models.values())})
    found = {name: known.get(model) or known.get(_base(model)) for name, model in models.items()}
    return {name: row.retires_on for name, row in found.items() if row and row.retires_on}


def _base(model: str) -> str:
    """Return the base of a fine-tune, ft:gpt-4o-2024-08-06:organisation::id; else the model."""
    return ":".join(model.split(":", 2)[:2]) if _FINE_TUNE in model else model
