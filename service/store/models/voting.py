"""Tables of what raters do: invites, raters, assignments, votes, flags, exclusions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.domain.assignment import Sides
from service.store.models.foundation import BigId, Model


class Invite(Model):
    """A link that lets people rate: personal (one rater) or shared (makes raters)."""

    __tablename__ = "invite"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    handle: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    label: Mapped[str]
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("rater.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Rater(Model):
    """A person within one study, known by a pseudonym."""

    __tablename__ = "rater"
    __table_args__ = (UniqueConstraint("study_id", "pseudonym"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    handle: Mapped[str] = mapped_column(unique=True)
    pseudonym: Mapped[str]
    origin: Mapped[str]
    is_sighted: Mapped[bool]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # The shared link they came through, and for a day a keyed mark of the address they came from.
    invite_id: Mapped[int | None] = mapped_column(
        ForeignKey("invite.id", use_alter=True), index=True
    )
    address_mark: Mapped[str | None]
    # How much might still come when something was dealt last; NULL before that.
    to_come: Mapped[int | None]


class RaterDetail(Model):
    """What names a rater; erasable without touching a vote."""

    __tablename__ = "rater_detail"

    rater_id: Mapped[int] = mapped_column(ForeignKey("rater.id"), primary_key=True)
    name: Mapped[str]
    note: Mapped[str]


class Assignment(Model):
    """A matchup dealt to one rater, with its sides, which `blinding.sides` alone can read."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "ix_assignment_matchup",
            "prompt_id",
            "first_configuration_id",
            "second_configuration_id",
            "state",
            "kind",
        ),
        Index("ix_assignment_of_rater", "rater_id", "id"),
        # Holds all that dealing asks of a rater's history, whose rows lie far apart.
        Index(
            "ix_assignment_history",
            "rater_id",
            "kind",
            "prompt_id",
            "state",
            "first_configuration_id",
            "second_configuration_id",
        ),
        Index(
            "ix_assignment_lying",
            "rater_id",
            "id",
            sqlite_where=text("state = 'dealt'"),
            postgresql_where=text("state = 'dealt'"),
        ),
        Index("ix_assignment_lease", "study_id", "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("rater.id"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    kind: Mapped[str]
    state: Mapped[str]
    # First and second by configuration id: the order that names a matchup.
    first_configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"))
    second_configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"))
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    sides: Mapped[Sides] = mapped_column("first_is_left", key="sides")
    draw_probability: Mapped[float]
    lease_until: Mapped[datetime]
    dealt_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # The turn of the conversation that an imported vote is about; NULL where it is the whole.
    about_turn: Mapped[int | None]


class Vote(Model):
    """What was pressed; append-only: a revision is a new row, undo one without a choice."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("assignment_id", "revision"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    revision: Mapped[int]
    choice: Mapped[str | None]
    client_key: Mapped[str] = mapped_column(unique=True)
    body_hash: Mapped[str]
    is_late: Mapped[bool]
    duration_ms: Mapped[int | None]
    created_at: Mapped[datetime]


class Flag(Model):
    """A problem that a rater reported; the free text is erasable."""

    __tablename__ = "flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    kind: Mapped[str]
    note: Mapped[str]
    # Whether it takes its matchup out of dealing, together with those of enough other raters; kept
    # in the transaction that adds, excludes or lifts a flag of the matchup.
    withdraws: Mapped[bool]
    client_key: Mapped[str | None] = mapped_column(unique=True, index=True)
    created_at: Mapped[datetime]
    # Lifted by a researcher: it is kept and weighs nothing.
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(default="", server_default="")
    lifted_because: Mapped[str] = mapped_column(default="", server_default="")


class Exclusion(Model):
    """A vote left out of the leaderboard: visible, with its reason, and reversible."""

    __tablename__ = "exclusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    reason: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
