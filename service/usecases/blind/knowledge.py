"""What dealing must know of a rater and a study, read once for all that is dealt together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.assignment import AssignmentKind, AssignmentState
from service.store import histories


@dataclass
class Knowledge:
    """How often a rater was dealt what, and what is open, as it stands in this transaction.

    What others do meanwhile may not show: it tells where to look, and what is dealt is decided
    under the prompt's lock.

    Attributes
    ----------
    dealt : Counter
        How many assignments the rater was dealt and has not let lapse, by kind.
    offers : dict
        The study's prompts that still want votes, by id, in an order that tells nothing.
    has_looked : bool
        Whether the open places were compared with the matchups this rater has seen.
    has_freed : bool
        Whether places whose lease ran out were given back in this transaction.
    holds_a_prompt : bool
        Whether prompts are locked already, so that waiting for another could end in a circle.
    is_busy : bool
        Whether somebody held a prompt, the last time that one was looked for.
    """

    dealt: Counter[str]
    offers: dict[int, matchup.Offer]
    has_looked: bool = False
    has_freed: bool = False
    holds_a_prompt: bool = False
    is_busy: bool = False

    @property
    def unheld(self) -> int:
        """How many places of the study nobody holds."""
        return sum(offer.places_open for offer in self.offers.values())

    @property
    def fit(self) -> list[matchup.Offer]:
        """The offers that hold a matchup this rater may not have seen."""
        return [
            offer
            for offer in self.offers.values()
            if offer.times_seen < offer.matchups and offer.places_open > 0
        ]

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

    def look_again(self, session: Session, study_id: int, rater_id: int) -> None:
        """Read anew what is open, once places were freed."""
        self.offers = _offers(session, study_id, rater_id)
        self.has_looked = False


def read(session: Session, study_id: int, rater_id: int) -> Knowledge:
    """Return what dealing must know."""
    dealt: Counter[str] = Counter()
    for (kind, state), number in histories.counts(session, rater_id).items():
        if state != AssignmentState.EXPIRED:
            dealt[kind] += number
    return Knowledge(dealt, _offers(session, study_id, rater_id))


def _offers(session: Session, study_id: int, rater_id: int) -> dict[int, matchup.Offer]:
    offers = histories.offers(session, study_id, rater_id)
    return {offer.prompt_id: offer for offer in offers}
