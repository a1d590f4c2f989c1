"""Looks at single votes in their order: drift, and copies of one rater (needs numpy)."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy.orm import Session

from service.domain.finding import Finding
from service.stats.counts import OUTCOME_NAMES
from service.stats.history import History, find_copies, find_drift
from service.store import tallies
from service.store.tallies import Told
from service.usecases.sighted.results import standings

# Beyond it single votes are not looked at: two tellings of a study's history take too long.
MOST_VOTES = 20_000


def load(session: Session, study_id: int) -> tuple[Told, ...]:
    """Return counted votes in their order; none where there are too many to look at."""
    found = tallies.in_order(session, study_id, MOST_VOTES + 1)
    return () if len(found) > MOST_VOTES else tuple(found)


def check(told: Sequence[Told], names: Mapping[int, str]) -> tuple[Finding, ...]:
    """Return what is odd about the history of votes between these configurations."""
    within = [
        one
        for one in told
        if one.first_configuration_id in names and one.second_configuration_id in names
    ]
    if not within:
        return ()
    items, kinds = list(names), {name: code for code, name in enumerate(OUTCOME_NAMES)}
    place = {identity: at for at, identity in enumerate(items)}
    raters = sorted({one.rater for one in within})
    prompts = sorted({one.prompt_id for one in within})
    votes = History(
        items=tuple(names.values()),
        first=np.array([place[one.first_configuration_id] for one in within]),
        second=np.array([place[one.second_configuration_id] for one in within]),
        outcome=np.array([kinds[one.outcome] for one in within]),
        rater=np.searchsorted(raters, [one.rater for one in within]),
        prompt=np.searchsorted(prompts, [one.prompt_id for one in within]),
        raters=tuple(raters),
    )
    return standings.plain((*find_drift(votes), *find_copies(votes)))
