"""Queries about exclusions: votes that were taken out by hand and give their places back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, select, true, update
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import JUDGED
from service.store import changes
from service.store.models import Assignment, Exclusion, Flag, Rater, Study


def said_by(session: Session, rater_id: int) -> Sequence[Assignment]:
    """Return what a rater has judged or flagged, in the order in which prompts must be locked."""
    is_flagged = exists().where(Flag.assignment_id == Assignment.id)
    return session.scalars(
        select(Assignment)
        .where(Assignment.rater_id == rater_id, Assignment.state.in_(JUDGED) | is_flagged)
        .order_by(Assignment.prompt_id, Assignment.id)
    ).all()


def lift(session: Session, assignment_ids: Sequence[int], now: datetime) -> int:
    """End the exclusions of these assignments; returns how many there were."""
    return changes.count(
        session,
        update(Exclusion)
        .where(Exclusion.assignment_id.in_(assignment_ids), Exclusion.lifted_at.is_(None))
        .values(lifted_at=now),
    )


def is_out(rater_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return when a rater was left out: anything that they said is, and with it all they flag."""
    said = aliased(Assignment)
    return exists().where(
        Exclusion.assignment_id == said.id,
        said.rater_id == rater_id,
        Exclusion.lifted_at.is_(None),
    )


def counts_rater(study: Study) -> ColumnElement[bool]:
    """Return when what a rater said beside votes counts: where their votes would.

    Leaving out takes all that somebody has judged; what they said of blindness goes with it.
    """
    is_blind = true() if study.counts_sighted else Rater.is_sighted.is_(False)
    return and_(is_blind, ~is_out(Rater.id))
