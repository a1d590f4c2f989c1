"""Hold in indexes what pages add up of completions and of those that name their maker."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


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
        ],
    )
    op.create_index(
        "ix_completion_leaky",
        "completion",
        ["study_id", "configuration_id", "state"],
        sqlite_where=sa.text("json_extract(leaks, '$.found') <> '[]'"),
        postgresql_where=sa.text("(leaks ->> 'found') <> '[]'"),
    )


def downgrade() -> None:
    op.drop_index("ix_completion_leaky", "completion")
    op.drop_index("ix_completion_took", "completion")
