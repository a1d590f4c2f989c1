"""Say of each leaderboard which form its content has; those from before are computed anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "leaderboard",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def downgrade() -> None:
    # Earlier code reads the first form alone: it computes the others anew after a fold.
    op.execute("DELETE FROM leaderboard WHERE version <> 1")
    op.execute(
        "INSERT INTO dirty (study_id, assignment_id) "
        "SELECT study_id, MAX(assignment_id) FROM tallied GROUP BY study_id"
    )
    op.drop_column("leaderboard", "version")
