"""Keep the turn that an imported vote is about, where it is not about the whole conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("assignment", sa.Column("about_turn", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignment", "about_turn")
