"""What stands beside the button that opens a draft: what is missing, and who is silent."""

from typing import Any

from service.database import Session
from service.reporting import readiness
from service.usecases.sighted.studies import opening
from service.web import languages


def of_draft(session: Session, name: str, state: str) -> dict[str, Any]:
    """Return what a page says of a study that may be opened; nothing where it is no draft."""
    if state != "draft":
        return {"missing": (), "silent": ""}
    words = languages.words()
    found = opening.lacks(session, name)
    return {
        "missing": readiness.missing(found, words),
        "silent": readiness.silent(found, words),
    }
