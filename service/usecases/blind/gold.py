"""Deals gold matchups among the others; they take no place and enter no count."""

import random
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import sitting
from service.store import gold
from service.store.models import Assignment, Study

TOKEN_BYTES = 16


def deal(
    session: Session,
    study: Study,
    rater_id: int,
    now: datetime,
    rng: random.Random,
    lease_until: datetime,
    toss: Callable[[], bool],
    regular: int,
    *,
    at_end: bool,
) -> Assignment | None:
    """Deal a gold matchup where one is due among `regular` others; `toss` draws its sides."""
    if not study.options.get("gold"):
        return None
    dealt = gold.count_dealt(session, rater_id)
    if not sitting.gold_is_due(regular, dealt, rng, at_end=at_end):
        return None
    unseen = gold.unseen(session, study.id, rater_id)
    if not unseen:
        return None
    drawn = rng.choice(unseen)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return gold.add_assignment(session, drawn, rater_id, token, now, lease_until, toss)


def left(session: Session, study: Study, rater_id: int, regular: int) -> int:
    """Return how many gold matchups may still come to a rater with that many regular ones."""
    if not study.options.get("gold"):
        return 0
    wanted = sitting.gold_wanted(regular, gold.count(session, study.id))
    return max(0, wanted - gold.count_dealt(session, rater_id))
