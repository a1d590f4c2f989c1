"""What votes add up to, and the people of the sighted side."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dirty",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_dirty_assignment_id"
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_dirty_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dirty"),
    )
    op.create_index("ix_dirty_study", "dirty", ["study_id", "id"], unique=False)
    op.create_table(
        "tallied",
        sa.Column("assignment_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("vote_id", BIG_ID, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_tallied_assignment_id"
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_tallied_study_id"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_tallied_vote_id"),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_tallied"),
    )
    op.create_index("ix_tallied_study", "tallied", ["study_id"], unique=False)
    op.create_table(
        "tally",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("first_configuration_id", sa.Integer(), nullable=False),
        sa.Column("second_configuration_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("first_was_left", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_configuration_id"], ["configuration.id"], name="fk_tally_first_configuration_id"
        ),
        sa.ForeignKeyConstraint(
            ["second_configuration_id"],
            ["configuration.id"],
            name="fk_tally_second_configuration_id",
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_tally_study_id"),
        sa.PrimaryKeyConstraint(
            "study_id",
            "scope",
            "scope_id",
            "first_configuration_id",
            "second_configuration_id",
            "outcome",
            "first_was_left",
            name="pk_tally",
        ),
    )
    op.create_table(
        "leaderboard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_leaderboard_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leaderboard"),
    )
    op.create_index("ix_leaderboard_latest", "leaderboard", ["study_id", "id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_link_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_link"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_link_token_hash"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("sign_in_link")
    op.drop_table("account")
    op.drop_table("leaderboard")
    op.drop_table("tally")
    op.drop_table("tallied")
    op.drop_table("dirty")
