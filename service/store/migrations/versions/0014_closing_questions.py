"""Ask about pairs of texts that a study draws once; earlier questions are kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

hunch = sa.table("hunch", sa.column("kind", sa.String), sa.column("answer", sa.String))


def upgrade() -> None:
    op.create_table(
        "closing_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("first_completion_id", sa.Integer(), nullable=False),
        sa.Column("second_completion_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_closing_question_study_id"),
        sa.ForeignKeyConstraint(
            ["first_completion_id"],
            ["completion.id"],
            name="fk_closing_question_first_completion_id",
        ),
        sa.ForeignKeyConstraint(
            ["second_completion_id"],
            ["completion.id"],
            name="fk_closing_question_second_completion_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_closing_question"),
    )
    op.create_index("ix_closing_question_study_id", "closing_question", ["study_id"], unique=False)
    # Half of the earlier pairs were by one author on purpose: another test than that of chance.
    _rename("same_author", "half_by_same_author")


def downgrade() -> None:
    _rename("half_by_same_author", "same_author")
    op.drop_index("ix_closing_question_study_id", "closing_question")
    op.drop_table("closing_question")


def _rename(one: str, other: str) -> None:
    op.execute(hunch.update().where(hunch.c.kind == one).values(kind=other))
