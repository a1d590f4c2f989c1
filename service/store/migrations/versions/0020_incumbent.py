"""Remember which configuration is live today."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("study", sa.Column("incumbent", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("study", "incumbent")
