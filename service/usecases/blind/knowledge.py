"""What dealing must know of a rater and a study, read once for all that is dealt together."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.vote import AssignmentKind, AssignmentState
from service.store import histories


@dataclass
class Knowledge:
    """How often a rater was dealt what, and what is open, as it stands in this transaction.

    Attributes
    ----------
    dealt : Counter
        How many assignments the rater was dealt and has not let lapse, by kind.
    offers : list
        The study's prompts that still want votes, in an order that tells nothing.
    has_lapsed : bool
        Whether a regular assignment of the rater's ran out without a vote, on whatever prompt.
    has_looked : bool
        Whether the open places were compared with the matchups this rater has seen.
    """

    dealt: Counter[str]
    offers: list[matchup.Offer]
    has_lapsed: bool = False
    has_looked: bool = False

    @property
    def unheld(self) -> int:
        """How many places of the study nobody holds."""
        return sum(offer.places_open for offer in self.offers)

    @property
    def fit(self) -> list[matchup.Offer]:
        """The offers that hold a matchup this rater may not have seen."""
        return [
            offer
            for offer in self.offers
            if offer.times_seen < offer.matchups and offer.places_open > 0
        ]

    def add(self, kind: str, prompt_id: int) -> None:
        """Take in what was dealt just now."""
        self.dealt[kind] += 1
        if kind != AssignmentKind.REGULAR:
            return
        self.offers = [
            offer._replace(
                times_seen=offer.times_seen + 1, places_open=max(0, offer.places_open - 1)
            )
            if offer.prompt_id == prompt_id
            else offer
            for offer in self.offers
        ]

    def drop(self, prompt_ids: Collection[int]) -> None:
        """Offer these prompts no more."""
        self.offers = [offer for offer in self.offers if offer.prompt_id not in prompt_ids]


def read(session: Session, study_id: int, rater_id: int) -> Knowledge:
    """Return what dealing must know."""
    dealt: Counter[str] = Counter()
    counts = histories.counts(session, rater_id)
    for (kind, state), number in counts.items():
        if state != AssignmentState.EXPIRED:
            dealt[kind] += number
    has_lapsed = (AssignmentKind.REGULAR, AssignmentState.EXPIRED) in counts
    return Knowledge(dealt, histories.offers(session, study_id, rater_id), has_lapsed)
