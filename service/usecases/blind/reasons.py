"""Keeps why a rater voted as they did: chips and words, beside the vote and erasable."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.vote import REASON_KINDS, KeyReused, UnknownAssignment
from service.errors import Conflict, Invalid
from service.store import assignments, changes, reasons
from service.store.models import Reason

MAX_KEY = 64
MAX_NOTE = 2000
# Nobody has so many reasons for one judgement.
MOST_REASONS = 50


class ReasonedOften(Conflict):
    """A rater has given more reasons for one judgement than anybody has."""


def add(
    session: Session,
    rater_id: int,
    token: str,
    kinds: Sequence[str],
    note: str,
    client_key: str,
    now: datetime,
) -> None:
    """Add a reason to the vote on an assignment; a key that comes again adds nothing.

    Raises
    ------
    UnknownAssignment, KeyReused, ReasonedOften
    """
    if not client_key or len(client_key) > MAX_KEY or not client_key.isascii():
        raise Invalid("The page sent an unreadable reason. Please reload it and write it again.")
    if not set(kinds) <= set(REASON_KINDS) or not (kinds or note):
        raise Invalid("Please choose a reason or write one.")
    assignment = assignments.held(session, token)
    if assignment is None or assignment.rater_id != rater_id:
        raise UnknownAssignment("This matchup is not there. Go back to where you were rating.")
    before = reasons.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != assignment.id:
            raise KeyReused("This reason was already sent for another matchup.")
        return
    if reasons.count_of(session, assignment.id) >= MOST_REASONS:
        raise ReasonedOften("You have said very much about this one. All of it is kept, thank you.")
    changes.add_once(
        session,
        Reason(
            assignment_id=assignment.id,
            kinds=[kind for kind in REASON_KINDS if kind in kinds],
            note=note[:MAX_NOTE],
            client_key=client_key,
            created_at=now,
        ),
    )
