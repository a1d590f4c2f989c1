"""Invites, raters, assignments and votes, which are append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_REFUSALS = (
    """CREATE TRIGGER vote_keeps_its_rows BEFORE DELETE ON vote
    BEGIN SELECT RAISE(ABORT, 'votes are append-only'); END""",
    """CREATE TRIGGER vote_keeps_its_words BEFORE UPDATE ON vote
    BEGIN SELECT RAISE(ABORT, 'votes are append-only'); END""",
)
POSTGRESQL_REFUSALS = (
    """CREATE FUNCTION refuse_vote_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'votes are append-only'; END; $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER vote_keeps_its_words BEFORE UPDATE OR DELETE ON vote
    FOR EACH ROW EXECUTE FUNCTION refuse_vote_change()""",
)


def upgrade() -> None:
    op.create_table(
        "rater",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("is_sighted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_rater_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rater"),
        sa.UniqueConstraint("handle", name="uq_rater_handle"),
        sa.UniqueConstraint("study_id", "pseudonym", name="uq_rater_study_id_pseudonym"),
    )
    op.create_index("ix_rater_study_id", "rater", ["study_id"], unique=False)
    op.create_table(
        "rater_detail",
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["rater_id"], ["rater.id"], name="fk_rater_detail_rater_id"),
        sa.PrimaryKeyConstraint("rater_id", name="pk_rater_detail"),
    )
    op.create_table(
        "invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rater_id"], ["rater.id"], name="fk_invite_rater_id"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_invite_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invite"),
        sa.UniqueConstraint("handle", name="uq_invite_handle"),
    )
    op.create_index("ix_invite_study_id", "invite", ["study_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_configuration_id", sa.Integer(), nullable=False),
        sa.Column("second_configuration_id", sa.Integer(), nullable=False),
        sa.Column("first_completion_id", sa.Integer(), nullable=False),
        sa.Column("second_completion_id", sa.Integer(), nullable=False),
        sa.Column("first_is_left", sa.Boolean(), nullable=False),
        sa.Column("draw_probability", sa.Double(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_completion_id"], ["completion.id"], name="fk_assignment_first_completion_id"
        ),
        sa.ForeignKeyConstraint(
            ["first_configuration_id"],
            ["configuration.id"],
            name="fk_assignment_first_configuration_id",
        ),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name="fk_assignment_prompt_id"),
        sa.ForeignKeyConstraint(["rater_id"], ["rater.id"], name="fk_assignment_rater_id"),
        sa.ForeignKeyConstraint(
            ["second_completion_id"], ["completion.id"], name="fk_assignment_second_completion_id"
        ),
        sa.ForeignKeyConstraint(
            ["second_configuration_id"],
            ["configuration.id"],
            name="fk_assignment_second_configuration_id",
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_assignment_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint("token", name="uq_assignment_token"),
    )
    op.create_index(
        "ix_assignment_lease", "assignment", ["study_id", "state", "lease_until"], unique=False
    )
    op.create_index(
        "ix_assignment_matchup",
        "assignment",
        ["prompt_id", "first_configuration_id", "second_configuration_id", "state"],
        unique=False,
    )
    op.create_index("ix_assignment_of_rater", "assignment", ["rater_id", "id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_vote_assignment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vote"),
        sa.UniqueConstraint("assignment_id", "revision", name="uq_vote_assignment_id_revision"),
        sa.UniqueConstraint("client_key", name="uq_vote_client_key"),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_flag_assignment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
    )
    op.create_index("ix_flag_assignment_id", "flag", ["assignment_id"], unique=False)
    op.create_table(
        "exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_exclusion_assignment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
    )
    op.create_index("ix_exclusion_assignment_id", "exclusion", ["assignment_id"], unique=False)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for refusal in POSTGRESQL_REFUSALS if postgresql else SQLITE_REFUSALS:
        op.execute(refusal)


def downgrade() -> None:
    op.drop_table("exclusion")
    op.drop_table("flag")
    op.drop_table("vote")
    op.drop_table("assignment")
    op.drop_table("invite")
    op.drop_table("rater_detail")
    op.drop_table("rater")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_vote_change()")
