"""Import large uploads by a worker, which goes on where another one stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("upload", sa.Column("state", sa.String(), nullable=False, server_default=""))
    op.add_column("upload", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("upload", sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("upload", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("lease_until", "done", "fence", "state"):
        op.drop_column("upload", column)
