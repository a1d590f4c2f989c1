"""Keeps a prompt's open places true: the one counter that dealing relies on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.matchup import Entrant, Pair
from service.domain.study import Dealing
from service.store import assignments, matchups, prompts
from service.store.models import Study


class Wishes(Protocol):
    """What a study says of its places."""

    @property
    def votes_per_matchup(self) -> int:
        """How many votes each matchup wants."""

    @property
    def dealing(self) -> str:
        """Whether places belong to matchups, or to the prompt as a whole."""


def recount(session: Session, study: Wishes, prompt_id: int) -> None:
    """Count a prompt's open places anew, under its lock, from what is dealt and voted."""
    prompts.lock(session, prompt_id)
    found = assignments.ready_of(session, [prompt_id])[prompt_id]
    taken = matchups.taken(session, prompt_id)
    prompts.set_places(session, [counted(study, prompt_id, found, taken)])


def counted(
    study: Wishes, prompt_id: int, ready: Sequence[Entrant], taken: matchups.Taken
) -> prompts.Places:
    """Return the counters of a prompt with these answers, of which so much is taken."""
    configurations = {entrant.configuration_id for entrant in ready}
    alike = matchup.alike(ready)
    places = open_in(study, configurations, taken, alike)
    return prompts.Places(prompt_id, len(configurations), len(alike), places)


def open_in(
    study: Wishes,
    configurations: set[int],
    taken: matchups.Taken,
    alike: frozenset[Pair] = frozenset(),
) -> int:
    """Return how many votes a study still wants for a prompt's matchups of these configurations.

    What was withdrawn or is shown alike wants none, and what has votes beyond the wish none more.
    In an adaptive study the others have their places together, whichever of them takes them.
    """
    withdrawn = alike | {pair for pair in taken.withdrawn if configurations.issuperset(pair)}
    wanted = matchup.places(len(configurations), study.votes_per_matchup)
    wanted -= len(withdrawn) * study.votes_per_matchup
    most = wanted if study.dealing == Dealing.ADAPTIVE else study.votes_per_matchup
    filled = sum(
        min(number, most)
        for pair, number in taken.places.items()
        if pair[0] in configurations and pair[1] in configurations and pair not in withdrawn
    )
    return max(0, wanted - filled)


def free_expired(session: Session, study: Study, now: datetime) -> int:
    """Give places whose lease ran out back to the others.

    Returns how many prompts that left locked: perhaps more than there was to free on, where
    their raters came back in the meantime.
    """
    found = assignments.prompts_with_expired(session, study.id, now, limit=50)
    locked = sorted(prompts.lock_free(session, found))
    for prompt_id in locked:
        assignments.expire(session, prompt_id, now)
        recount(session, study, prompt_id)
    return len(locked)
