"""Tables of judges: versions, the two pools and their grades, and what a judge said."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Judge(Model):
    """A model that says of matchups which text is better in one criterion.

    Its calls hang on a row of their own (`shelf_id`), a study that no list shows and no rater is
    dealt from: that row holds its cap and what it took.
    """

    __tablename__ = "judge"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    shelf_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    name: Mapped[str]
    criterion: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]


class JudgeVersion(Model):
    """What a judge is at one time; never changed: an edit is the next version.

    Model, parameters and all that it is told are those of its configuration.
    """

    __tablename__ = "judge_version"
    __table_args__ = (UniqueConstraint("judge_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"))
    number: Mapped[int]
    fingerprint: Mapped[str]
    configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"))
    rubric: Mapped[str]
    scale: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]


class PooledMatchup(Model):
    """A matchup that calibrates a judge or measures it; it is in one pool for good.

    First and second are named by configuration id, as everywhere.
    """

    __tablename__ = "pooled_matchup"
    __table_args__ = (
        UniqueConstraint(
            "judge_id",
            "first_completion_id",
            "second_completion_id",
            name="uq_pooled_matchup_matchup",
        ),
        # What an example refers to, so that the database knows its pool.
        UniqueConstraint("id", "pool"),
        CheckConstraint("pool IN ('calibration', 'audit')", name="pool"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"))
    pool: Mapped[str]
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    # How it came: by hand, as a hard or divided one, or drawn by chance.
    origin: Mapped[str]
    created_at: Mapped[datetime]


class PoolGrade(Model):
    """What one person gave both texts of a calibration item, blind, with a sentence of reason."""

    __tablename__ = "pool_grade"
    __table_args__ = (
        UniqueConstraint("pooled_id", "graded_by"),
        ForeignKeyConstraint(
            ["pooled_id", "pool"],
            ["pooled_matchup.id", "pooled_matchup.pool"],
            name="fk_pool_grade_item",
        ),
        CheckConstraint("pool = 'calibration'", name="pool"),
        CheckConstraint(
            "first_grade BETWEEN 1 AND 5 AND second_grade BETWEEN 1 AND 5", name="grades"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pooled_id: Mapped[int]
    pool: Mapped[str]
    graded_by: Mapped[str]
    first_grade: Mapped[int]
    second_grade: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class JudgeExample(Model):
    """A graded calibration item that a version is shown; an audit item can be none."""

    __tablename__ = "judge_example"
    __table_args__ = (
        ForeignKeyConstraint(
            ["pooled_id", "pool"],
            ["pooled_matchup.id", "pooled_matchup.pool"],
            name="fk_judge_example_item",
        ),
        CheckConstraint("pool = 'calibration'", name="pool"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("judge_version.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    pooled_id: Mapped[int]
    pool: Mapped[str]


class Judgement(Model):
    """What a version of a judge was asked of a matchup in one order, and what it said.

    The call is a completion of the judge's row, with lease, fence, attempts and cost like all
    others. `said` is NULL until its answer was read: `a`, `b`, `tie`, `refused` or `malformed`.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        # A version is asked of a matchup once in each order.
        UniqueConstraint(
            "version_id",
            "first_completion_id",
            "second_completion_id",
            "is_exchanged",
            name="uq_judgement_asked",
        ),
        Index("ix_judgement_waiting", "version_id", "said"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("judge_version.id"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    # Whether the second text was shown as A.
    is_exchanged: Mapped[bool]
    answer_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), index=True)
    said: Mapped[str | None]
    a_grade: Mapped[int | None]
    b_grade: Mapped[int | None]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class JudgeReport(Model):
    """The newest trust report of a version, as a worker computed it, and what it had seen."""

    __tablename__ = "judge_report"

    version_id: Mapped[int] = mapped_column(ForeignKey("judge_version.id"), primary_key=True)
    seen: Mapped[str]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
