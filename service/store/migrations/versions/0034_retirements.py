"""Keep the day on which a model that litellm knows is switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("price", sa.Column("retires_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("price", "retires_on")
