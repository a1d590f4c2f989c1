"""Unseals studies, once: by the stop rule that was declared, or by an admin on purpose."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import ending
from service.domain.ending import DeclaredEnd
from service.domain.study import StudyState
from service.errors import Conflict, Invalid
from service.store import leaderboards, models, studies, tallies
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import read

MAX_REASON = 500
# Who unsealed, where the stop rule did.
STOP_RULE = ""


class NotSealed(Conflict):
    """There is nothing to unseal."""


def declared_end(study: models.Study) -> DeclaredEnd | None:
    """Return the end that a study declares; None where it declares none."""
    return ending.declared(study.end_votes, study.end_date, study.end_decided, study.end_then)


def is_at_end(session: Session, study: models.Study, now: datetime) -> bool:
    """Tell whether the stop rule is met: the declared end, or closing where none is declared."""
    declared, met = declared_end(study), ending.met(study.end_met)
    if declared is None or (met is not None and datetime.fromisoformat(met.at) <= now):
        return True
    cells = tallies.of_scope(session, study.id, tallies.ALL)
    left_out = leaderboards.not_counted(session, study.id).get("excluded", 0)
    return declared.is_reached(sum(number for _, number in cells) + left_out, now)


def at_stop_rule(session: Session, study: models.Study, now: datetime) -> None:
    """Unseal a study if it is sealed and its stop rule is met, or it closed and there is none."""
    if read.is_sealed(study) and is_at_end(session, study, now):
        study.unsealed_at = now
        study.unsealed_by = STOP_RULE
        study.unsealed_because = ""


def unseal(session: Session, name: str, by: str, because: str, now: datetime) -> None:
    """Show the results of a sealed study before its stop rule, for good; stands as a deviation.

    Raises
    ------
    UnknownStudy, NotSealed
    """
    study = studies.lock(session, find(session, name).id)
    if study.state == StudyState.DRAFT:
        raise NotSealed("The study is a draft: whether it is sealed stands in its settings.")
    if not read.is_sealed(study):
        raise NotSealed("The study is not sealed: its results are shown.")
    why = because.strip()
    if not why:
        raise Invalid("Say why: the reason stands beside the result for good.")
    study.unsealed_at = now
    study.unsealed_by = by or "?"
    study.unsealed_because = why[:MAX_REASON]
