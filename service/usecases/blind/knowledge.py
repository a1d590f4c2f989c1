"""What dealing must know of a rater and a study, read once for all that is dealt together."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.vote import AssignmentKind, AssignmentState
from service.store import assignments, prompts
from service.store.assignments import History
from service.store.prompts import OpenPrompt


@dataclass
class Knowledge:
    """A rater's history and the prompts with open places, as they stand in this transaction.

    Attributes
    ----------
    everything : list
        All that the rater was ever dealt, in that order.
    history : list
        What is regular of it.
    open_prompts : sequence
        The study's prompts that still want votes.
    offers : list
        Those of them that hold a matchup this rater may not have seen.
    has_looked : bool
        Whether the open places were compared with the matchups this rater has seen.
    """

    everything: list[History]
    history: list[History]
    open_prompts: Sequence[OpenPrompt]
    offers: list[matchup.Offer]
    has_looked: bool = False

    def add(self, dealt: History) -> None:
        """Take in what was dealt just now."""
        self.everything.append(dealt)
        if dealt.kind != AssignmentKind.REGULAR:
            return
        self.history.append(dealt)
        drawn = next(one for one in self.offers if one.prompt_id == dealt.prompt_id)
        self.offers.remove(drawn)
        times_seen = drawn.times_seen + 1
        if times_seen < drawn.matchups:
            last_seen = len(self.history) - 1
            self.offers.append(drawn._replace(times_seen=times_seen, last_seen=last_seen))

    def drop(self, prompt_ids: Collection[int]) -> None:
        """Offer these prompts no more."""
        self.offers = [one for one in self.offers if one.prompt_id not in prompt_ids]


def read(session: Session, study_id: int, rater_id: int) -> Knowledge:
    """Return what dealing must know."""
    everything = assignments.of_rater(session, rater_id)
    history = [dealt for dealt in everything if dealt.kind == AssignmentKind.REGULAR]
    seen = Counter(dealt.prompt_id for dealt in history if dealt.state != AssignmentState.EXPIRED)
    last = {dealt.prompt_id: number for number, dealt in enumerate(history)}
    open_prompts = prompts.with_places(session, study_id)
    offers = [
        matchup.Offer(identity, order, times_seen, last.get(identity, -1), matchups)
        for identity, order, ready, _ in open_prompts
        if (times_seen := seen.get(identity, 0)) < (matchups := matchup.places(ready, 1))
    ]
    return Knowledge(everything, history, open_prompts, offers)
