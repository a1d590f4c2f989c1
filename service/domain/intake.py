"""The life of an import that takes longer than somebody waits for: asked for, under way, done."""

from datetime import timedelta
from enum import StrEnum

from service.errors import Conflict

# A worker that says nothing for so long has died; the next one goes on where it stopped.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5


class IntakeState(StrEnum):
    """Where the import of an uploaded file is; NONE where none was asked for, or it has ended."""

    NONE = ""
    WAITING = "waiting"
    RUNNING = "running"


UNFINISHED = (IntakeState.WAITING, IntakeState.RUNNING)


class IntakeLost(Conflict):
    """The file was removed, or another worker imports it."""


class IntakeUnderWay(Conflict):
    """The file is being imported."""
