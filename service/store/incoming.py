"""What an import of prompts and completions reads and writes, a batch at a time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from service.domain import prompt
from service.domain.assignment import AssignmentKind, Event, leading
from service.domain.completion import CompletionKind, CompletionState
from service.domain.replacing import Held
from service.store import calls, unfinished
from service.store.models import Assignment, Completion, Configuration, Prompt, Vote

# What has a text that is, or will be, dealt; and how many of them a matchup wants.
_WITH_TEXT = (CompletionState.READY, CompletionState.RECORDED)
_SIDES = 2
_HELD, _LAPSED = leading(Event.LAPSE)


def known_prompts(
    session: Session, study_id: int, fingerprints: Collection[str], keys: Collection[str]
) -> list[tuple[int, str, str]]:
    """Return id, key and fingerprint of the study's prompts that are named by either."""
    rows = session.execute(
        select(Prompt.id, Prompt.key, Prompt.fingerprint).where(
            Prompt.study_id == study_id,
            Prompt.fingerprint.in_(sorted(fingerprints)) | Prompt.key.in_(sorted(keys)),
        )
    )
    return [(identity, key, fingerprint) for identity, key, fingerprint in rows]


def spaced_prompts(session: Session, study_id: int) -> dict[str, int]:
    """Return the prompts with white space around their texts, by the fingerprint without it."""
    rows = session.execute(
        select(Prompt.id, Prompt.fingerprint, Prompt.turns, Prompt.context, Prompt.variables)
        .where(Prompt.study_id == study_id)
        .execution_options(yield_per=500)
    )
    found: dict[str, int] = {}
    for identity, fingerprint, turns, context, variables in rows:
        if any(text != text.strip() for text in (*turns, context)):
            told = prompt.Prompt(turns=tuple(turns), context=context, variables=variables)
            trimmed = told.trimmed.fingerprint
            if trimmed != fingerprint:
                found[trimmed] = identity
    return found


def last_position(session: Session, study_id: int) -> int:
    """Return the position of the study's last prompt, -1 where it has none."""
    found = session.scalar(select(func.max(Prompt.position)).where(Prompt.study_id == study_id))
    return -1 if found is None else found


def held(
    session: Session, prompt_ids: Collection[int], configuration_ids: Collection[int]
) -> dict[tuple[int, int], list[Held]]:
    """Return the answers of these configurations to these prompts, but for those replaced."""
    found: dict[tuple[int, int], list[Held]] = defaultdict(list)
    rows = session.execute(
        select(
            Completion.prompt_id,
            Completion.configuration_id,
            *(Completion.id, Completion.sample, Completion.state),
            *(Completion.origin, Completion.turns),
        ).where(
            Completion.prompt_id.in_(sorted(prompt_ids)),
            Completion.configuration_id.in_(sorted(configuration_ids)),
            Completion.state != CompletionState.REPLACED,
        )
    )
    for prompt_id, configuration_id, identity, sample, state, origin, turns in rows:
        one = Held(identity, sample, state, origin, tuple(turns))
        found[prompt_id, configuration_id].append(one)
    return found


def fill(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write columns over answers that failed, each row by its ``id``."""
    unfinished.write(session, rows)


def step_aside(session: Session, replaced: Sequence[tuple[Held, int]], now: datetime) -> int:
    """Let texts make room for others: they keep their rows, their votes, and nothing that waits.

    Given with the prompts that they answer, which the caller has locked. What was dealt of them
    and not judged lapses; a vote that is on its way still counts, for the text that it was
    given on. Returns how many votes stand on them.
    """
    if not replaced:
        return 0
    ids = sorted(one.completion_id for one, _ in replaced)
    unfinished.write(
        session,
        [
            {
                "id": one.completion_id,
                "state": str(CompletionState.REPLACED),
                "sample": -one.completion_id,
                "details": {"replaced": {"sample": one.sample, "at": now.isoformat()}},
            }
            for one, _ in replaced
        ],
    )
    is_of_them = (
        Assignment.prompt_id.in_(sorted({prompt_id for _, prompt_id in replaced})),
        Assignment.first_completion_id.in_(ids) | Assignment.second_completion_id.in_(ids),
    )
    session.execute(
        update(Assignment)
        .where(*is_of_them, Assignment.state == _HELD, Assignment.kind == AssignmentKind.REGULAR)
        .values(state=_LAPSED, ended_at=now)
        .execution_options(synchronize_session=False)
    )
    newest = select(func.max(Vote.id)).group_by(Vote.assignment_id).scalar_subquery()
    votes = session.scalar(
        select(func.count())
        .select_from(Vote)
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(*is_of_them, Vote.choice.is_not(None), Vote.id.in_(newest))
    )
    return votes or 0


def thin_prompts(session: Session, prompt_ids: Collection[int]) -> int:
    """Return how many of these prompts have no two answers that differ.

    An answer that waits to be made fit to show is taken for one that differs.
    """
    ready = Prompt.ready_configurations
    with_text = (
        select(func.count(Completion.configuration_id.distinct()))
        .where(Completion.prompt_id == Prompt.id, Completion.state.in_(_WITH_TEXT))
        .scalar_subquery()
    )
    are_alike = (with_text == ready) & (ready * (ready - 1) / 2 <= Prompt.matchups_alike)
    return (
        session.scalar(
            select(func.count()).where(
                Prompt.id.in_(prompt_ids), or_(with_text < _SIDES, are_alike)
            )
        )
        or 0
    )


def bring_over(session: Session, source_id: int, draft_id: int, now: datetime) -> None:
    """Give a draft the answers that were imported into the study it was made of.

    They go to the same prompt of the configuration with the same name, where that calls no model,
    and wait to be made fit to show, like an import: the draft may show texts in another way.
    """
    old, asked = aliased(Configuration), aliased(Prompt)
    new, here = aliased(Configuration), aliased(Prompt)
    columns = {
        "study_id": literal(draft_id),
        "configuration_id": new.id,
        "prompt_id": here.id,
        "sample": Completion.sample,
        "state": literal(str(CompletionState.RECORDED)),
        "kind": literal(str(CompletionKind.COMPLETE)),
        "origin": literal("imported"),
        "fence": literal(0),
        "attempts": literal(0),
        "next_attempt_at": literal(now, Completion.next_attempt_at.type),
        "turns": Completion.turns,
        "html": literal([], Completion.html.type),
        "leaks": literal({}, Completion.leaks.type),
        "details": Completion.details,
        "latency_ms": Completion.latency_ms,
        "cost_nanos": Completion.cost_nanos,
        "created_at": literal(now, Completion.created_at.type),
        "recorded_at": literal(now, Completion.recorded_at.type),
    }
    found = (
        select(*columns.values())
        .select_from(Completion)
        .join(old, old.id == Completion.configuration_id)
        .join(asked, asked.id == Completion.prompt_id)
        .join(new, (new.study_id == draft_id) & (new.name == old.name))
        .join(here, (here.study_id == draft_id) & (here.fingerprint == asked.fingerprint))
        .where(
            Completion.study_id == source_id,
            Completion.origin == "imported",
            Completion.state.in_(_WITH_TEXT),
            old.retired_at.is_(None),
            new.retired_at.is_(None),
            new.model.is_(None),
        )
    )
    session.execute(insert(Completion).from_select(list(columns), found))
    _forget_how_shown(session, draft_id)


def _forget_how_shown(session: Session, draft_id: int) -> None:
    """Leave of what answers brought along how they came alone: how a draft shows them is its own.

    Who looked at a leak elsewhere, or that an answer was shown plainly there, is not so here.
    """
    brought = select(Completion.id, Completion.details).where(Completion.study_id == draft_id)
    changed = [
        {"id": identity, "details": {calls.WHOLE: told[calls.WHOLE]} if calls.WHOLE in told else {}}
        for identity, told in session.execute(brought)
        if told.keys() - {calls.WHOLE}
    ]
    if changed:
        session.execute(update(Completion), changed)
