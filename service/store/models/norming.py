"""Tables of norming: the panel of a study, drawn once, and its matchups."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class NormingPanel(Model):
    """That a study's panel was drawn, or is to be drawn without waiting, and is let go on."""

    __tablename__ = "norming_panel"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    # NULL where somebody has said that it waits no longer, until something is dealt.
    drawn_at: Mapped[datetime | None]
    # How many matchups were drawn; 0 where there were too few.
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    # Since when more than the panel is dealt, where a study waits for that.
    released_at: Mapped[datetime | None]
    released_by: Mapped[str] = mapped_column(default="", server_default="")


class NormingMatchup(Model):
    """A matchup of a panel; it is dealt to every rater, and in no other way to anybody."""

    __tablename__ = "norming_matchup"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"), index=True)
    first_configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"))
    second_configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"))
    first_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    second_completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
