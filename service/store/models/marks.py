"""Tables of criteria, grades and gold: what a study asks beside votes, and known answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Mark(Model):
    """One revision of a rater's marks for an assignment; append-only, as votes are."""

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("assignment_id", "revision"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    revision: Mapped[int]
    # Whether this revision takes the marks back, as undo does.
    is_withdrawn: Mapped[bool]
    left_grade: Mapped[int | None]
    right_grade: Mapped[int | None]
    client_key: Mapped[str] = mapped_column(unique=True)
    body_hash: Mapped[str]
    is_late: Mapped[bool]
    created_at: Mapped[datetime]


class Criterion(Model):
    """Which side one revision of marks puts ahead in one criterion, by its place in the study."""

    __tablename__ = "criterion"

    mark_id: Mapped[int] = mapped_column(BigId, ForeignKey("mark.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    lead: Mapped[str]


class Gold(Model):
    """A prompt with a better and a worse text, as the researcher wrote them.

    The three hang on a shelf of the study: a row of its own that no list shows, so that no
    count, leaderboard or export can mistake them for what competes.
    """

    __tablename__ = "gold"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    better_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    worse_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
