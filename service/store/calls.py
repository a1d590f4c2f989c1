"""Queries about calls: those that were made, by what was asked, and what stood behind answers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, exists, insert, select, tuple_
from sqlalchemy.orm import Session, aliased, load_only

from service.domain.completion import CompletionState
from service.store.models import Call, Completion, Configuration, Evidence, Prompt, Study
from service.store.unfinished import Unfinished

# In a completion's details: its turns as they came back, where only a field of them is shown.
WHOLE = "whole"
ANSWERED = (CompletionState.RECORDED, CompletionState.READY, CompletionState.QUARANTINED)


class Stored(NamedTuple):
    """A call that was made, with the text that came back."""

    call: Call
    text: str


class Origin(NamedTuple):
    """Where a turn that was answered from the store comes from."""

    turn: int
    study: str
    configuration: str
    completion_id: int


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep calls that were answered."""
    if rows:
        session.connection().execute(insert(Call), rows)


def keep_evidence(
    session: Session, completion_id: int, passages: list[dict[str, Any]], traces: list[Any]
) -> None:
    """Keep what stood behind a completion, in place of what an earlier part of it left."""
    session.merge(Evidence(completion_id=completion_id, passages=passages, traces=traces))


def made_before(
    session: Session, fingerprint: str, completion: Unfinished, *, is_locking: bool = True
) -> Stored | None:
    """Return a call like this one that was made, here or in another study; the first of them.

    Within one study a call answers for one configuration (its revisions together): two that
    ask the same stay two. The candidates are locked first, so that two workers never give one
    call to two configurations.
    """
    if is_locking:
        session.execute(
            select(Call.id)
            .where(Call.fingerprint == fingerprint, Call.origin_id.is_(None))
            .order_by(Call.id)
            .with_for_update(key_share=True)
        )
    name = (
        select(Configuration.name)
        .where(Configuration.id == completion.configuration_id)
        .scalar_subquery()
    )
    found = session.execute(_candidates(fingerprint, completion, name)).first()
    if found is None:
        return None
    call, turns, details = found
    return Stored(call, details.get(WHOLE, turns)[call.turn])


def _candidates(
    fingerprint: str, completion: Unfinished, name: ScalarSelect[str]
) -> Select[Call, list[str], dict[str, Any]]:
    other, taker, theirs = aliased(Call), aliased(Completion), aliased(Configuration)
    is_taken = (
        select(other.id)
        .join(taker, taker.id == other.completion_id)
        .join(theirs, theirs.id == taker.configuration_id)
        .where(
            other.origin_id == Call.id,
            taker.study_id == completion.study_id,
            theirs.name != name,
        )
        .exists()
    )
    return (
        select(Call, Completion.turns, Completion.details)
        .join(Completion, Completion.id == Call.completion_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Call.fingerprint == fingerprint,
            Call.origin_id.is_(None),
            Completion.id != completion.id,
            Completion.state.in_(ANSWERED),
            (Completion.study_id != completion.study_id) | (Configuration.name == name),
            ~is_taken,
        )
        .order_by(Call.id)
        .limit(1)
    )


def of_completion(session: Session, completion_id: int) -> Sequence[Call]:
    """Return the calls of a completion, turn by turn."""
    return session.scalars(
        select(Call).where(Call.completion_id == completion_id).order_by(Call.turn)
    ).all()


_LISTED = (Completion.study_id, Completion.sample, Completion.state, Completion.reused_calls)


def listed(
    session: Session, study_id: int, configuration: str, after: int, limit: int
) -> list[tuple[Completion, str, str]]:
    """Return completions of a study (of one configuration's revisions, if named) with names.

    Each comes with its prompt's key and its configuration's name, in the order of the prompts,
    from the one after a completion's id on.
    """
    order = (Prompt.position, Prompt.id, Configuration.id, Completion.sample)
    of = [Completion.study_id == study_id]
    if configuration:
        named = select(Configuration.id).where(
            Configuration.study_id == study_id, Configuration.name == configuration
        )
        of.append(Completion.configuration_id.in_(session.scalars(named).all()))
    has_any = exists().where(Completion.prompt_id == Prompt.id, *of)
    window = select(Prompt.id).where(Prompt.study_id == study_id, has_any)
    last = session.execute(_names(select(*order)).where(Completion.id == after, *of)).one_or_none()
    if last is not None:
        window = window.where(tuple_(Prompt.position, Prompt.id) >= tuple_(*last[:2]))
        of.append(tuple_(*order) > tuple_(*last))
    # Each has one completion at least, so these prompts hold all that can be wanted; one more,
    # for all of the first may stand before.
    found = session.scalars(window.order_by(Prompt.position, Prompt.id).limit(limit + 1)).all()
    query = _names(select(Completion, Prompt.key, Configuration.name)).where(
        Completion.prompt_id.in_(found), *of
    )
    rows = session.execute(query.order_by(*order).limit(limit).options(load_only(*_LISTED)))
    return [(completion, key, name) for completion, key, name in rows]


def _names(query: Any) -> Any:
    """Return a query of completions joined with their prompts and configurations."""
    return (
        query.select_from(Completion)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
    )


def origins(session: Session, completion_id: int) -> list[Origin]:
    """Return where the turns of a completion that came from the store come from."""
    origin = aliased(Call)
    rows = session.execute(
        select(Call.turn, Study.name, Configuration.name, Completion.id)
        .join(origin, origin.id == Call.origin_id)
        .join(Completion, Completion.id == origin.completion_id)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(Call.completion_id == completion_id)
        .order_by(Call.turn)
    )
    return [Origin(*row) for row in rows]


def evidence(session: Session, completion_id: int) -> Evidence | None:
    """Return what stood behind a completion."""
    return session.get(Evidence, completion_id)


def passages_behind(session: Session, call_id: int | None) -> list[dict[str, Any]]:
    """Return the passages that stood behind the completion of a call."""
    found = session.scalar(
        select(Evidence.passages)
        .join(Call, Call.completion_id == Evidence.completion_id)
        .where(Call.id == call_id)
    )
    return list(found or [])
