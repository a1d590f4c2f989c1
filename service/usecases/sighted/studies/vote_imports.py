"""Brings votes cast elsewhere into a study; each row once, plain ties kept as such."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from service.blinding import sides
from service.domain.vote import body_hash
from service.formats.rows import RowError
from service.formats.votes import VoteRow
from service.store import imported
from service.store.models import Assignment, Dirty, Rater, Study, Vote
from service.usecases.sighted.studies.imports import Imported, settle_all, study_for_import

ANONYMOUS = "imported"


def import_votes(
    session: Session, name: str, given: Iterable[VoteRow | RowError], now: datetime
) -> Imported:
    """Add votes that the study does not have; their raters become raters of the study.

    Both sides must name configurations whose completion of that prompt is in the study.
    """
    study = study_for_import(session, name)
    done = Imported()
    known = imported.completions(session, study.id)
    present = imported.keys(session, study.id)
    raters = imported.raters(session, study.id)
    batch: list[tuple[Assignment, Vote]] = []
    for row in given:
        if isinstance(row, RowError):
            done.errors.append(row)
            continue
        key = f"import-{study.id}-{row.key}"[:64]
        if key in present:
            done.unchanged += 1
            continue
        problem = known.problem(row)
        if problem:
            done.errors.append(RowError(row.line, problem))
            continue
        present.add(key)
        who = row.rater or ANONYMOUS
        if who not in raters:
            raters[who] = _add_rater(session, study, who, now)
        batch.append(_rows(study, known, row, raters[who], key, now))
        done.added += 1
    _store(session, study, batch)
    settle_all(session, study.id)
    return done


def _rows(
    study: Study,
    known: imported.Known,
    row: VoteRow,
    rater_id: int,
    key: str,
    now: datetime,
) -> tuple[Assignment, Vote]:
    """Return the assignment and the vote that a row stands for."""
    prompt_id = known.prompt_id(row)
    texts = [
        sides.Text(one, known.completions[prompt_id, one])
        for one in (known.configurations[row.left], known.configurations[row.right])
    ]
    at = row.voted_at or now
    to = sides.Recipient(study.id, rater_id, at, at)
    assignment = Assignment(**vars(sides.imported(to, prompt_id, *texts)))
    vote = Vote(
        revision=1,
        choice=row.choice,
        client_key=key,
        body_hash=body_hash(assignment.token, row.choice, 0),
        is_late=False,
        created_at=at,
    )
    return assignment, vote


def _store(session: Session, study: Study, batch: list[tuple[Assignment, Vote]]) -> None:
    session.add_all(assignment for assignment, _ in batch)
    session.flush()
    for assignment, vote in batch:
        vote.assignment_id = assignment.id
    session.add_all(vote for _, vote in batch)
    session.add_all(
        Dirty(study_id=study.id, assignment_id=assignment.id) for assignment, _ in batch
    )
    session.flush()


def _add_rater(session: Session, study: Study, who: str, now: datetime) -> int:
    rater = Rater(
        study_id=study.id,
        handle=secrets.token_urlsafe(9),
        pseudonym=imported.pseudonym(who),
        origin="imported",
        is_sighted=False,
        created_at=now,
        started_at=now,
        finished_at=now,
    )
    session.add(rater)
    session.flush()
    return rater.id
