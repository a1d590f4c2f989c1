"""Tables of what came of a study: what was decided, on which leaderboard."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class Decision(Model):
    """What somebody decided on one leaderboard, which is kept for good; never changed.

    `chosen` is the name of a configuration, None for none of them. `said` is the card as it read
    then, in English, and `digest` the hash of the leaderboard's content: both outlive its form.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    leaderboard_id: Mapped[int] = mapped_column(ForeignKey("leaderboard.id"))
    chosen: Mapped[str | None]
    decided_by: Mapped[str]
    reason: Mapped[str]
    is_against: Mapped[bool]
    said: Mapped[list[str]]
    digest: Mapped[str]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime]
