"""Remember the end that a study declares before it looks."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("study", sa.Column("end_votes", sa.Integer(), nullable=True))
    op.add_column("study", sa.Column("end_date", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("study", "end_date")
    op.drop_column("study", "end_votes")
