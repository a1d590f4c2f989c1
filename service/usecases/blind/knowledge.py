"""What dealing must know of a rater and a study, read once for all that is dealt together."""

from collections import Counter
from collections.abc import Iterable
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
    offers : dict
        The study's prompts that still want votes, by id, in an order that tells nothing.
    has_lapsed : bool
        Whether a regular assignment of the rater's ran out without a vote, on whatever prompt.
    has_looked : bool
        Whether the open places were compared with the matchups this rater has seen.
    """

    dealt: Counter[str]
    offers: dict[int, matchup.Offer]
    has_lapsed: bool = False
    has_looked: bool = False

    @property
    def unheld(self) -> int:
        """How many places of the study nobody holds."""
        return sum(offer.places_open for offer in self.offers.values())

    @property
    def fit(self) -> list[matchup.Offer]:
        """The offers that hold a matchup this rater may not have seen."""
        return [offer for offer in self.offers.values() if _fits(offer)]

    @property
    def is_fit(self) -> bool:
        """Whether there is any such offer."""
        return any(map(_fits, self.offers.values()))

    def add(self, kind: str, prompt_id: int) -> None:
        """Take in what was dealt just now."""
        self.dealt[kind] += 1
        if kind == AssignmentKind.REGULAR:
            offer = self.offers[prompt_id]
            self.offers[prompt_id] = offer._replace(
                times_seen=offer.times_seen + 1, places_open=max(0, offer.places_open - 1)
            )

    def drop(self, prompt_ids: Iterable[int]) -> None:
        """Offer these prompts no more."""
        for prompt_id in prompt_ids:
            self.offers.pop(prompt_id, None)


def _fits(offer: matchup.Offer) -> bool:
    return offer.times_seen < offer.matchups and offer.places_open > 0


def read(session: Session, study_id: int, rater_id: int) -> Knowledge:
    """Return what dealing must know."""
    dealt: Counter[str] = Counter()
    counts = histories.counts(session, rater_id)
    for (kind, state), number in counts.items():
        if state != AssignmentState.EXPIRED:
            dealt[kind] += number
    has_lapsed = (AssignmentKind.REGULAR, AssignmentState.EXPIRED) in counts
    offers = histories.offers(session, study_id, rater_id)
    return Knowledge(dealt, {offer.prompt_id: offer for offer in offers}, has_lapsed)
