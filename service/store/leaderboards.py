"""Queries about leaderboards, and the facts of a study they need besides votes."""

from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased, defer

from service.domain.vote import MODELS_VERDICT
from service.store import changes
from service.store.models import (
    Assignment,
    Configuration,
    Decision,
    Exclusion,
    Leaderboard,
    Rater,
    Share,
    Study,
    Tallied,
    Vote,
)

KEPT = 50
# Days of which the last one is kept, so that what changed since can be said.
KEPT_DAYS = 60


def latest(session: Session, study_id: int) -> Leaderboard | None:
    """Return a study's newest leaderboard; what it says and rests on is read when asked for."""
    return session.scalars(
        select(Leaderboard)
        .options(defer(Leaderboard.basis), defer(Leaderboard.content))
        .where(Leaderboard.study_id == study_id)
        .order_by(Leaderboard.id.desc())
        .limit(1)
    ).one_or_none()


def kept(session: Session, study_id: int, limit: int) -> list[tuple[int, datetime, int]]:
    """Return ids, times and votes of a study's leaderboards, the newest first."""
    rows = session.execute(
        select(Leaderboard.id, Leaderboard.created_at, Leaderboard.votes)
        .where(Leaderboard.study_id == study_id)
        .order_by(Leaderboard.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def of_study(session: Session, study_id: int, leaderboard_id: int) -> Leaderboard | None:
    """Return one leaderboard of a study, held until the transaction ends: nothing drops it."""
    return session.scalars(
        select(Leaderboard)
        .where(Leaderboard.study_id == study_id, Leaderboard.id == leaderboard_id)
        .with_for_update(read=True, key_share=True)
    ).one_or_none()


def left_quick(session: Session, before: datetime) -> list[int]:
    """Return the studies whose newest leaderboard is from before and from counts alone."""
    newest = select(func.max(Leaderboard.id)).group_by(Leaderboard.study_id)
    return list(
        session.scalars(
            select(Leaderboard.study_id).where(
                Leaderboard.id.in_(newest),
                Leaderboard.created_at <= before,
                Leaderboard.basis["is_quick"].as_boolean(),
            )
        )
    )


def of_other_versions(session: Session, version: int) -> list[int]:
    """Return the studies whose newest leaderboard has another form than this version's."""
    newest = select(func.max(Leaderboard.id)).group_by(Leaderboard.study_id)
    return list(
        session.scalars(
            select(Leaderboard.study_id).where(
                Leaderboard.id.in_(newest), Leaderboard.version != version
            )
        )
    )


def outdate(session: Session, study_id: int) -> None:
    """Have a study's leaderboard computed anew though no vote has changed: who competes has."""
    newest = select(func.max(Leaderboard.id)).where(Leaderboard.study_id == study_id)
    changes.count(
        session,
        update(Leaderboard).where(Leaderboard.id == newest.scalar_subquery()).values(version=0),
    )


def forget_old(session: Session, study_id: int) -> None:
    """Drop a study's leaderboards but the newest, the last of a day, those decided on or shared."""
    edge = session.scalar(
        select(Leaderboard.id)
        .where(Leaderboard.study_id == study_id)
        .order_by(Leaderboard.id.desc())
        .offset(KEPT)
        .limit(1)
    )
    if edge is None:
        return
    old = session.execute(
        select(Leaderboard.id, Leaderboard.created_at)
        .where(
            Leaderboard.study_id == study_id,
            Leaderboard.id <= edge,
            Leaderboard.id.not_in(select(Decision.leaderboard_id)),
            Leaderboard.id.not_in(
                select(Share.leaderboard_id).where(Share.leaderboard_id.is_not(None))
            ),
        )
        .order_by(Leaderboard.id.desc())
    ).all()
    of_day: dict[date, int] = {}
    for row in old:
        of_day.setdefault(row.created_at.date(), row.id)
    lasting = set(list(of_day.values())[:KEPT_DAYS])
    dropped = [row.id for row in old if row.id not in lasting]
    changes.count(session, delete(Leaderboard).where(Leaderboard.id.in_(dropped)))


def not_counted(session: Session, study_id: int) -> dict[str, int]:
    """Return how many standing votes are not counted, by reason."""
    newest = (
        select(func.max(Vote.id).label("id"))
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Assignment.study_id == study_id)
        .group_by(Vote.assignment_id)
        .subquery()
    )
    of_models = (
        select(Exclusion.assignment_id)
        .where(Exclusion.reason == MODELS_VERDICT, Exclusion.lifted_at.is_(None))
        .distinct()
        .subquery()
    )
    of_model = of_models.c.assignment_id.is_not(None)
    rows = session.execute(
        select(Vote.is_late, Assignment.kind, Rater.is_sighted, of_model, func.count())
        .join(newest, newest.c.id == Vote.id)
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .outerjoin(Tallied, Tallied.assignment_id == Assignment.id)
        .outerjoin(of_models, of_models.c.assignment_id == Assignment.id)
        .where(Vote.choice.is_not(None), Tallied.assignment_id.is_(None))
        .group_by(Vote.is_late, Assignment.kind, Rater.is_sighted, of_model)
    )
    reasons: dict[str, int] = {}
    for is_late, kind, is_sighted, by_model, number in rows:
        reason = (
            kind
            if kind != "regular"
            else "late"
            if is_late
            else "sighted"
            if is_sighted
            else "model"
            if by_model
            else "excluded"
        )
        reasons[reason] = reasons.get(reason, 0) + number
    return reasons


def configuration_names(session: Session, study_id: int) -> dict[int, str]:
    """Return unique names: a retired revision carries its number."""
    rows = session.execute(
        select(
            Configuration.id, Configuration.name, Configuration.revision, Configuration.retired_at
        )
        .where(Configuration.study_id == study_id)
        .order_by(Configuration.id)
    ).all()
    return {
        row.id: row.name if row.retired_at is None else f"{row.name} (revision {row.revision})"
        for row in rows
    }


def same_fingerprints(session: Session, study_id: int, limit: int) -> list[tuple[str, Study, str]]:
    """Return configurations in service that stand in other studies too: name, study, name there."""
    there = aliased(Configuration)
    rows = session.execute(
        select(Configuration.name, Study, there.name)
        .join(there, there.fingerprint == Configuration.fingerprint)
        .join(Study, Study.id == there.study_id)
        .where(
            Configuration.study_id == study_id,
            Configuration.retired_at.is_(None),
            # Answers that were imported have no model, and so nothing by which they are the same.
            Configuration.model.is_not(None),
            there.study_id != study_id,
            there.retired_at.is_(None),
        )
        .order_by(Configuration.id, Study.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]
