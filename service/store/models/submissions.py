"""The table of prompts that raters suggest."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class Submission(Model):
    """A prompt that a rater suggested; `text` stays as it came, whatever was made of it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("rater_id", "client_key"),
        Index("ix_submission_of_study", "study_id", "state"),
        Index("ix_submission_sound", "study_id", "sound"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("rater.id"))
    client_key: Mapped[str]
    text: Mapped[str]
    # A hash that texts share which read the same.
    sound: Mapped[str]
    # That of a prompt of this text, which is never dealt to who sent it; NULL where the study
    # had such a prompt before: then it is none of theirs, and nothing changes for them.
    fingerprint: Mapped[str | None]
    state: Mapped[str]
    # The prompt that was made of it, or of one that reads the same.
    prompt_id: Mapped[int | None] = mapped_column(ForeignKey("prompt.id"), index=True)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    # Why it was declined, for sighted pages alone.
    because: Mapped[str] = mapped_column(default="", server_default="")
