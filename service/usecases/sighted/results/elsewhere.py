"""Finds configurations of a study in other studies, by their fingerprints; loads no numerics."""

from sqlalchemy.orm import Session

from service.domain.leaderboard import Leaderboard
from service.domain.there import There
from service.store import leaderboards
from service.usecases.sighted.results import read

MOST_FOUND = 200


def find_elsewhere(session: Session, name: str) -> list[There]:
    """Return where configurations of the same fingerprint stand in other studies.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, name)
    boards: dict[int, Leaderboard | None] = {}
    found = []
    for own, other, called in leaderboards.same_fingerprints(session, study.id, MOST_FOUND):
        row = None
        is_sealed = read.is_sealed(other)
        if not is_sealed:
            if other.id not in boards:
                boards[other.id] = read.newest(session, other.id)
            board = boards[other.id]
            rows = () if board is None else board.ratings
            row = next((one for one in rows if one.configuration == called), None)
        found.append(
            There(
                own,
                other.name,
                other.title,
                called,
                is_sealed,
                None if row is None else row.rating,
                0 if row is None else row.votes,
            )
        )
    return found
