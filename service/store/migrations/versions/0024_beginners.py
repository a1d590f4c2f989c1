"""Note through which shared link a rater came, and for a day a mark of from where."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("rater") as table:
        table.add_column(sa.Column("invite_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("address_mark", sa.String(), nullable=True))
        table.create_foreign_key("fk_rater_invite_id", "invite", ["invite_id"], ["id"])
        table.create_index("ix_rater_invite_id", ["invite_id"])


def downgrade() -> None:
    with op.batch_alter_table("rater") as table:
        table.drop_index("ix_rater_invite_id")
        table.drop_constraint("fk_rater_invite_id", type_="foreignkey")
        table.drop_column("address_mark")
        table.drop_column("invite_id")
