"""For whom, in which study, when and by which chance something is dealt."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.store.models import Rater, Study

TOKEN_BYTES = 16


@dataclass(frozen=True)
class Occasion:
    """One act of dealing: its transaction, its rater and what the edge gave."""

    session: Session
    study: Study
    rater: Rater
    now: datetime
    rng: random.Random
    lease: timedelta

    @property
    def lease_until(self) -> datetime:
        """Until when a place that is taken now is kept."""
        return self.now + self.lease

    @staticmethod
    def token() -> str:
        """Return a new name for an assignment, which nobody can guess; no `rng` makes it."""
        return secrets.token_urlsafe(TOKEN_BYTES)
