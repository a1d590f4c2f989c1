"""Deals a matchup once more with its sides exchanged, and says how often a rater agreed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.assignment import AssignmentKind
from service.store import histories, repeats, votes
from service.store.models import Assignment
from service.usecases.blind.occasion import Occasion

_KINDS = (AssignmentKind.REGULAR, AssignmentKind.REPEAT)


@dataclass(frozen=True)
class Consistency:
    """How many repeats a rater judged, and how many of them as before."""

    repeated: int
    agreed: int


def deal(occasion: Occasion, dealt: Mapping[str, int], *, at_end: bool) -> Assignment | None:
    """Deal a repeat where one is due; it takes no place and enters no count.

    `dealt` is how many assignments the rater was dealt and has not let lapse, by kind.
    """
    session = occasion.session
    share = sitting.from_stored(occasion.study.options).repeats
    if share <= 0:
        return None
    regular, repeated = (dealt.get(kind, 0) for kind in _KINDS)
    if repeated >= sitting.repeats_wanted(regular, share):
        return None
    drawn = _pick(occasion, at_end=at_end)
    if drawn is None:
        return None
    return repeats.deal_exchanged(
        session, drawn, occasion.token(), occasion.now, occasion.lease_until
    )


def _pick(occasion: Occasion, *, at_end: bool) -> int | None:
    """Return the assignment to deal once more, None where none is due.

    During a sitting it lies at least `REPEAT_SPACING` assignments back and is drawn by chance;
    at its end the one that was dealt longest ago is taken.
    """
    rater_id = occasion.rater.id
    fresh = histories.originals(occasion.session, rater_id)
    if at_end:
        return fresh[0] if fresh else None
    edge = histories.dealt_back(occasion.session, rater_id, sitting.REPEAT_SPACING)
    spaced = [identity for identity in fresh if edge is not None and identity <= edge]
    return occasion.rng.choice(spaced) if spaced else None


def consistency(session: Session, rater_id: int) -> Consistency:
    """Count a rater's repeats whose first judgement still stands."""
    first: dict[tuple[int, int], str] = {}
    second: dict[tuple[int, int], str] = {}
    for vote, assignment in votes.standing_of_rater(session, rater_id):
        texts = (assignment.first_completion_id, assignment.second_completion_id)
        said = second if assignment.kind == AssignmentKind.REPEAT else first
        said[texts] = str(vote.choice)
    both = first.keys() & second.keys()
    agreed = sum(sitting.agree_exchanged(first[texts], second[texts]) for texts in both)
    return Consistency(repeated=len(both), agreed=agreed)
