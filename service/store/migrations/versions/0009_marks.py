"""Criteria and grades, which are append-only, and gold matchups."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = ("mark", "criterion")
SQLITE_REFUSAL = """CREATE TRIGGER {table}_keeps_its_{what} BEFORE {act} ON {table}
    BEGIN SELECT RAISE(ABORT, 'marks are append-only'); END"""
POSTGRESQL_FUNCTION = """CREATE FUNCTION refuse_mark_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'marks are append-only'; END; $$ LANGUAGE plpgsql"""
POSTGRESQL_REFUSAL = """CREATE TRIGGER {table}_keeps_its_words BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_mark_change()"""


def upgrade() -> None:
    op.create_table(
        "mark",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("left_grade", sa.Integer(), nullable=True),
        sa.Column("right_grade", sa.Integer(), nullable=True),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_mark_assignment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mark"),
        sa.UniqueConstraint("assignment_id", "revision", name="uq_mark_assignment_id_revision"),
        sa.UniqueConstraint("client_key", name="uq_mark_client_key"),
    )
    op.create_table(
        "criterion",
        sa.Column("mark_id", BIG_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["mark.id"], name="fk_criterion_mark_id"),
        sa.PrimaryKeyConstraint("mark_id", "place", name="pk_criterion"),
    )
    op.create_table(
        "gold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("better_completion_id", sa.Integer(), nullable=False),
        sa.Column("worse_completion_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_gold_study_id"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name="fk_gold_prompt_id"),
        sa.ForeignKeyConstraint(
            ["better_completion_id"], ["completion.id"], name="fk_gold_better_completion_id"
        ),
        sa.ForeignKeyConstraint(
            ["worse_completion_id"], ["completion.id"], name="fk_gold_worse_completion_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gold"),
    )
    op.create_index("ix_gold_study_id", "gold", ["study_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        for table in TABLES:
            op.execute(POSTGRESQL_REFUSAL.format(table=table))
        return
    for table in TABLES:
        for act, what in (("DELETE", "rows"), ("UPDATE", "words")):
            op.execute(SQLITE_REFUSAL.format(table=table, act=act, what=what))


def downgrade() -> None:
    op.drop_table("gold")
    op.drop_table("criterion")
    op.drop_table("mark")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_mark_change()")
