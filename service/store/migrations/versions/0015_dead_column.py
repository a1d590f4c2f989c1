"""Drop when a completion was last rung for: nothing ever asked."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.drop_column("completion", "rung_at")


def downgrade() -> None:
    op.add_column("completion", sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True))
