"""Makes the drafts of prompts that were asked for, between two transactions each."""

import logging

from service.database import Database, DatabaseAway, now
from service.domain.draft import DraftKind
from service.errors import ServiceError
from service.usecases.sighted.studies import drafting, proposing

log = logging.getLogger("evenhand.drafting")


def make_due(database: Database) -> None:
    """Make the drafts that wait, one after another.

    Raises
    ------
    DatabaseAway
        What was begun is begun anew by whoever comes next.
    """
    while True:
        with database.transaction() as session:
            one = drafting.claim(session, now(session))
        if one is None:
            return
        try:
            _make(database, one)
        except DatabaseAway:
            raise
        except ServiceError as error:
            with database.transaction() as session:
                drafting.fail(session, one, error.message)


def _make(database: Database, one: drafting.Claimed) -> None:
    if one.kind is DraftKind.LOGS:
        made = drafting.from_logs(one)
    elif one.trial_id is None:
        found = proposing.cut(*drafting.documents(one))
        with database.transaction() as session:
            drafting.prepare(session, one, found)
        return
    else:
        with database.reading() as session:
            given = proposing.answers(session, one.trial_id)
        made = drafting.from_answers(one, given)
    with database.transaction() as session:
        drafting.record(session, one, made)
    log.info("a draft of %d prompts is made", len(made.proposed))
