"""Keep uploaded files in pieces, so that large ones never stand in memory whole."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", _BIG, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
            name="fk_upload_piece_upload_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "start", name="pk_upload_piece"),
    )
    op.execute("INSERT INTO upload_piece SELECT id, 0, content FROM upload")
    op.drop_column("upload", "content")


def downgrade() -> None:
    op.add_column("upload", sa.Column("content", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    for (upload_id,) in connection.execute(sa.text("SELECT id FROM upload")).all():
        pieces = connection.execute(
            sa.text("SELECT content FROM upload_piece WHERE upload_id = :one ORDER BY start"),
            {"one": upload_id},
        )
        connection.execute(
            sa.text("UPDATE upload SET content = :content WHERE id = :one"),
            {"content": b"".join(row[0] for row in pieces), "one": upload_id},
        )
    op.drop_table("upload_piece")
    with op.batch_alter_table("upload") as table:
        table.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
