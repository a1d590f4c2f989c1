"""Table of what studies declared before anybody looked."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class Preregistration(Model):
    """What a study declared, as the very text whose hash is told; written once, when it opens."""

    __tablename__ = "preregistration"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    content: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
