"""Queries about studies, their configurations and their money."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from service.domain.budget import NOTHING, Amount
from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.store import changes
from service.store.models import Assignment, Completion, Configuration, Rater, Study, Vote

# The state of rows that only hold a study's gold texts; no list shows them.
SHELF = "shelf"
# The state of rows that hold what was tried before a study opens; no list shows them either.
TRIAL = "trial"
# The state of rows that the calls of a judge hang on; no list shows them either.
JUDGING = "judging"
HIDDEN = (SHELF, TRIAL, JUDGING)


def by_name(session: Session, name: str) -> Study | None:
    """Return the study of that name."""
    return session.scalars(
        select(Study).where(Study.name == name, Study.state.not_in(HIDDEN))
    ).one_or_none()


def by_id(session: Session, study_id: int) -> Study:
    """Return a study that is known to exist."""
    return session.get_one(Study, study_id)


def by_ids(session: Session, study_ids: Iterable[int]) -> dict[int, Study]:
    """Return studies by id, in one query."""
    rows = session.scalars(select(Study).where(Study.id.in_(sorted(set(study_ids)))))
    return {row.id: row for row in rows}


def every(session: Session) -> Sequence[Study]:
    """Return all studies, the newest first."""
    query = select(Study).where(Study.state.not_in(HIDDEN)).order_by(Study.id.desc())
    return session.scalars(query).all()


def past_their_day(session: Session, today: date) -> Sequence[int]:
    """Return studies whose declared last day is over: open ones, and closed ones still sealed.

    Without those whose end was met already.
    """
    is_sealed = Study.is_sealed & Study.unsealed_at.is_(None)
    to_end = (Study.state == StudyState.OPEN) | ((Study.state == StudyState.CLOSED) & is_sealed)
    query = select(Study.id).where(to_end, Study.end_met.is_(None), Study.end_date < today)
    return session.scalars(query).all()


def rated_last(session: Session) -> int | None:
    """Return the id of the study that the newest vote is about."""
    query = select(Assignment.study_id).join(Vote, Vote.assignment_id == Assignment.id)
    return session.scalars(query.order_by(Vote.id.desc()).limit(1)).first()


def lock(session: Session, study_id: int) -> Study:
    """Return a study whose row nobody else may change before this transaction ends.

    Rows that refer to it may still be added: votes do not wait for a researcher.
    """
    return session.scalars(
        select(Study)
        .where(Study.id == study_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def configurations(session: Session, study_id: int) -> Sequence[Configuration]:
    """Return a study's configurations, retired ones included, in the order they came."""
    return session.scalars(
        select(Configuration).where(Configuration.study_id == study_id).order_by(Configuration.id)
    ).all()


def shown_fields(session: Session, study_id: int) -> dict[str, str]:
    """Return, by configuration in service, which field of its answers is shown where one is."""
    rows = session.execute(
        select(Configuration.name, Configuration.shows).where(
            Configuration.study_id == study_id,
            Configuration.retired_at.is_(None),
            Configuration.shows != "",
        )
    )
    return {row.name: row.shows for row in rows}


def configuration(session: Session, configuration_id: int) -> Configuration:
    """Return a configuration that is known to exist."""
    return session.get_one(Configuration, configuration_id)


def configurations_by_id(
    session: Session, configuration_ids: Iterable[int]
) -> dict[int, Configuration]:
    """Return configurations by id, in one query; who keeps the answer spares the next ones."""
    rows = session.scalars(
        select(Configuration).where(Configuration.id.in_(sorted(set(configuration_ids))))
    )
    return {row.id: row for row in rows}


def count_failures(
    session: Session, configuration: Configuration, failures: int, *, anew: bool
) -> int:
    """Add to the failures in a row (after an answer: begin anew) and return how many there are."""
    before = 0 if anew else Configuration.failures_in_a_row
    number = session.scalars(
        update(Configuration)
        .where(Configuration.id == configuration.id)
        .values(failures_in_a_row=before + failures)
        .returning(Configuration.failures_in_a_row)
        .execution_options(synchronize_session=False)
    ).one()
    session.expire(configuration, ["failures_in_a_row"])
    return number


def resume_configurations(session: Session, study_id: int) -> None:
    """Let every configuration of a study go on, whatever held it up."""
    session.execute(
        update(Configuration)
        .where(Configuration.study_id == study_id)
        .values(paused_because=None, failures_in_a_row=0, resting_until=None, resting_because=None)
    )


def hold(session: Session, study_id: int, amount: Amount) -> bool:
    """Set an amount aside if every cap leaves room for it; False where one does not.

    One conditional update: two callers can never both take the last of the money.
    """
    money = amount.nanos or 0
    done = changes.count(
        session,
        update(Study)
        .where(
            Study.id == study_id,
            Study.cap_nanos.is_(None)
            | (Study.held_nanos + Study.spent_nanos + money <= Study.cap_nanos),
            Study.cap_calls.is_(None)
            | (Study.held_calls + Study.spent_calls + amount.calls <= Study.cap_calls),
            Study.cap_tokens.is_(None)
            | (Study.held_tokens + Study.spent_tokens + amount.tokens <= Study.cap_tokens),
        )
        .values(
            held_nanos=Study.held_nanos + money,
            held_calls=Study.held_calls + amount.calls,
            held_tokens=Study.held_tokens + amount.tokens,
        ),
    )
    return bool(done)


def settle(session: Session, study_id: int, held: Amount, charged: Amount) -> None:
    """Give a hold back and book what was really taken (nothing: an amount of zeros)."""
    session.execute(
        update(Study)
        .where(Study.id == study_id)
        .values(
            held_nanos=Study.held_nanos - (held.nanos or 0),
            held_calls=Study.held_calls - held.calls,
            held_tokens=Study.held_tokens - held.tokens,
            spent_nanos=Study.spent_nanos + (charged.nanos or 0),
            spent_calls=Study.spent_calls + charged.calls,
            spent_tokens=Study.spent_tokens + charged.tokens,
        )
        .execution_options(synchronize_session=False)
    )


def settle_all(session: Session, settled: Iterable[tuple[int, Amount, Amount]]) -> None:
    """Settle many holds (study, held, charged) with one change per study, in order of ids."""
    sums: dict[int, tuple[Amount, Amount]] = {}
    for study_id, held, charged in settled:
        before = sums.get(study_id, (NOTHING, NOTHING))
        sums[study_id] = (before[0] + held, before[1] + charged)
    for study_id, (held, charged) in sorted(sums.items()):
        settle(session, study_id, held, charged)


def moved(session: Session, study_id: int) -> list[str]:
    """Return the configurations that came, left or had texts replaced once somebody rated."""
    began = session.scalar(select(func.min(Rater.started_at)).where(Rater.study_id == study_id))
    if began is None:
        return []
    was_seen = exists().where(
        Assignment.prompt_id == Completion.prompt_id,
        (Assignment.first_completion_id == Completion.id)
        | (Assignment.second_completion_id == Completion.id),
    )
    was_replaced = exists().where(
        Completion.configuration_id == Configuration.id,
        Completion.state == CompletionState.REPLACED,
        was_seen,
    )
    names = session.scalars(
        select(Configuration.name)
        .where(
            Configuration.study_id == study_id,
            (Configuration.created_at > began) | (Configuration.retired_at > began) | was_replaced,
        )
        .order_by(Configuration.id)
    )
    return list(dict.fromkeys(names))
