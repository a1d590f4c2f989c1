"""Queries about judges, their versions, pools and grades."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import (
    Judge,
    JudgeExample,
    JudgeReport,
    JudgeVersion,
    PooledMatchup,
    PoolGrade,
    Study,
)


class Graded(NamedTuple):
    """A calibration item with one person's grades."""

    item: PooledMatchup
    grade: PoolGrade


def shelf_name(study: Study, name: str) -> str:
    """Return the name of the row that a judge's calls hang on, which no person's study can have."""
    return f"{study.name}/judge/{name}"


def find(session: Session, study_id: int, name: str) -> Judge | None:
    """Return a study's judge of that name."""
    return session.scalars(
        select(Judge).where(Judge.study_id == study_id, Judge.name == name)
    ).one_or_none()


def of_study(session: Session, study_id: int) -> Sequence[Judge]:
    """Return a study's judges in the order in which they came."""
    return session.scalars(select(Judge).where(Judge.study_id == study_id).order_by(Judge.id)).all()


def versions(session: Session, judge_id: int) -> Sequence[JudgeVersion]:
    """Return a judge's versions, the newest first."""
    return session.scalars(
        select(JudgeVersion)
        .where(JudgeVersion.judge_id == judge_id)
        .order_by(JudgeVersion.number.desc())
    ).all()


def examples(session: Session, version_id: int) -> Sequence[PooledMatchup]:
    """Return the items that a version is shown, in their order."""
    return session.scalars(
        select(PooledMatchup)
        .join(JudgeExample, JudgeExample.pooled_id == PooledMatchup.id)
        .where(JudgeExample.version_id == version_id)
        .order_by(JudgeExample.place)
    ).all()


def items(session: Session, judge_id: int, pool: str | None = None) -> Sequence[PooledMatchup]:
    """Return a judge's items, those of one pool where it is named, in the order they came."""
    query = (
        select(PooledMatchup).where(PooledMatchup.judge_id == judge_id).order_by(PooledMatchup.id)
    )
    if pool is not None:
        query = query.where(PooledMatchup.pool == pool)
    return session.scalars(query).all()


def item(session: Session, judge_id: int, pooled_id: int) -> PooledMatchup | None:
    """Return an item of a judge."""
    return session.scalars(
        select(PooledMatchup).where(
            PooledMatchup.judge_id == judge_id, PooledMatchup.id == pooled_id
        )
    ).one_or_none()


def grades(session: Session, judge_id: int) -> list[Graded]:
    """Return all grades of a judge's calibration items, in the order of the items."""
    rows = session.execute(
        select(PooledMatchup, PoolGrade)
        .join(PoolGrade, PoolGrade.pooled_id == PooledMatchup.id)
        .where(PooledMatchup.judge_id == judge_id)
        .order_by(PooledMatchup.id, PoolGrade.id)
    )
    return [Graded(*row) for row in rows]


def grade(session: Session, pooled_id: int, who: str) -> PoolGrade | None:
    """Return what one person gave an item."""
    return session.scalars(
        select(PoolGrade).where(PoolGrade.pooled_id == pooled_id, PoolGrade.graded_by == who)
    ).one_or_none()


def ungraded(session: Session, judge_id: int, who: str) -> Sequence[PooledMatchup]:
    """Return the calibration items that somebody has not graded, in the order they came."""
    done = select(PoolGrade.pooled_id).where(PoolGrade.graded_by == who)
    return session.scalars(
        select(PooledMatchup)
        .where(
            PooledMatchup.judge_id == judge_id,
            PooledMatchup.pool == "calibration",
            PooledMatchup.id.not_in(done),
        )
        .order_by(PooledMatchup.id)
    ).all()


def counts(session: Session, judge_id: int) -> dict[str, int]:
    """Return how many items each pool has, and under `graded` how many have a grade."""
    rows = session.execute(
        select(PooledMatchup.pool, func.count())
        .where(PooledMatchup.judge_id == judge_id)
        .group_by(PooledMatchup.pool)
    )
    found = {str(pool): int(number) for pool, number in rows}
    found["graded"] = (
        session.scalar(
            select(func.count(func.distinct(PoolGrade.pooled_id)))
            .join(PooledMatchup, PooledMatchup.id == PoolGrade.pooled_id)
            .where(PooledMatchup.judge_id == judge_id)
        )
        or 0
    )
    return found


def report(session: Session, version_id: int) -> JudgeReport | None:
    """Return the stored report on a version."""
    return session.get(JudgeReport, version_id)


def newest_grade(session: Session, judge_id: int) -> str:
    """Return what changes whenever a grade of a judge is given or changed, "" before the first."""
    row = session.execute(
        select(func.count(), func.max(PoolGrade.created_at))
        .join(PooledMatchup, PooledMatchup.id == PoolGrade.pooled_id)
        .where(PooledMatchup.judge_id == judge_id)
    ).one()
    return f"{row[0]}:{row[1] or ''}"
