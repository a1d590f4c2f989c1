"""Queries about raters and the invites that let them in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, select, update
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState
from service.domain.study import StudyState
from service.store import changes
from service.store.models import Assignment, Invite, Rater, RaterDetail, Study
from service.store.models.foundation import Clock


def by_id(session: Session, rater_id: int) -> Rater:
    """Return a rater who is known to exist."""
    return session.get_one(Rater, rater_id)


_R, _S = Rater.__table__.c, Study.__table__.c


@dataclass(slots=True)
class Sitter:
    """A rater and what their study asks, as they stand in one transaction.

    Attributes
    ----------
    to_come : int or None
        How much might still come when something was dealt last; None before that.
    now : datetime
        The time on the database's clock.
    counts : Counter or None
        Their assignments by kind and state, where this transaction has counted them.
    """

    rater_id: int
    started_at: datetime | None
    finished_at: datetime | None
    to_come: int | None
    study_id: int
    state: str
    dealing: str
    votes_per_matchup: int
    title: str
    instructions: str
    language: str | None
    options: dict[str, Any]
    now: datetime
    counts: Counter[tuple[str, str]] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the rater has finished or the study is closed."""
        return self.finished_at is not None or self.state == StudyState.CLOSED


def _sits(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            *(_R.id, _R.started_at, _R.finished_at, _R.to_come),
            *(_S.id, _S.state, _S.dealing, _S.votes_per_matchup),
            *(_S.title, _S.instructions, _S.language, _S.options, Clock()),
        )
        .join_from(Rater.__table__, Study.__table__, _R.study_id == _S.id)
        .where(condition)
    )


_SITTER = _sits(_R.id == bindparam("rater_id"))
_SITTER_AT = _sits(_R.handle == bindparam("handle"))
_LOCK = select(literal(1)).where(_R.id == bindparam("rater_id")).with_for_update(key_share=True)
_LOCK_AT = (
    select(literal(1)).where(_R.handle == bindparam("handle")).with_for_update(key_share=True)
)


def sitter(session: Session, rater_id: int) -> Sitter:
    """Return a rater who is known to exist, with their study."""
    session.flush()
    return Sitter(*session.connection().execute(_SITTER, {"rater_id": rater_id}).one())


def sitter_at(session: Session, handle: str, *, is_locked: bool = False) -> Sitter | None:
    """Return the rater of a handle, with their study; locked as by `lock` where that is asked."""
    connection = session.connection()
    if is_locked and connection.dialect.name != "sqlite":
        connection.execute(_LOCK_AT, {"handle": handle})
    row = connection.execute(_SITTER_AT, {"handle": handle}).one_or_none()
    return None if row is None else Sitter(*row)


def lock(session: Session, rater_id: int) -> None:
    """Have whatever else needs this rater wait until this transaction ends.

    SQLite needs no such lock: its writers follow one another.
    """
    session.flush()
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"rater_id": rater_id})


def locked(session: Session, rater_id: int) -> Sitter:
    """Return a rater, locked, with their study as it is once the lock is had."""
    lock(session, rater_id)
    return sitter(session, rater_id)


def fresh(session: Session, rater_id: int) -> Rater:
    """Return a rater's row, read anew."""
    return session.get_one(Rater, rater_id, populate_existing=True)


_TO_COME = update(Rater).where(_R.id == bindparam("of")).values(to_come=bindparam("n"))


def set_to_come(session: Session, rater_id: int, number: int) -> None:
    """Note how much may still come to a rater whom the caller has locked."""
    session.connection().execute(_TO_COME, {"of": rater_id, "n": number})
    changes.forget(session, Rater, rater_id)


def count_untried(session: Session, study_id: int, invite_id: int, since: datetime) -> int:
    """Return how many raters began through a link since then and have judged nothing."""
    judged = exists().where(
        Assignment.rater_id == Rater.id,
        Assignment.state.in_([AssignmentState.VOTED, AssignmentState.GRADED]),
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Rater)
            .where(
                Rater.study_id == study_id,
                Rater.invite_id == invite_id,
                Rater.started_at >= since,
                ~judged,
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Begun:
    """How many raters began through one link, and how many from one address."""

    through_link: int
    from_address: int


def count_begun(
    session: Session, study_id: int, invite_id: int, mark: str | None, since: datetime
) -> Begun:
    """Return how many raters of a study began since then through a link, and with a mark."""
    lately = (Rater.study_id == study_id, Rater.created_at >= since)
    through = select(func.count()).where(*lately, Rater.invite_id == invite_id)
    marked = select(func.count()).where(*lately, Rater.address_mark == mark)
    return Begun(session.scalar(through) or 0, 0 if mark is None else session.scalar(marked) or 0)


def forget_addresses(session: Session, study_id: int, before: datetime) -> None:
    """Forget from where raters came who began before then."""
    changes.count(
        session,
        update(Rater)
        .where(
            Rater.study_id == study_id,
            Rater.created_at < before,
            Rater.address_mark.is_not(None),
        )
        .values(address_mark=None),
    )


def by_handle(session: Session, handle: str) -> Rater | None:
    """Return the rater of a handle."""
    return session.scalars(select(Rater).where(Rater.handle == handle)).one_or_none()


def by_pseudonym(session: Session, study_id: int, pseudonym: str) -> Rater | None:
    """Return a study's rater of that pseudonym."""
    return session.scalars(
        select(Rater).where(Rater.study_id == study_id, Rater.pseudonym == pseudonym)
    ).one_or_none()


def of_study(session: Session, study_id: int) -> Sequence[Rater]:
    """Return a study's raters in the order they came."""
    return session.scalars(select(Rater).where(Rater.study_id == study_id).order_by(Rater.id)).all()


def detail(session: Session, rater_id: int) -> RaterDetail | None:
    """Return what names a rater, where it has not been erased."""
    return session.get(RaterDetail, rater_id)


def names(session: Session, study_id: int) -> dict[int, str]:
    """Return what names a study's raters, by id: what they gave, else what their link is called."""
    called = select(Invite.rater_id, Invite.label).where(
        Invite.study_id == study_id, Invite.rater_id.is_not(None)
    )
    found = {int(rater or 0): label for rater, label in session.execute(called)}
    given = (
        select(RaterDetail.rater_id, RaterDetail.name)
        .join(Rater, Rater.id == RaterDetail.rater_id)
        .where(Rater.study_id == study_id)
    )
    found |= {rater: name for rater, name in session.execute(given) if name}
    return found


def imported(session: Session, study_id: int) -> Sequence[int]:
    """Return the ids of raters of a study whose votes came in a file."""
    return session.scalars(
        select(Rater.id).where(Rater.study_id == study_id, Rater.origin == "imported")
    ).all()


def invite_by_handle(session: Session, handle: str) -> Invite | None:
    """Return the invite of a handle."""
    return session.scalars(select(Invite).where(Invite.handle == handle)).one_or_none()


def invite_of_rater(session: Session, rater_id: int) -> Invite | None:
    """Return a rater's personal invite."""
    return session.scalars(select(Invite).where(Invite.rater_id == rater_id)).first()


def invites(session: Session, study_id: int) -> Sequence[Invite]:
    """Return a study's invites, the newest first."""
    return session.scalars(
        select(Invite).where(Invite.study_id == study_id).order_by(Invite.id.desc())
    ).all()
