"""Keeps a prompt's open places true: the one counter that dealing relies on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.study import Dealing
from service.store import assignments, prompts
from service.store.models import Study


def recount(session: Session, study: Study, prompt_id: int) -> None:
    """Count a prompt's open places anew, under its lock, from what is dealt and voted."""
    prompts.lock(session, prompt_id)
    write(
        session,
        study,
        prompt_id,
        {ready.configuration_id for ready in assignments.ready_completions(session, prompt_id)},
        assignments.taken(session, prompt_id),
    )


def write(
    session: Session,
    study: Study,
    prompt_id: int,
    configurations: set[int],
    taken: Mapping[tuple[int, int], int],
) -> None:
    """Store the open places of a locked prompt; a matchup with votes beyond the wish has none."""
    is_adaptive = study.dealing == Dealing.ADAPTIVE
    places = still_open(configurations, taken, study.votes_per_matchup, is_adaptive=is_adaptive)
    prompts.set_places(session, prompt_id, ready=len(configurations), places=places)


def still_open(
    configurations: set[int],
    taken: Mapping[tuple[int, int], int],
    votes_per_matchup: int,
    *,
    is_adaptive: bool,
) -> int:
    """Return how many votes a prompt still wants for matchups of these configurations.

    In an adaptive study the prompt has its places together, whichever matchups take them.
    """
    wanted = matchup.places(len(configurations), votes_per_matchup)
    most = wanted if is_adaptive else votes_per_matchup
    filled = sum(
        min(number, most)
        for (first, second), number in taken.items()
        if first in configurations and second in configurations
    )
    return max(0, wanted - filled)


def free_expired(session: Session, study: Study, now: datetime) -> int:
    """Give places whose lease ran out back to the others; returns how many."""
    freed = 0
    for prompt_id in assignments.prompts_with_expired(session, study.id, now, limit=50):
        if prompts.lock(session, prompt_id, wait=False):
            freed += assignments.expire(session, prompt_id, now)
            recount(session, study, prompt_id)
    return freed
