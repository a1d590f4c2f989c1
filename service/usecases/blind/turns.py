"""Deals so that nobody waits for what another only holds ahead, near the end of a study."""

import random
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.blinding.payload import BlindAssignment
from service.domain import sitting
from service.store import leases, prompts
from service.store.models import Study
from service.usecases.blind import assignments, places

MOST_LET_GO = 20


def deal(
    session: Session,
    rater_id: int,
    now: datetime,
    rng: random.Random,
    lease: timedelta,
    most: int,
    having: Collection[str] = (),
) -> tuple[BlindAssignment, ...]:
    """Return a rater's open assignments, topped up to a fair number and at most `most`.

    What the page has already, by token, is not sent again. Where nothing is left, what others
    hold ahead and have let lie for a while is dealt here; a vote of theirs that still comes is
    kept and counts.
    """

    def share(study: Study, unheld: int) -> int:
        """Return how many may lie before the rater: fewer where few places remain for several."""
        if unheld >= sitting.PLENTY * most:
            return most
        held = leases.held(session, study.id, now, now - lease * sitting.PATIENCE)
        return sitting.fair_ahead(unheld, held, rater_id, most)

    def let_go(study: Study) -> int:
        """Free places that others hold ahead without having looked in for a while."""
        edge = now + lease * (1 - sitting.PATIENCE)
        found = leases.lying_ahead(session, study.id, rater_id, edge, MOST_LET_GO)
        locked = 0
        for prompt_id, identities in sorted(found.items()):
            if prompts.lock(session, prompt_id, wait=False):
                locked += 1
                leases.let_go(session, identities, edge, now)
                places.recount(session, study, prompt_id)
        return locked

    return assignments.deal(session, rater_id, now, rng, lease, most, share, let_go, having)
