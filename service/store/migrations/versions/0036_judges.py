"""Keep judges in versions, their two pools with grades, and what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "judge_report",
    "judgement",
    "judge_example",
    "pool_grade",
    "pooled_matchup",
    "judge_version",
    "judge",
)


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "judge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("judge", "study_id", "study"),
        _of("judge", "shelf_id", "study"),
        sa.PrimaryKeyConstraint("id", name="pk_judge"),
        sa.UniqueConstraint("study_id", "name", name="uq_judge_study_id_name"),
    )
    op.create_table(
        "judge_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("configuration_id", sa.Integer(), nullable=False),
        sa.Column("rubric", sa.String(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("judge_version", "judge_id", "judge"),
        _of("judge_version", "configuration_id", "configuration"),
        sa.PrimaryKeyConstraint("id", name="pk_judge_version"),
        sa.UniqueConstraint("judge_id", "number", name="uq_judge_version_judge_id_number"),
    )
    op.create_table(
        "pooled_matchup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("first_completion_id", sa.Integer(), nullable=False),
        sa.Column("second_completion_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("pooled_matchup", "judge_id", "judge"),
        _of("pooled_matchup", "prompt_id", "prompt"),
        _of("pooled_matchup", "first_completion_id", "completion"),
        _of("pooled_matchup", "second_completion_id", "completion"),
        sa.PrimaryKeyConstraint("id", name="pk_pooled_matchup"),
        sa.UniqueConstraint(
            "judge_id",
            "first_completion_id",
            "second_completion_id",
            name="uq_pooled_matchup_matchup",
        ),
        sa.UniqueConstraint("id", "pool", name="uq_pooled_matchup_id_pool"),
        sa.CheckConstraint("pool IN ('calibration', 'audit')", name="ck_pooled_matchup_pool"),
    )
    op.create_table(
        "pool_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pooled_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("graded_by", sa.String(), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("second_grade", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pooled_id", "pool"],
            ["pooled_matchup.id", "pooled_matchup.pool"],
            name="fk_pool_grade_item",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pool_grade"),
        sa.UniqueConstraint("pooled_id", "graded_by", name="uq_pool_grade_pooled_id_graded_by"),
        sa.CheckConstraint("pool = 'calibration'", name="ck_pool_grade_pool"),
        sa.CheckConstraint(
            "first_grade BETWEEN 1 AND 5 AND second_grade BETWEEN 1 AND 5",
            name="ck_pool_grade_grades",
        ),
    )
    op.create_table(
        "judge_example",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("pooled_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        _of("judge_example", "version_id", "judge_version"),
        sa.ForeignKeyConstraint(
            ["pooled_id", "pool"],
            ["pooled_matchup.id", "pooled_matchup.pool"],
            name="fk_judge_example_item",
        ),
        sa.PrimaryKeyConstraint("version_id", "place", name="pk_judge_example"),
        sa.CheckConstraint("pool = 'calibration'", name="ck_judge_example_pool"),
    )
    op.create_table(
        "judgement",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("first_completion_id", sa.Integer(), nullable=False),
        sa.Column("second_completion_id", sa.Integer(), nullable=False),
        sa.Column("is_exchanged", sa.Boolean(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("a_grade", sa.Integer(), nullable=True),
        sa.Column("b_grade", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("judgement", "version_id", "judge_version"),
        _of("judgement", "prompt_id", "prompt"),
        _of("judgement", "first_completion_id", "completion"),
        _of("judgement", "second_completion_id", "completion"),
        _of("judgement", "answer_id", "completion"),
        sa.PrimaryKeyConstraint("id", name="pk_judgement"),
        sa.UniqueConstraint(
            "version_id",
            "first_completion_id",
            "second_completion_id",
            "is_exchanged",
            name="uq_judgement_asked",
        ),
    )
    op.create_index("ix_judgement_waiting", "judgement", ["version_id", "said"])
    op.create_index("ix_judgement_answer_id", "judgement", ["answer_id"])
    op.create_table(
        "judge_report",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("judge_report", "version_id", "judge_version"),
        sa.PrimaryKeyConstraint("version_id", name="pk_judge_report"),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
