"""Take sides out of the index of histories, which nothing asks any more; keep what is to come.

Sides are a fair coin, so no deal counts how often which configuration stood left.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

HISTORY = [
    "rater_id",
    "kind",
    "prompt_id",
    "state",
    "first_configuration_id",
    "second_configuration_id",
]


def upgrade() -> None:
    op.drop_index("ix_assignment_history", "assignment")
    op.create_index("ix_assignment_history", "assignment", HISTORY)
    op.add_column("rater", sa.Column("to_come", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("rater", "to_come")
    op.drop_index("ix_assignment_history", "assignment")
    op.create_index("ix_assignment_history", "assignment", [*HISTORY, "first_is_left"])
