"""Let dealing read a rater's history from an index: rows of an eager rater lie all over.

Revision ID: 0010
Revises: 0009
"""

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_assignment_history",
        "assignment",
        [
            "rater_id",
            "kind",
            "prompt_id",
            "state",
            "first_configuration_id",
            "second_configuration_id",
            "first_is_left",
        ],
    )
    lying = text("state = 'dealt'")
    op.create_index(
        "ix_assignment_lying",
        "assignment",
        ["rater_id", "id"],
        sqlite_where=lying,
        postgresql_where=lying,
    )


def downgrade() -> None:
    op.drop_index("ix_assignment_lying", "assignment")
    op.drop_index("ix_assignment_history", "assignment")
