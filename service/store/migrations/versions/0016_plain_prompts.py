"""Note that all answers to a prompt are shown as plain text, since one was too much."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column(
        "prompt", sa.Column("is_plain", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("prompt", "is_plain")
