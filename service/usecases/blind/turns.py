"""Deals so that nobody waits for what another only holds ahead, near the end of a study."""

import random
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.blinding.payload import BlindAssignment
from service.domain import sitting
from service.domain.study import StudyState
from service.store import histories, leases, prompts, raters, studies
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

    dealt = assignments.deal(session, rater_id, now, rng, lease, most, share, having)
    if dealt or (having and histories.lying(session, rater_id)):
        return dealt
    if not _let_go(session, rater_id, now, lease):
        return ()
    return assignments.deal(session, rater_id, now, rng, lease, ahead=1)


def _let_go(session: Session, rater_id: int, now: datetime, lease: timedelta) -> int:
    """Free places that others hold ahead without having looked in for a while."""
    rater = raters.by_id(session, rater_id)
    study = studies.by_id(session, rater.study_id)
    if rater.finished_at is not None or study.state != StudyState.OPEN:
        return 0
    edge = now + lease * (1 - sitting.PATIENCE)
    freed = 0
    found = leases.lying_ahead(session, study.id, rater_id, edge, MOST_LET_GO)
    for prompt_id, identities in sorted(found.items()):
        if prompts.lock(session, prompt_id, wait=False):
            freed += leases.let_go(session, identities, edge, now)
            places.recount(session, study, prompt_id)
    return freed
