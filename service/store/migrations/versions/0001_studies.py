"""Studies, configurations, prompts, completions, attempts and prices."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("votes_per_matchup", sa.Integer(), nullable=False),
        sa.Column("dealing", sa.String(), nullable=False),
        sa.Column("render_mode", sa.String(), nullable=False),
        sa.Column("leak_policy", sa.String(), nullable=False),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("counts_sighted", sa.Boolean(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("cap_nanos", sa.BigInteger(), nullable=True),
        sa.Column("cap_calls", sa.BigInteger(), nullable=True),
        sa.Column("cap_tokens", sa.BigInteger(), nullable=True),
        sa.Column("held_nanos", sa.BigInteger(), nullable=False),
        sa.Column("held_calls", sa.BigInteger(), nullable=False),
        sa.Column("held_tokens", sa.BigInteger(), nullable=False),
        sa.Column("spent_nanos", sa.BigInteger(), nullable=False),
        sa.Column("spent_calls", sa.BigInteger(), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
        sa.UniqueConstraint("name", name="uq_study_name"),
    )
    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("approach", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("system_prompt", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=True),
        sa.Column("price_input", sa.BigInteger(), nullable=True),
        sa.Column("price_output", sa.BigInteger(), nullable=True),
        sa.Column("one_off_nanos", sa.BigInteger(), nullable=True),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("paused_because", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_configuration_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_configuration"),
        sa.UniqueConstraint(
            "study_id", "name", "revision", name="uq_configuration_study_id_name_revision"
        ),
    )
    op.create_index("ix_configuration_study_id", "configuration", ["study_id"], unique=False)
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("is_dealable", sa.Boolean(), nullable=False),
        sa.Column("ready_configurations", sa.Integer(), nullable=False),
        sa.Column("places_open", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_prompt_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sa.UniqueConstraint("study_id", "fingerprint", name="uq_prompt_study_id_fingerprint"),
        sa.UniqueConstraint("study_id", "key", name="uq_prompt_study_id_key"),
    )
    op.create_index(
        "ix_prompt_open", "prompt", ["study_id", "is_dealable", "places_open"], unique=False
    )
    op.create_table(
        "completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("configuration_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=True),
        sa.Column("leaks", sa.JSON(), nullable=False),
        sa.Column("finish_reason", sa.String(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_nanos", sa.BigInteger(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("error_class", sa.String(), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["configuration_id"], ["configuration.id"], name="fk_completion_configuration_id"
        ),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name="fk_completion_prompt_id"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_completion_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_completion"),
        sa.UniqueConstraint(
            "prompt_id",
            "configuration_id",
            "sample",
            name="uq_completion_prompt_id_configuration_id_sample",
        ),
    )
    op.create_index("ix_completion_claim", "completion", ["state", "next_attempt_at"], unique=False)
    op.create_index(
        "ix_completion_configuration_id", "completion", ["configuration_id"], unique=False
    )
    op.create_index("ix_completion_of_study", "completion", ["study_id", "state"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("held_nanos", sa.BigInteger(), nullable=True),
        sa.Column("held_calls", sa.BigInteger(), nullable=False),
        sa.Column("held_tokens", sa.BigInteger(), nullable=False),
        sa.Column("charged_nanos", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name="fk_attempt_completion_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("completion_id", "fence", name="uq_attempt_completion_id_fence"),
    )
    op.create_index(
        "ix_attempt_open",
        "attempt",
        ["completion_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "price",
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("price_input", sa.BigInteger(), nullable=True),
        sa.Column("price_output", sa.BigInteger(), nullable=True),
        sa.Column("max_output_tokens", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("model", name="pk_price"),
    )


def downgrade() -> None:
    op.drop_table("price")
    op.drop_table("attempt")
    op.drop_table("completion")
    op.drop_table("prompt")
    op.drop_table("configuration")
    op.drop_table("study")
