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
    found = {}
    for row in studies.configurations(session, find(session, name).id):
        is_theirs = row.endpoint is None and not is_agent(row.model)
        if row.retired_at is None and row.model and is_theirs:
            day = _day(session, row.model)
            if day is not None:
                found[row.name] = day
    return found


def _day(session: Session, model: str) -> date | None:
    known = prices.of_model(session, model)
    if known is None and _FINE_TUNE in model:
        # ft:gpt-4o-2024-08-06:organisation::id
        base = ":".join(model.split(":", 2)[:2])
        known = prices.of_model(session, base)
    return None if known is None else known.retires_on
