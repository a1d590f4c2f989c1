"""Keeps a prompt's open places true: the one counter that dealing relies on."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.study import Dealing
from service.store import assignments, matchups, prompts
from service.store.models import Study


def recount(session: Session, study: Study, prompt_id: int) -> None:
    """Count a prompt's open places anew, under its lock, from what is dealt and voted."""
    prompts.lock(session, prompt_id)
    found = assignments.ready_completions(session, prompt_id)
    configurations = {ready.configuration_id for ready in found}
    places = open_in(study, configurations, matchups.taken(session, prompt_id))
    prompts.set_places(session, prompt_id, ready=len(configurations), places=places)


def open_in(study: Study, configurations: set[int], taken: matchups.Taken) -> int:
    """Return how many votes a study still wants for a prompt's matchups of these configurations.

    What was withdrawn wants none, and what has votes beyond the wish none more. In an adaptive
    study the others have their places together, whichever of them takes them.
    """
    withdrawn = {pair for pair in taken.withdrawn if configurations.issuperset(pair)}
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
    locked = 0
    for prompt_id in assignments.prompts_with_expired(session, study.id, now, limit=50):
        if prompts.lock(session, prompt_id, wait=False):
            locked += 1
            assignments.expire(session, prompt_id, now)
            recount(session, study, prompt_id)
    return locked
