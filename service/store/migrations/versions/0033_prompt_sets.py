"""Keep prompt sets in versions, and which version of one a study uses."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "prompt_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_set"),
        sa.UniqueConstraint("name", name="uq_prompt_set_name"),
    )
    op.create_table(
        "set_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("prompts", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["prompt_set.id"], name="fk_set_version_set_id"),
        sa.PrimaryKeyConstraint("id", name="pk_set_version"),
        sa.UniqueConstraint("set_id", "number", name="uq_set_version_set_id_number"),
    )
    op.create_table(
        "set_prompt",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["prompt_set.id"], name="fk_set_prompt_set_id"),
        sa.PrimaryKeyConstraint("id", name="pk_set_prompt"),
        sa.UniqueConstraint("set_id", "digest", name="uq_set_prompt_set_id_digest"),
    )
    op.create_table(
        "set_member",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prompt_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["set_version.id"], name="fk_set_member_version_id"
        ),
        sa.ForeignKeyConstraint(["prompt_id"], ["set_prompt.id"], name="fk_set_member_prompt_id"),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_set_member"),
    )
    op.create_index("ix_set_member_prompt_id", "set_member", ["prompt_id"])
    op.add_column("study", sa.Column("prompt_set", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("study", "prompt_set")
    for table in ("set_member", "set_prompt", "set_version", "prompt_set"):
        op.drop_table(table)
