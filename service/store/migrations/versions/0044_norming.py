"""Keep the panels of norming and their matchups."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

REFERENCES = {
    "study_id": "study",
    "prompt_id": "prompt",
    "first_configuration_id": "configuration",
    "second_configuration_id": "configuration",
    "first_completion_id": "completion",
    "second_completion_id": "completion",
}


def upgrade() -> None:
    op.create_table(
        "norming_panel",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_norming_panel_study_id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_norming_panel"),
    )
    op.create_table(
        "norming_matchup",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in REFERENCES),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_norming_matchup_{name}")
            for name, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_norming_matchup"),
    )
    op.create_index("ix_norming_matchup_study_id", "norming_matchup", ["study_id"])
    op.create_index("ix_norming_matchup_prompt_id", "norming_matchup", ["prompt_id"])


def downgrade() -> None:
    op.drop_table("norming_matchup")
    op.drop_table("norming_panel")
