"""Puts into a leaderboard what raters gave beyond votes: marks, gold, and how blind it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.domain.marks import Wanted, wanted_of
from service.store import studies
from service.usecases.sighted.results import blindness, mark_means, marks
from service.usecases.sighted.results.blindness import BlindnessBasis
from service.usecases.sighted.results.mark_means import MarksBasis
from service.usecases.sighted.results.marks import GoldView

KEYS = ("marks", "gold", "blinding", "beside_votes_at")


@dataclass(frozen=True)
class Beside:
    """What there is beside the votes of a study; marks are None where none are asked."""

    asked: Wanted
    marks: MarksBasis | None
    gold: tuple[GoldView, ...]
    blindness: BlindnessBasis


def load(session: Session, study_id: int) -> Beside:
    """Return what raters gave beyond votes, for the leaderboard of this moment."""
    study = studies.by_id(session, study_id)
    return Beside(
        asked=wanted_of(study.options),
        marks=mark_means.load(session, study),
        gold=marks.of_gold(session, study),
        blindness=blindness.load(session, study),
    )


def compute(beside: Beside | None, earlier: Mapping[str, Any] | None, at: str) -> dict[str, Any]:
    """Return it as plain values; where it was not loaded, what an earlier leaderboard held.

    It says of which moment it is, since a quick leaderboard is newer than that.
    """
    if beside is None:
        return {key: (earlier or {}).get(key) for key in KEYS}
    return {
        "marks": None if beside.marks is None else mark_means.compute(beside.marks),
        "gold": _gold(beside) if beside.gold else None,
        "blinding": blindness.compute(beside.blindness),
        "beside_votes_at": at,
    }


def _gold(beside: Beside) -> dict[str, Any]:
    return {
        "counted": marks.gold_counted(beside.asked),
        "raters": [
            {"rater": row.pseudonym, "right": row.right, "of": row.of} for row in beside.gold
        ],
    }
