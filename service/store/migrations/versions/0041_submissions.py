"""Keep prompts that raters suggest."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sound", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_submission_study_id"),
        sa.ForeignKeyConstraint(["rater_id"], ["rater.id"], name="fk_submission_rater_id"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name="fk_submission_prompt_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("rater_id", "client_key", name="uq_submission_rater_id_client_key"),
    )
    op.create_index("ix_submission_of_study", "submission", ["study_id", "state"])
    op.create_index("ix_submission_sound", "submission", ["study_id", "sound"])
    op.create_index("ix_submission_prompt_id", "submission", ["prompt_id"])


def downgrade() -> None:
    op.drop_table("submission")
