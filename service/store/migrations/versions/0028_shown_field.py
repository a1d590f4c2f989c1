"""Note which field of a structured answer raters are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with op.batch_alter_table("configuration") as table:
        table.add_column(sa.Column("shows", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("configuration") as table:
        table.drop_column("shows")
