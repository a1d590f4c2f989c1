"""An uploaded file and its import: how large it may be, and how far it is."""

from datetime import timedelta
from enum import StrEnum

from service.errors import Conflict

# The one bound of files that are uploaded to be imported; pages and programs say it from here.
MOST_BYTES = 100 * 1024 * 1024
# What is read whole while somebody waits: prompt sets, past requests, documents.
MOST_HELD_BYTES = 16 * 1024 * 1024
PIECE_BYTES = 512 * 1024
# A worker that says nothing for so long has died; the next one goes on where it stopped.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5


class IntakeState(StrEnum):
    """Where the import of an uploaded file is; NONE where none was asked for, or it has ended.

    A file that is ARRIVING is not there whole, and nobody sees it.
    """

    NONE = ""
    ARRIVING = "arriving"
    WAITING = "waiting"
    RUNNING = "running"


UNFINISHED = (IntakeState.WAITING, IntakeState.RUNNING)


class IntakeLost(Conflict):
    """The file was removed, or another worker imports it."""


class IntakeUnderWay(Conflict):
    """The file is being imported."""
