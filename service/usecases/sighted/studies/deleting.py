"""Deletes a draft that nobody needs: all that hangs on it, after its name was typed."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import budget, intake
from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.errors import Conflict, Invalid
from service.store import prompts, removal, studies, uploads
from service.usecases.sighted import lookup

log = logging.getLogger("evenhand.audit")


class StudyKept(Conflict):
    """A study that was open, or that somebody judged, is never deleted."""


class NameDiffers(Invalid):
    """What was typed is not the name of the study that would be deleted."""


@dataclass(frozen=True)
class Deleted:
    """What was deleted, by whom and when; what its tries and judges took stays spent, in USD."""

    name: str
    title: str
    prompts: int
    configurations: int
    spent: float
    spent_calls: int
    deleted_by: str
    deleted_at: datetime


def delete_study(session: Session, name: str, typed: str, who: str, now: datetime) -> Deleted:
    """Delete a draft with its prompts, answers, files, exports, links, judges and tries.

    `typed` is its name once more, so that nobody deletes another one. The caller tells the log of
    it by `tell` once that is stored.

    Raises
    ------
    UnknownStudy, NameDiffers
    StudyKept
        It was open, people judged its answers, or a call is under way.
    """
    found = lookup.find(session, name)
    if typed.strip() != found.name:
        raise NameDiffers(
            "Type the name of the study, %(name)s, to delete it for good.", name=found.name
        )
    study = removal.hold(session, found.id)
    if study.state != StudyState.DRAFT or study.opened_at is not None:
        raise StudyKept("Only a draft can be deleted. A study that was open is closed, and kept.")
    if removal.is_judged(session, study):
        raise StudyKept(
            "The study holds votes, which are never deleted. Leave it, or make a copy without them."
        )
    if any(each.state in intake.UNFINISHED for each in uploads.of_study(session, study.id)):
        raise StudyKept("A file is being imported. Wait, or remove it; then delete the study.")
    ids = removal.all_of(session, study)
    # A call that begins now holds money on one of these: it comes first, or finds nothing.
    for each in sorted(ids):
        removal.hold(session, each)
    if removal.in_state(session, ids, CompletionState.RUNNING):
        raise StudyKept("A call is under way. Wait until it has ended, then delete the study.")
    every = studies.by_ids(session, ids).values()
    done = Deleted(
        name=study.name,
        title=study.title,
        prompts=prompts.count(session, study.id),
        configurations=len(studies.configurations(session, study.id)),
        spent=sum(each.spent_nanos for each in every) / budget.NANOS,
        spent_calls=sum(each.spent_calls for each in every),
        deleted_by=who,
        deleted_at=now,
    )
    removal.remove(session, ids)
    return done


def tell(done: Deleted) -> None:
    """Write a line of the log that says what was deleted, by whom and when."""
    log.warning(
        "study deleted: name=%r title=%r prompts=%d configurations=%d spent_usd=%.6f "
        "spent_calls=%d by=%r at=%s",
        done.name,
        done.title,
        done.prompts,
        done.configurations,
        done.spent,
        done.spent_calls,
        done.deleted_by,
        done.deleted_at.isoformat(),
    )
