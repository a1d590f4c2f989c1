"""Note by whom, when and why a flag was lifted."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("flag", sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("lifted_by", "lifted_because"):
        op.add_column("flag", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("lifted_because", "lifted_by", "lifted_at"):
        op.drop_column("flag", name)
