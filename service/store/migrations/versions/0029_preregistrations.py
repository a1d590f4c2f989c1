"""Freeze what studies declare when they open, and note when a sealed one was unsealed."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "preregistration",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_preregistration_study_id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_preregistration"),
    )
    op.add_column("study", sa.Column("intent", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("study", sa.Column("unsealed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("study", sa.Column("unsealed_by", sa.String(), nullable=True))
    op.add_column("study", sa.Column("unsealed_because", sa.String(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE study SET unsealed_at = closed_at, unsealed_by = '', unsealed_because = '' "
            "WHERE is_sealed AND state = 'closed'"
        )
    )


def downgrade() -> None:
    op.drop_column("study", "unsealed_because")
    op.drop_column("study", "unsealed_by")
    op.drop_column("study", "unsealed_at")
    op.drop_column("study", "intent")
    op.drop_table("preregistration")
