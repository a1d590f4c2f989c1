"""Keep what pages of big studies add up: indexes of completions and counts, sums by prompt."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_index(
        "ix_completion_took",
        "completion",
        [
            "study_id",
            "configuration_id",
            "latency_ms",
            "state",
            "kind",
            "cost_nanos",
            "saved_nanos",
            "reused_calls",
            "sample",
            "origin",
            "recorded_at",
        ],
    )
    op.create_index(
        "ix_completion_leaky",
        "completion",
        ["study_id", "configuration_id", "state"],
        sqlite_where=sa.text("json_extract(leaks, '$.found') <> '[]'"),
        postgresql_where=sa.text("(leaks ->> 'found') <> '[]'"),
    )
    for end, other in (("first", "second"), ("second", "first")):
        op.create_index(
            f"ix_tally_of_prompts_{end}",
            "tally",
            ["study_id", f"{end}_configuration_id", f"{other}_configuration_id"],
            sqlite_where=sa.text("scope = 'prompt'"),
            postgresql_where=sa.text("scope = 'prompt'"),
        )
    op.create_table(
        "prompt_tally",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_prompt_tally_study_id"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name="fk_prompt_tally_prompt_id"),
        sa.PrimaryKeyConstraint("study_id", "prompt_id", "outcome", name="pk_prompt_tally"),
    )
    op.execute(
        "INSERT INTO prompt_tally (study_id, prompt_id, outcome, count) "
        "SELECT study_id, scope_id, outcome, sum(count) FROM tally WHERE scope = 'prompt' "
        "GROUP BY study_id, scope_id, outcome"
    )
    op.create_table(
        "kept_count",
        sa.Column("study_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_kept_count_study_id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_kept_count"),
    )
    op.add_column("leaderboard", sa.Column("digest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("leaderboard", "digest")
    op.drop_table("kept_count")
    op.drop_table("prompt_tally")
    for end in ("second", "first"):
        op.drop_index(f"ix_tally_of_prompts_{end}", "tally")
    op.drop_index("ix_completion_leaky", "completion")
    op.drop_index("ix_completion_took", "completion")
