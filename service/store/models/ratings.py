"""Tables of what votes add up to: counts and cells, leaderboards, known prices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Dirty(Model):
    """An assignment whose standing changed: written with the change, taken off when folded.

    A plain queue: a row that commits late is simply folded later, since only rows that the
    folding transaction saw are taken off.
    """

    __tablename__ = "dirty"
    __table_args__ = (Index("ix_dirty_study", "study_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))


class Tallied(Model):
    """The vote that is counted for an assignment just now, unblinded."""

    __tablename__ = "tallied"
    __table_args__ = (Index("ix_tallied_study", "study_id"),)

    assignment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("assignment.id"), primary_key=True, autoincrement=False
    )
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    vote_id: Mapped[int] = mapped_column(BigId, ForeignKey("vote.id"))
    outcome: Mapped[str]


class Tally(Model):
    """Counts of outcomes per matchup of configurations: over all, per rater, per prompt."""

    __tablename__ = "tally"
    # What drill-down asks by configurations, prompt by prompt.
    __table_args__ = tuple(
        Index(
            f"ix_tally_of_prompts_{end}",
            *columns,
            sqlite_where=text("scope = 'prompt'"),
            postgresql_where=text("scope = 'prompt'"),
        )
        for end, columns in (
            ("first", ("study_id", "first_configuration_id", "second_configuration_id")),
            ("second", ("study_id", "second_configuration_id", "first_configuration_id")),
        )
    )

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True)
    first_configuration_id: Mapped[int] = mapped_column(
        ForeignKey("configuration.id"), primary_key=True
    )
    second_configuration_id: Mapped[int] = mapped_column(
        ForeignKey("configuration.id"), primary_key=True
    )
    outcome: Mapped[str] = mapped_column(primary_key=True)
    first_was_left: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class PromptTally(Model):
    """Counts of outcomes per prompt, over all matchups: what tallies by prompt add up to."""

    __tablename__ = "prompt_tally"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class Leaderboard(Model):
    """Ratings of one study at one moment, with all that is needed to recompute them."""

    __tablename__ = "leaderboard"
    __table_args__ = (Index("ix_leaderboard_latest", "study_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    created_at: Mapped[datetime]
    votes: Mapped[int]
    content: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]]
    # Of the form that the content has; see `domain.leaderboard`.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # The hash of the content, by which pages know it without reading it; NULL in old rows.
    digest: Mapped[str | None]


class KeptCount(Model):
    """How many votes of a big study stood when a worker counted them; pages say when that was."""

    __tablename__ = "kept_count"

    study_id: Mapped[int] = mapped_column(
        ForeignKey("study.id"), primary_key=True, autoincrement=False
    )
    votes: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime]


class Price(Model):
    """A model that litellm knows, with its price; published by workers for web and CLI."""

    __tablename__ = "price"

    model: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    price_input: Mapped[int | None] = mapped_column(BigInteger)
    price_output: Mapped[int | None] = mapped_column(BigInteger)
    max_output_tokens: Mapped[int | None]
    # The day on which the provider switches it off, where one is announced.
    retires_on: Mapped[date | None]
    published_at: Mapped[datetime]
