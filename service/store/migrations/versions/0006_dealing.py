"""Let dealing read indexes alone: a study of a million votes has long rows.

Revision ID: 0006
Revises: 0003
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MATCHUP = ["prompt_id", "first_configuration_id", "second_configuration_id", "state"]
OPEN = ["study_id", "is_dealable", "places_open"]


def upgrade() -> None:
    op.drop_index("ix_assignment_matchup", "assignment")
    op.create_index("ix_assignment_matchup", "assignment", [*MATCHUP, "kind"])
    op.drop_index("ix_prompt_open", "prompt")
    op.create_index("ix_prompt_open", "prompt", [*OPEN, "ready_configurations", "fingerprint"])
    op.create_index(
        "ix_completion_dealt",
        "completion",
        ["prompt_id", "state", "configuration_id", "text_hash"],
    )


def downgrade() -> None:
    op.drop_index("ix_completion_dealt", "completion")
    op.drop_index("ix_prompt_open", "prompt")
    op.create_index("ix_prompt_open", "prompt", OPEN)
    op.drop_index("ix_assignment_matchup", "assignment")
    op.create_index("ix_assignment_matchup", "assignment", MATCHUP)
