"""Remember how many calls at once each provider takes, and until when it asks to wait."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "throttle",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at_once", sa.Double()),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", name="pk_throttle"),
    )


def downgrade() -> None:
    op.drop_table("throttle")
