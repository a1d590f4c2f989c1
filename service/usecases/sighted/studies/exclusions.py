"""Takes what a rater said out of results, visibly and reversibly; the places are dealt again."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.assignment import JUDGED
from service.errors import Invalid, NotFound
from service.store import exclusions, flags, prompts, raters, votes
from service.store.models import Assignment, Exclusion, Rater, Study
from service.usecases.blind import places
from service.usecases.sighted.lookup import find

MAX_REASON = 500


class UnknownRater(NotFound):
    """The study has no rater of that pseudonym."""


class Changed(NamedTuple):
    """How much was left out or counts again: judgements, and matchups that the rater flagged."""

    judgements: int
    flagged: int


def exclude(
    session: Session, study_name: str, pseudonym: str, reason: str, now: datetime
) -> Changed:
    """Leave all that a rater has judged so far out of results, and whatever they flag.

    Raises
    ------
    UnknownStudy, UnknownRater
    """
    if not reason.strip():
        raise Invalid("Say why: the reason stands beside what is left out.")
    study, rater, said = _said(session, study_name, pseudonym)
    already = votes.excluded(session, [row.id for row in said])
    fresh = [row for row in said if row.id not in already]
    session.add_all(
        Exclusion(assignment_id=row.id, reason=reason.strip()[:MAX_REASON], created_at=now)
        for row in fresh
    )
    session.flush()
    return _settle(session, study, rater, fresh)


def lift(session: Session, study_name: str, pseudonym: str, now: datetime) -> Changed:
    """Let count again what was left out of what a rater said.

    Raises
    ------
    UnknownStudy, UnknownRater
    """
    study, rater, said = _said(session, study_name, pseudonym)
    out = votes.excluded(session, [row.id for row in said])
    exclusions.lift(session, sorted(out), now)
    return _settle(session, study, rater, [row for row in said if row.id in out])


def _said(
    session: Session, study_name: str, pseudonym: str
) -> tuple[Study, Rater, list[Assignment]]:
    study = find(session, study_name)
    rater = raters.by_pseudonym(session, study.id, pseudonym)
    if rater is None:
        raise UnknownRater("The study has no rater called %(name)s.", name=repr(pseudonym))
    raters.lock(session, rater.id)  # so that nothing is flagged meanwhile
    return study, rater, list(exclusions.said_by(session, rater.id))


def _settle(session: Session, study: Study, rater: Rater, changed: list[Assignment]) -> Changed:
    """Have counts, flags and places follow; prompts in the order of their ids, as everybody locks.

    A study in which flags withdraw nothing has none to settle.
    """
    judged = [row.state in JUDGED for row in changed]
    votes.mark_dirty(session, study.id, [row.id for row in changed])
    flagged = flags.matchups_of_rater(session, rater.id)
    touched = {row.prompt_id for row in changed} | {one.prompt_id for one in flagged}
    options = sitting.from_stored(study.options)
    for prompt_id in sorted(touched):
        prompts.lock(session, prompt_id)
        if options.withdraws_flagged:
            for matchup in sorted(one for one in flagged if one.prompt_id == prompt_id):
                flags.settle(session, matchup, options.flags_to_withdraw)
        places.recount(session, study, prompt_id)
    return Changed(sum(judged), len(flagged) if changed else 0)
