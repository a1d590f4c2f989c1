"""Reasons beside votes, flags that withdraw a matchup, and questions after finishing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reason",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_reason_assignment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reason"),
        sa.UniqueConstraint("client_key", name="uq_reason_client_key"),
    )
    op.create_index("ix_reason_assignment_id", "reason", ["assignment_id"], unique=False)
    op.create_table(
        "hunch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_completion_id", sa.Integer(), nullable=False),
        sa.Column("second_completion_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_completion_id"], ["completion.id"], name="fk_hunch_first_completion_id"
        ),
        sa.ForeignKeyConstraint(
            ["second_completion_id"], ["completion.id"], name="fk_hunch_second_completion_id"
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["rater.id"], name="fk_hunch_rater_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hunch"),
        sa.UniqueConstraint("token", name="uq_hunch_token"),
    )
    op.create_index("ix_hunch_rater_id", "hunch", ["rater_id"], unique=False)
    op.add_column(
        "flag",
        sa.Column("withdraws", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("flag", "withdraws")
    op.drop_table("hunch")
    op.drop_table("reason")
