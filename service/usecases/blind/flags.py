"""Keeps the problems that raters report; a study may withdraw what several of them flagged."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import sitting, vote
from service.errors import Conflict, Invalid
from service.store import assignments, changes, flags, prompts, raters, votes
from service.store.models import Flag
from service.usecases.blind import places, voting

MAX_NOTE = 2000
# Nobody has so much to say about one matchup.
MOST_FLAGS = 20


class ReportedOften(Conflict):
    """A rater has reported more about one matchup than anybody means."""


def flag(
    session: Session,
    rater_id: int,
    token: str,
    kind: str,
    note: str,
    now: datetime,
    client_key: str | None = None,
) -> None:
    """Keep a rater's report of a problem; a vote on the same assignment stays.

    Where the study says so, the matchup is dealt to nobody any more once so many different
    raters have flagged it. A key that comes again reports nothing more.

    Raises
    ------
    UnknownAssignment, KeyReused, ReportedOften
    """
    if kind not in vote.FLAG_KINDS:
        raise Invalid("Please choose what is wrong.")
    if client_key is not None:
        voting.check_key(client_key)
    sitter = raters.locked(session, rater_id)
    held = voting.held_by(session, sitter, token)
    prompts.lock(session, held.prompt_id)
    before = None if client_key is None else flags.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != held.id:
            raise vote.KeyReused("This problem was already reported for another matchup.")
        return
    if flags.count_of(session, held.id) >= MOST_FLAGS:
        raise ReportedOften(
            "You have reported this one very often. All of that is kept, thank you."
        )
    options = sitting.from_stored(sitter.options)
    reported = Flag(
        assignment_id=held.id,
        kind=kind,
        note=note[:MAX_NOTE],
        withdraws=False,
        client_key=client_key,
        created_at=now,
    )
    if not changes.add_once(session, reported):
        return
    votes.mark_dirty(session, sitter.study_id, [held.id])
    if options.withdraws_flagged:
        matchup = assignments.matchup_of(session, held.id)
        flags.settle(session, flags.Matchup(*matchup), options.flags_to_withdraw)
        places.recount(session, sitter, held.prompt_id)
