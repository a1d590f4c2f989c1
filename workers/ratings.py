"""Keeps leaderboards fresh: folds new votes into counts, then rates anew."""

import logging
import os

from service.database import Database, now
from service.settings import Settings
from service.usecases.sighted import lookup
from service.usecases.sighted.results import compute, fold

log = logging.getLogger("evenhand.ratings")

_FOLD_AT_A_TIME = 2000

_surroundings: list[tuple[Database, int]] = []


def prepare(settings: Settings, database: Database | None = None) -> None:
    """Keep the database that `refresh` uses, before work-horses are forked."""
    _surroundings[:] = [(database or Database(settings.database_address), os.getpid())]


def refresh(study_id: int) -> None:
    """Fold a study's new votes until none is left, then refresh its leaderboard.

    Safe to run any number of times at once: a fold takes each vote once.
    """
    if not _surroundings:
        prepare(Settings.from_environ())
    database, process = _surroundings[0]
    if os.getpid() != process:
        database.dispose()  # connections of the parent are the parent's
    while True:
        with database.transaction() as session:
            if not fold.fold(session, study_id, _FOLD_AT_A_TIME):
                break
    with database.reading() as session:
        quick, full = compute.may_be_quick(session, study_id, now(session))
    for with_cells in [False] * quick + [True] * full:
        with database.reading() as session:
            basis = compute.load(session, study_id, now(session), with_cells=with_cells)
        board = compute.compute(basis)
        with database.transaction() as session:
            compute.save(session, basis, board, now(session))
            name = lookup.name_of(session, study_id)
        log.info("%s: leaderboard of %d votes", name, board.votes)
