"""Queries about assignments: what is dealt, to whom, and which matchups are taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from service.domain.vote import HOLDS_A_PLACE, AssignmentKind, AssignmentState
from service.store import changes, exclusions
from service.store.models import Assignment, Completion, Configuration, Flag, Leaderboard, Prompt

# More places than any study may want of a matchup.
FULL = 1_000_000


class History(NamedTuple):
    """One assignment of a rater, as dealing needs it."""

    id: int
    prompt_id: int
    kind: str
    state: str
    first_configuration_id: int
    second_configuration_id: int
    first_completion_id: int
    second_completion_id: int
    first_is_left: bool


class ReadyCompletion(NamedTuple):
    """A completion that may be dealt."""

    id: int
    configuration_id: int
    text_hash: str


# Built once and run beside the mapper: an eager rater has thousands of rows.
_HISTORY = (
    select(*(Assignment.__table__.c[name] for name in History._fields))
    .where(Assignment.__table__.c.rater_id == bindparam("rater_id"))
    .order_by(Assignment.__table__.c.id)
)


def of_rater(session: Session, rater_id: int) -> list[History]:
    """Return what a rater was ever dealt, in that order."""
    session.flush()
    rows = session.connection().execute(_HISTORY, {"rater_id": rater_id})
    return list(map(History._make, rows.all()))


def history_of(assignment: Assignment) -> History:
    """Return an assignment as a line of its rater's history."""
    return History._make(getattr(assignment, name) for name in History._fields)


def places_of_seen(session: Session, rater_id: int, votes_per_matchup: int) -> Counter[int]:
    """Return how many open places of each prompt are of matchups that a rater has seen."""
    mine, other = aliased(Assignment), aliased(Assignment)
    one, two = aliased(Completion), aliased(Completion)
    number = (
        select(func.count())
        .where(
            other.prompt_id == mine.prompt_id,
            other.first_configuration_id == mine.first_configuration_id,
            other.second_configuration_id == mine.second_configuration_id,
            other.kind == AssignmentKind.REGULAR,
            other.state.in_(HOLDS_A_PLACE),
        )
        .correlate(mine)
        .scalar_subquery()
    )
    retired = select(Configuration.id).where(Configuration.retired_at.is_not(None))
    rows = session.execute(
        select(mine.prompt_id, mine.first_configuration_id, mine.second_configuration_id, number)
        .join(Prompt, Prompt.id == mine.prompt_id)
        .join(one, one.id == mine.first_completion_id)
        .join(two, two.id == mine.second_completion_id)
        .where(
            mine.rater_id == rater_id,
            mine.kind == AssignmentKind.REGULAR,
            mine.state != AssignmentState.EXPIRED,
            Prompt.places_open > 0,
            one.state == "ready",
            two.state == "ready",
            mine.first_configuration_id.not_in(retired),
            mine.second_configuration_id.not_in(retired),
        )
        .distinct()
    )
    found: Counter[int] = Counter()
    for prompt_id, _, _, taken_places in rows:
        found[prompt_id] += max(0, votes_per_matchup - taken_places)
    return found


def open_of_rater(session: Session, rater_id: int) -> Sequence[Assignment]:
    """Return a rater's assignments that wait for a vote, the oldest first."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.rater_id == rater_id, Assignment.state == AssignmentState.DEALT)
        .order_by(Assignment.id)
    ).all()


def renew(session: Session, rater_id: int, lease_until: datetime) -> None:
    """Keep a rater's open assignments for longer, but for those that somebody is changing."""
    still = (
        select(Assignment.id)
        .where(Assignment.rater_id == rater_id, Assignment.state == AssignmentState.DEALT)
        .with_for_update(skip_locked=True, key_share=True)
    )
    session.execute(
        update(Assignment)
        .where(Assignment.id.in_(still), Assignment.state == AssignmentState.DEALT)
        .values(lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )


def lapsed(
    session: Session, rater_id: int, prompt_id: int, pair: tuple[int, int]
) -> Assignment | None:
    """Return a rater's assignment of a matchup whose lease ran out without a vote."""
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.prompt_id == prompt_id,
            Assignment.first_configuration_id == pair[0],
            Assignment.second_configuration_id == pair[1],
            Assignment.state == AssignmentState.EXPIRED,
            Assignment.rater_id == rater_id,
            Assignment.kind == AssignmentKind.REGULAR,
        )
        .execution_options(populate_existing=True)
        .limit(1)
    ).one_or_none()


def refresh(session: Session, assignment: Assignment) -> None:
    """Lock an assignment's row and read it anew."""
    session.refresh(assignment, with_for_update={"key_share": True})


def by_token(session: Session, token: str, *, locked: bool = False) -> Assignment | None:
    """Return the assignment of a token, its row locked and fresh where asked."""
    query = select(Assignment).where(Assignment.token == token)
    if locked:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def prompts_with_expired(session: Session, study_id: int, now: datetime, limit: int) -> list[int]:
    """Return prompts that have a lease run out, in the order in which they must be locked."""
    rows = session.scalars(
        select(Assignment.prompt_id)
        .where(
            Assignment.study_id == study_id,
            Assignment.state == AssignmentState.DEALT,
            Assignment.lease_until < now,
        )
        .limit(limit)
    )
    return sorted(set(rows))


def expire(session: Session, prompt_id: int, now: datetime) -> int:
    """Free the places whose lease ran out on a prompt that the caller has locked."""
    return changes.count(
        session,
        update(Assignment)
        .where(
            Assignment.prompt_id == prompt_id,
            Assignment.state == AssignmentState.DEALT,
            Assignment.lease_until < now,
        )
        .values(state=AssignmentState.EXPIRED, ended_at=now),
    )


_PLACES = Assignment.__table__.c
_TAKEN = (
    select(_PLACES.first_configuration_id, _PLACES.second_configuration_id, func.count())
    .where(
        _PLACES.prompt_id == bindparam("prompt_id"),
        _PLACES.kind == AssignmentKind.REGULAR,
        _PLACES.state.in_(HOLDS_A_PLACE),
    )
    .group_by(_PLACES.first_configuration_id, _PLACES.second_configuration_id)
)


_WITHDRAWN = (
    select(Assignment.first_configuration_id, Assignment.second_configuration_id)
    .join(Flag, Flag.assignment_id == Assignment.id)
    .where(Assignment.prompt_id == bindparam("prompt_id"), Flag.withdraws.is_(True))
)


def taken(session: Session, prompt_id: int) -> dict[tuple[int, int], int]:
    """Return how many places of each matchup of a prompt are dealt or voted, excluded ones off.

    A matchup that a flag withdrew counts as full, however many votes are wanted.
    """
    session.flush()
    rows = session.connection().execute(_TAKEN, {"prompt_id": prompt_id})
    found = {(first, second): number for first, second, number in rows.all()}
    for (_, first, second), number in exclusions.freed(session, [prompt_id]).items():
        found[first, second] -= number
    withdrawn = session.execute(_WITHDRAWN, {"prompt_id": prompt_id})
    return found | dict.fromkeys(((one, other) for one, other in withdrawn), FULL)


_READY = (
    select(Completion.id, Completion.configuration_id, Completion.text_hash)
    .join(Configuration, Configuration.id == Completion.configuration_id)
    .where(
        Completion.prompt_id == bindparam("prompt_id"),
        Completion.state == "ready",
        Configuration.retired_at.is_(None),
    )
)


def ready_completions(session: Session, prompt_id: int) -> list[ReadyCompletion]:
    """Return what may be dealt of a prompt: ready completions of configurations in service."""
    rows = session.execute(_READY, {"prompt_id": prompt_id})
    return [ReadyCompletion(row[0], row[1], row[2] or "") for row in rows]


def dealing_weights(session: Session, study_id: int) -> dict[tuple[int, int], float]:
    """Return how much each matchup of configurations should be dealt; {} before any vote."""
    content = session.scalar(
        select(Leaderboard.content)
        .where(Leaderboard.study_id == study_id)
        .order_by(Leaderboard.id.desc())
        .limit(1)
    )
    return {
        (first, second): weight
        for first, second, weight in (content or {}).get("dealing_weights", ())
    }


def taken_of(session: Session, prompt_ids: Iterable[int]) -> dict[int, dict[tuple[int, int], int]]:
    """Return what `taken` returns for each of many prompts, in one query."""
    rows = session.execute(
        select(
            Assignment.prompt_id,
            Assignment.first_configuration_id,
            Assignment.second_configuration_id,
            func.count(),
        )
        .where(
            Assignment.prompt_id.in_(prompt_ids),
            Assignment.kind == AssignmentKind.REGULAR,
            Assignment.state.in_(HOLDS_A_PLACE),
        )
        .group_by(
            Assignment.prompt_id,
            Assignment.first_configuration_id,
            Assignment.second_configuration_id,
        )
    )
    found: dict[int, dict[tuple[int, int], int]] = {}
    for prompt_id, first, second, number in rows:
        found.setdefault(prompt_id, {})[first, second] = number
    for (prompt_id, first, second), number in exclusions.freed(session, found).items():
        found[prompt_id][first, second] -= number
    return found


def ready_configurations(session: Session, prompt_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the configurations in service that have a ready completion, by prompt."""
    rows = session.execute(
        select(Completion.prompt_id, Completion.configuration_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.prompt_id.in_(prompt_ids),
            Completion.state == "ready",
            Configuration.retired_at.is_(None),
        )
    )
    found: dict[int, set[int]] = {}
    for prompt_id, configuration_id in rows:
        found.setdefault(prompt_id, set()).add(configuration_id)
    return found


def html_of(session: Session, completion_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the safe HTML of completions, one entry per turn."""
    rows = session.execute(
        select(Completion.id, Completion.html).where(Completion.id.in_(completion_ids))
    )
    return {row.id: row.html for row in rows}
