"""The ladder: few-shot examples, collections, agents, calls to reuse, and evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "study",
        sa.Column("reuses_calls", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("configuration", sa.Column("price_call", sa.BigInteger()))
    op.add_column(
        "configuration", sa.Column("examples", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("configuration", sa.Column("retrieval", sa.JSON()))
    op.add_column(
        "completion", sa.Column("reused_calls", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "completion", sa.Column("saved_nanos", sa.BigInteger(), nullable=False, server_default="0")
    )
    _add_collections()
    _add_calls()


def _add_collections() -> None:
    op.create_table(
        "document",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_document"),
    )
    op.create_table(
        "collection",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_collection"),
    )
    op.create_table(
        "collection_member",
        sa.Column("collection_digest", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_digest"],
            ["collection.digest"],
            name="fk_collection_member_collection_digest",
        ),
        sa.ForeignKeyConstraint(
            ["document_digest"], ["document.digest"], name="fk_collection_member_document_digest"
        ),
        sa.PrimaryKeyConstraint("collection_digest", "position", name="pk_collection_member"),
    )


def _add_calls() -> None:
    op.create_table(
        "call",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("origin_id", sa.BigInteger()),
        sa.Column("finish_reason", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer()),
        sa.Column("completion_tokens", sa.Integer()),
        sa.Column("latency_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name="fk_call_completion_id"),
        sa.ForeignKeyConstraint(["origin_id"], ["call.id"], name="fk_call_origin_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.UniqueConstraint("completion_id", "turn", name="uq_call_completion_id_turn"),
    )
    op.create_index("ix_call_fingerprint", "call", ["fingerprint"])
    op.create_index("ix_call_origin_id", "call", ["origin_id"])
    op.create_table(
        "evidence",
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("traces", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name="fk_evidence_completion_id"
        ),
        sa.PrimaryKeyConstraint("completion_id", name="pk_evidence"),
    )


def downgrade() -> None:
    op.drop_table("evidence")
    op.drop_table("call")
    op.drop_table("collection_member")
    op.drop_table("collection")
    op.drop_table("document")
    op.drop_column("completion", "saved_nanos")
    op.drop_column("completion", "reused_calls")
    op.drop_column("configuration", "retrieval")
    op.drop_column("configuration", "examples")
    op.drop_column("configuration", "price_call")
    op.drop_column("study", "reuses_calls")
