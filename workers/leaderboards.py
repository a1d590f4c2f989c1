"""The job that keeps a leaderboard fresh: folds new votes into counts, then rates anew."""

import logging

from service import slow_work
from service.database import Database, now
from service.usecases.sighted import lookup
from service.usecases.sighted.results import compute
from service.usecases.sighted.studies import opening, vote_counts
from workers import judge_reports

log = logging.getLogger("evenhand.ratings")


def refresh(database: Database, study_id: int) -> None:
    """Fold a study's new votes until none is left, then refresh its leaderboard.

    Safe to run any number of times at once; of a study that was deleted since, nothing is done.
    """
    with database.reading() as session:
        if not lookup.is_there(session, study_id):
            log.info("study %d was deleted: there is nothing to rate", study_id)
            return
    slow_work.fold_all(database, study_id)
    with database.reading() as session:
        quick, full = compute.may_be_quick(session, study_id, now(session))
    for with_cells in [False] * quick + [True] * full:
        with database.reading() as session:
            basis = compute.load(session, study_id, now(session), with_cells=with_cells)
            counted_at = now(session)
            standing = vote_counts.count(session, study_id) if with_cells else None
        board = compute.compute(basis)
        with database.transaction() as session:
            compute.save(session, basis, board, now(session))
            if standing is not None:
                vote_counts.keep(session, study_id, standing, counted_at)
            name = lookup.name_of(session, study_id)
            met = None if board.end is None else board.end.met
            # What ends a study is computed in full: counts alone claim nothing new.
            ends = (
                with_cells
                and met is not None
                and opening.end_as_declared(session, study_id, met, now(session))
            )
        log.info("%s: leaderboard of %d votes", name, board.votes)
        if ends and met is not None:
            log.info("%s: the declared end is reached (%s)", name, met.by)
    judge_reports.refresh(database, study_id)
