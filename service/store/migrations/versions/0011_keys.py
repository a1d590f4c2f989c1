"""Keep the keys of skips and flags, so that one sent twice is done once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "skip",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_skip_assignment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_skip"),
        sa.UniqueConstraint("client_key", name="uq_skip_client_key"),
    )
    op.create_index("ix_skip_assignment_id", "skip", ["assignment_id"], unique=False)
    op.add_column("flag", sa.Column("client_key", sa.String(), nullable=True))
    op.create_index("ix_flag_client_key", "flag", ["client_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_flag_client_key", "flag")
    op.drop_column("flag", "client_key")
    op.drop_table("skip")
