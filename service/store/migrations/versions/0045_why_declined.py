"""Keep why a suggested prompt was declined."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.add_column(
        "submission", sa.Column("because", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("submission", "because")
