"""Let a study end when it is decided, say what happens at its end, and keep how that was met."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("study", sa.Column("end_decided", sa.String(), nullable=True))
    op.add_column(
        "study", sa.Column("end_then", sa.String(), nullable=False, server_default="close")
    )
    op.add_column("study", sa.Column("end_met", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("study", "end_met")
    op.drop_column("study", "end_then")
    op.drop_column("study", "end_decided")
