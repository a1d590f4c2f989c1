"""Queries about judges, their versions, pools and grades."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import (
    Judge,
    JudgeExample,
    JudgeVersion,
    PoolGrade,
    PoolItem,
    Study,
)


class Graded(NamedTuple):
    """A calibration item with one person's grades."""

    item: PoolItem
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


def examples(session: Session, version_id: int) -> Sequence[PoolItem]:
    """Return the items that a version is shown, in their order."""
    return session.scalars(
        select(PoolItem)
        .join(JudgeExample, JudgeExample.item_id == PoolItem.id)
        .where(JudgeExample.version_id == version_id)
        .order_by(JudgeExample.place)
    ).all()


def items(session: Session, judge_id: int, pool: str | None = None) -> Sequence[PoolItem]:
    """Return a judge's items, those of one pool where it is named, in the order they came."""
    query = select(PoolItem).where(PoolItem.judge_id == judge_id).order_by(PoolItem.id)
    if pool is not None:
        query = query.where(PoolItem.pool == pool)
    return session.scalars(query).all()


def item(session: Session, judge_id: int, item_id: int) -> PoolItem | None:
    """Return an item of a judge."""
    return session.scalars(
        select(PoolItem).where(PoolItem.judge_id == judge_id, PoolItem.id == item_id)
    ).one_or_none()


def grades(session: Session, judge_id: int) -> list[Graded]:
    """Return all grades of a judge's calibration items, in the order of the items."""
    rows = session.execute(
        select(PoolItem, PoolGrade)
        .join(PoolGrade, PoolGrade.item_id == PoolItem.id)
        .where(PoolItem.judge_id == judge_id)
        .order_by(PoolItem.id, PoolGrade.id)
    )
    return [Graded(*row) for row in rows]


def grade(session: Session, item_id: int, who: str) -> PoolGrade | None:
    """Return what one person gave an item."""
    return session.scalars(
        select(PoolGrade).where(PoolGrade.item_id == item_id, PoolGrade.graded_by == who)
    ).one_or_none()


def ungraded(session: Session, judge_id: int, who: str) -> Sequence[PoolItem]:
    """Return the calibration items that somebody has not graded, in the order they came."""
    done = select(PoolGrade.item_id).where(PoolGrade.graded_by == who)
    return session.scalars(
        select(PoolItem)
        .where(
            PoolItem.judge_id == judge_id,
            PoolItem.pool == "calibration",
            PoolItem.id.not_in(done),
        )
        .order_by(PoolItem.id)
    ).all()


def counts(session: Session, judge_id: int) -> dict[str, int]:
    """Return how many items each pool has, and under `graded` how many have a grade."""
    rows = session.execute(
        select(PoolItem.pool, func.count())
        .where(PoolItem.judge_id == judge_id)
        .group_by(PoolItem.pool)
    )
    found = {str(pool): int(number) for pool, number in rows}
    found["graded"] = (
        session.scalar(
            select(func.count(func.distinct(PoolGrade.item_id)))
            .join(PoolItem, PoolItem.id == PoolGrade.item_id)
            .where(PoolItem.judge_id == judge_id)
        )
        or 0
    )
    return found
