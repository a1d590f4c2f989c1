"""Queries about who holds what near the end of a study, and who has let it lie."""

from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import AssignmentKind, AssignmentState, Event, leading
from service.store import changes, submissions
from service.store.models import Assignment, Rater

_HELD, _LAPSED = leading(Event.LAPSE)


def held(session: Session, study_id: int, now: datetime, since: datetime) -> dict[int, int]:
    """Return how many places each rater at work holds: whose lease runs, or who judged `since`.

    Who has just judged their last one holds nothing for a moment and is at work all the same.
    """
    rows = session.execute(
        select(Assignment.rater_id, func.count())
        .where(
            Assignment.study_id == study_id,
            Assignment.state == AssignmentState.DEALT,
            Assignment.lease_until >= now,
            Assignment.kind == AssignmentKind.REGULAR,
        )
        .group_by(Assignment.rater_id)
    )
    holding = {row[0]: row[1] for row in rows}
    newest = (
        select(func.max(Assignment.id)).where(Assignment.rater_id == Rater.id).scalar_subquery()
    )
    lately = session.scalars(
        select(Rater.id)
        .join(Assignment, Assignment.id == newest.correlate(Rater))
        .where(
            Rater.study_id == study_id,
            Rater.finished_at.is_(None),
            Assignment.ended_at >= since,
        )
    )
    return dict.fromkeys(lately, 0) | holding


def lying_ahead(
    session: Session, study_id: int, for_rater_id: int, renewed_before: datetime, limit: int
) -> dict[int, list[int]]:
    """Return, by prompt, what others hold beyond what lies open before them and let lie.

    Only matchups that the one for whom it is freed has not seen and may be dealt.
    `renewed_before` is the end of a lease that was renewed too long ago.
    """
    older = aliased(Assignment)
    is_open_before_them = ~exists().where(
        older.rater_id == Assignment.rater_id,
        older.state == AssignmentState.DEALT,
        older.id < Assignment.id,
    )
    seen = aliased(Assignment)
    was_seen = exists().where(
        seen.rater_id == for_rater_id,
        seen.kind == AssignmentKind.REGULAR,
        seen.prompt_id == Assignment.prompt_id,
        seen.state != AssignmentState.EXPIRED,
        seen.first_configuration_id == Assignment.first_configuration_id,
        seen.second_configuration_id == Assignment.second_configuration_id,
    )
    rows = session.execute(
        select(Assignment.prompt_id, Assignment.id)
        .where(
            Assignment.study_id == study_id,
            Assignment.state == AssignmentState.DEALT,
            Assignment.kind == AssignmentKind.REGULAR,
            Assignment.lease_until < renewed_before,
            Assignment.rater_id != for_rater_id,
            ~is_open_before_them,
            ~was_seen,
            Assignment.prompt_id.not_in(submissions.own_prompts_of(study_id, for_rater_id)),
        )
        # By chance: which prompts come to somebody must not follow the order of their rows.
        .order_by(Assignment.token)
        .limit(limit)
    )
    found: dict[int, list[int]] = {}
    for prompt_id, identity in rows:
        found.setdefault(prompt_id, []).append(identity)
    return found


def let_go(
    session: Session, assignment_ids: list[int], renewed_before: datetime, now: datetime
) -> int:
    """Free places on a prompt that the caller has locked, unless their rater came back."""
    return changes.count(
        session,
        update(Assignment)
        .where(
            Assignment.id.in_(assignment_ids),
            Assignment.state == _HELD,
            Assignment.lease_until < renewed_before,
        )
        .values(state=_LAPSED, ended_at=now)
        .execution_options(synchronize_session=False),
    )
