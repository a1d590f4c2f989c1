"""Let a study fix the language of its rater pages.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("study", sa.Column("language", sa.String()))


def downgrade() -> None:
    op.drop_column("study", "language")
