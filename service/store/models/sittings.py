"""Tables of what raters do beside their votes: skips, reasons, and closing questions."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Skip(Model):
    """A matchup left out, or taken back after that: one row for each press, kept for ever."""

    __tablename__ = "skip"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    is_withdrawn: Mapped[bool]
    client_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Reason(Model):
    """Why a rater voted as they did; apart from votes, so that its words can be erased."""

    __tablename__ = "reason"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    kinds: Mapped[list[str]]
    note: Mapped[str]
    client_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class ClosingAnswer(Model):
    """A question after finishing about who wrote what, and what the rater answered."""

    __tablename__ = "hunch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("rater.id"), index=True)
    kind: Mapped[str]
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int | None] = mapped_column(ForeignKey("completion.id"))
    answer: Mapped[str | None]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ClosingQuestion(Model):
    """Two texts of different prompts that raters may be asked about after finishing.

    A study's pairs are drawn once, from all its texts and without regard to who wrote them.
    """

    __tablename__ = "closing_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    created_at: Mapped[datetime]
