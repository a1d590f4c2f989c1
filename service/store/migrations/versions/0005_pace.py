"""Rests of configurations that keep failing, paces of providers, and what attempts were charged."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "configuration",
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("configuration", sa.Column("resting_until", sa.DateTime(timezone=True)))
    op.add_column("configuration", sa.Column("resting_because", sa.String()))
    op.add_column("attempt", sa.Column("charged_calls", sa.BigInteger()))
    op.add_column("attempt", sa.Column("charged_tokens", sa.BigInteger()))
    op.create_table(
        "lane",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("requests", sa.Double(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lane"),
    )


def downgrade() -> None:
    op.drop_table("lane")
    op.drop_column("attempt", "charged_tokens")
    op.drop_column("attempt", "charged_calls")
    op.drop_column("configuration", "resting_because")
    op.drop_column("configuration", "resting_until")
    op.drop_column("configuration", "failures_in_a_row")
