"""Checks that a stored leaderboard follows from its stored counts (needs numpy)."""

from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from service.domain import leaderboard, records
from service.domain.leaderboard import Leaderboard
from service.store import leaderboards, models
from service.store.tallies import Cell
from service.usecases.sighted.results import compute
from service.usecases.sighted.results.compute import Basis
from service.usecases.sighted.results.decisions import DecisionView


class Check(StrEnum):
    """What came of recomputing a leaderboard."""

    FOLLOWS = "follows"
    DIFFERS = "differs"
    NONE_YET = "none_yet"
    OTHER_VERSION = "other_version"


def verify(session: Session, study_id: int) -> Check:
    """Rate anew from the counts of the newest leaderboard; tell whether the ratings agree."""
    stored = leaderboards.latest(session, study_id)
    return Check.NONE_YET if stored is None else _check(session, stored)


def verify_decision(session: Session, decided: DecisionView) -> Check:
    """Do the same for the leaderboard that was decided on, which must be the very same still."""
    stored = session.get_one(models.Leaderboard, decided.leaderboard_id)
    if records.digest(stored.content) != decided.digest:
        return Check.DIFFERS
    return _check(session, stored)


def _check(session: Session, stored: models.Leaderboard) -> Check:
    study_id = stored.study_id
    if not leaderboard.is_current(stored.content):
        return Check.OTHER_VERSION
    board = leaderboard.from_json(stored.content)
    now_known = compute.load(session, study_id, stored.created_at, with_cells=False)
    basis = Basis(
        study_id=study_id,
        names=_mapped(stored.basis.get("names"), now_known.names),
        approaches=_mapped(stored.basis.get("approaches"), now_known.approaches),
        retired=frozenset(stored.basis.get("retired", now_known.retired)),
        cells=_stored(stored.basis["cells"]),
        by_rater=_stored(stored.basis["by_rater"]),
        by_prompt=_stored(stored.basis["by_prompt"]),
        measures=now_known.measures,
        excluded=now_known.excluded,
        at=board.clustered_at,
        earlier=board if stored.basis["is_quick"] else None,
    )
    is_same = _of_votes(compute.compute(basis)) == _of_votes(board)
    return Check.FOLLOWS if is_same else Check.DIFFERS


def _of_votes(board: Leaderboard) -> list[tuple[str, float, float, float]]:
    """Return what follows from votes alone, rounded against other processors."""
    return sorted(
        (row.configuration, round(one.points, 6), round(one.low, 6), round(one.high, 6))
        for row, one in board.competing
    )


def _stored(cells: list[list[Any]]) -> tuple[tuple[Cell, int], ...]:
    return tuple((Cell(*cell[:-1]), cell[-1]) for cell in cells)


def _mapped(stored: list[Any] | None, now_known: dict[int, str]) -> dict[int, str]:
    """Return names as they were then; leaderboards of before do not hold them."""
    return now_known if stored is None else dict(stored)
