"""The life of an export that somebody asked for: made by a worker, kept for a while, gone."""

from datetime import timedelta
from enum import StrEnum

from service.errors import Conflict, NotFound

# So long a file can be fetched; it can be made again at any time.
KEPT = timedelta(days=3)
# A worker that says nothing for so long has died.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
# Of one study: those that wait or are made, and all that are kept.
MOST_UNFINISHED = 3
MOST_KEPT = 10
# What one row holds of a file; also about what a web process holds in memory for a download.
PIECE_BYTES = 512 * 1024


class ExportState(StrEnum):
    """Where an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


UNFINISHED = (ExportState.WAITING, ExportState.RUNNING)


class TooManyExports(Conflict):
    """The study has exports enough that wait."""


class UnknownExport(NotFound):
    """The study has no such export any more."""


class ExportLost(Conflict):
    """Another worker has taken the export over, or somebody has removed it."""
