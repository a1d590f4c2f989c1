"""Keeps a prompt's open places true: the one counter that dealing relies on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import matchup
from service.domain.study import Dealing
from service.store import assignments, prompts, studies


def recount(session: Session, prompt_id: int, votes_per_matchup: int) -> None:
    """Count a prompt's open places anew, under its lock, from what is dealt and voted."""
    prompts.lock(session, prompt_id)
    write(
        session,
        prompt_id,
        {ready.configuration_id for ready in assignments.ready_completions(session, prompt_id)},
        assignments.taken(session, prompt_id),
        votes_per_matchup,
    )


def write(
    session: Session,
    prompt_id: int,
    configurations: set[int],
    taken: Mapping[tuple[int, int], int],
    votes_per_matchup: int,
) -> None:
    """Store the open places of a locked prompt; a matchup with votes beyond the wish has none."""
    study = studies.by_id(session, prompts.by_id(session, prompt_id).study_id)
    is_adaptive = study.dealing == Dealing.ADAPTIVE
    places = still_open(configurations, taken, votes_per_matchup, is_adaptive=is_adaptive)
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


def free_expired(session: Session, study_id: int, votes_per_matchup: int, now: datetime) -> int:
    """Give places whose lease ran out back to the others; returns how many."""
    freed = 0
    for prompt_id in assignments.prompts_with_expired(session, study_id, now, limit=50):
        if prompts.lock(session, prompt_id, wait=False):
            freed += assignments.expire(session, prompt_id, now)
            recount(session, prompt_id, votes_per_matchup)
    return freed
