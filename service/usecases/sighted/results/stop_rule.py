"""Tells at which end a study stands, and whether a leaderboard decides what it declared."""

from dataclasses import replace
from datetime import datetime

from service.domain import ending
from service.domain.ending import By, Met
from service.domain.leaderboard import End, Leaderboard
from service.store import models
from service.usecases.sighted.results import unsealing


def end_of(study: models.Study, votes: int, now: datetime) -> End | None:
    """Return the declared end of a study with so many votes, those left out since among them.

    Once it was met it stays so. None where none is declared.
    """
    declared = unsealing.declared_end(study)
    if declared is None:
        return None
    met = ending.met(study.end_met)
    if met is None:
        by = declared.reached_by(votes, now)
        met = None if by is None else Met(now.isoformat(), str(by), votes)
    day = None if declared.day is None else declared.day.isoformat()
    when = None if declared.decided is None else str(declared.decided)
    return End(declared.votes, day, met is not None, when, str(declared.then), met)


def if_decided(board: Leaderboard, at: str) -> Leaderboard:
    """Return a leaderboard that says so where it decides what was to be decided."""
    end = board.end
    if end is None or end.reached or not board.parts:
        return board
    part = board.parts[0]
    in_service = {row.configuration for row in board.ratings if not row.is_retired}
    if not ending.is_decided(end.decided, part.claims, in_service):
        return board
    met = Met(at, str(By.DECIDED), board.votes, part.claims.leader)
    return replace(board, end=replace(end, reached=True, met=met))
