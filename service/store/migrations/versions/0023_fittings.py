"""Count how often it was tried to make an answer fit to show."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column(
        "completion", sa.Column("fittings", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("completion", "fittings")
