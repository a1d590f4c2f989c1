"""Shares a report by a link that ends: who has it reads, and nothing more."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.report import Report
from service.errors import Conflict, Invalid, NotFound
from service.store import models, shares, studies
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import read, reports

MAX_LABEL = 80
MOST_DAYS = 365
MOST_SHARES = 200


class ShareInvalid(Invalid):
    """A link that cannot be made so."""


class TooManyShares(Conflict):
    """The study has more links that work than anybody keeps in mind."""


class ShareGone(NotFound):
    """The link leads nowhere, any more or from the start."""


@dataclass(frozen=True)
class ShareView:
    """A link as the researcher sees it; its token was shown once."""

    number: int
    leaderboard_id: int | None
    label: str
    shows_texts: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class Opened:
    """What a link shows, and the handle that marks the browser that saw it."""

    report: Report
    handle: str


def make(
    session: Session,
    study_name: str,
    label: str,
    days: int,
    now: datetime,
    *,
    leaderboard_id: int | None = None,
    shows_texts: bool = False,
) -> str:
    """Make a link that ends after so many days; returns its token, which nobody can read again.

    With a leaderboard it always shows that one, which is kept for good; else the newest.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownLeaderboard, ShareInvalid, TooManyShares
    """
    study = read.unsealed(session, study_name)
    if not 1 <= days <= MOST_DAYS:
        raise ShareInvalid("A link ends after 1 to %(most)s days.", most=MOST_DAYS)
    called = " ".join(label.split())
    if len(called) > MAX_LABEL or not (called.isprintable() or not called):
        raise ShareInvalid(
            "The note has %(most)s characters at most, all of which can be shown.", most=MAX_LABEL
        )
    if leaderboard_id is not None:
        read.at(session, study_name, leaderboard_id)
    studies.lock(session, study.id)
    working = [row for row in shares.of_study(session, study.id) if _is_live(row, now)]
    if len(working) >= MOST_SHARES:
        raise TooManyShares("This study has very many links. Withdraw those that nobody needs.")
    token = secrets.token_urlsafe(32)
    session.add(
        models.Share(
            study_id=study.id,
            leaderboard_id=leaderboard_id,
            handle=secrets.token_urlsafe(9),
            token_hash=_hash(token),
            label=called,
            shows_texts=shows_texts,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return token


def of_study(session: Session, study_name: str) -> list[ShareView]:
    """Return the links to a study's reports, the newest first.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, study_name)
    return [
        ShareView(
            number=row.id,
            leaderboard_id=row.leaderboard_id,
            label=row.label,
            shows_texts=row.shows_texts,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in shares.of_study(session, study.id)
    ]


def revoke(session: Session, study_name: str, number: int, now: datetime) -> None:
    """Withdraw a link at once; browsers that saw the report stay marked.

    Raises
    ------
    UnknownStudy, ShareGone
    """
    study = find(session, study_name)
    for row in shares.of_study(session, study.id):
        if row.id == number:
            row.revoked_at = row.revoked_at or now
            return
    raise ShareGone("There is no such link.")


def open_share(session: Session, token: str, now: datetime) -> Opened:
    """Return what a link shows.

    Raises
    ------
    ShareGone
        Says in plain words whether it is unknown, ended or withdrawn.
    StudySealed, NothingToReport
    """
    row = shares.by_token_hash(session, _hash(token))
    if row is None:
        raise ShareGone(
            "This link leads to no report. Perhaps a part of it is missing: open it once more as "
            "it was sent, or ask for a new one."
        )
    if row.revoked_at is not None:
        raise ShareGone("This link was withdrawn. Ask whoever sent it for a new one.")
    if not _is_live(row, now):
        raise ShareGone(
            "This link ended on %(day)s. Ask whoever sent it for a new one.",
            day=f"{row.expires_at:%Y-%m-%d}",
        )
    name = studies.by_id(session, row.study_id).name
    told = reports.of_study(session, name, row.leaderboard_id, with_texts=row.shows_texts)
    return Opened(told, row.handle)


def _is_live(row: models.Share, now: datetime) -> bool:
    return row.revoked_at is None and now < row.expires_at


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
