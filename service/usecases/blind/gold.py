"""Deals gold matchups among the others; they take no place and enter no count."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.assignment import AssignmentKind
from service.store import gold
from service.store.models import Assignment, Study
from service.usecases.blind.occasion import Occasion


def deal(
    occasion: Occasion, dealt: Mapping[str, int], toss: Callable[[], bool], *, at_end: bool
) -> Assignment | None:
    """Deal a gold matchup where one is due among the regular ones; `toss` draws its sides.

    `dealt` is how many assignments the rater was dealt and has not let lapse, by kind.
    """
    session, study, rater_id = occasion.session, occasion.study, occasion.rater.id
    if not study.options.get("gold"):
        return None
    regular = dealt.get(AssignmentKind.REGULAR, 0)
    had = gold.count_dealt(session, rater_id)
    if not sitting.gold_is_due(regular, had, occasion.rng, at_end=at_end):
        return None
    unseen = gold.unseen(session, study.id, rater_id)
    if not unseen:
        return None
    drawn = occasion.rng.choice(unseen)
    return gold.add_assignment(
        session, drawn, rater_id, occasion.token(), occasion.now, occasion.lease_until, toss
    )


def left(session: Session, study: Study, rater_id: int, regular: int) -> int:
    """Return how many gold matchups may still come to a rater with that many regular ones."""
    if not study.options.get("gold"):
        return 0
    wanted = sitting.gold_wanted(regular, gold.count(session, study.id))
    return max(0, wanted - gold.count_dealt(session, rater_id))
