"""Queries that return violations of the rules for money, leases, results, votes and counts."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, case, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.domain.assignment import FIRST_TIME, AssignmentState
from service.domain.completion import CompletionState
from service.store.models import (
    Assignment,
    Attempt,
    Completion,
    Dirty,
    Prompt,
    PromptTally,
    Rater,
    Study,
    Submission,
    Tallied,
    Tally,
    Vote,
)

_SLACK = timedelta(hours=2)


def caps_hold(session: Session, now: datetime) -> Iterable[str]:
    """Find studies whose held and spent money, calls or tokens pass a cap.

    By more than what providers charged beyond the bounds that were held: that is booked in
    full, and pauses the configuration.
    """
    del now
    beyond_nanos = _beyond(Attempt.charged_nanos, Attempt.held_nanos)
    beyond_tokens = _beyond(Attempt.charged_tokens, Attempt.held_tokens)
    rows = session.execute(
        select(Study.name).where(
            (Study.held_nanos + Study.spent_nanos > Study.cap_nanos + beyond_nanos)
            | (Study.held_calls + Study.spent_calls > Study.cap_calls)
            | (Study.held_tokens + Study.spent_tokens > Study.cap_tokens + beyond_tokens)
        )
    )
    return [f"study {name} is over its cap" for (name,) in rows]


def _beyond(
    charged: InstrumentedAttribute[Any], held: InstrumentedAttribute[Any]
) -> ScalarSelect[int]:
    """Return, for the study of the query, what attempts were charged beyond their holds."""
    return (
        select(func.coalesce(func.sum(charged - held), 0))
        .join(Completion, Completion.id == Attempt.completion_id)
        .where(Completion.study_id == Study.id, charged > held)
        .correlate(Study)
        .scalar_subquery()
    )


def holds_are_open_attempts(session: Session, now: datetime) -> Iterable[str]:
    """Find studies that hold something else than their open attempts do."""
    del now
    sums = {
        study_id: (nanos, calls, tokens)
        for study_id, nanos, calls, tokens in session.execute(
            select(
                Completion.study_id,
                func.coalesce(func.sum(Attempt.held_nanos), 0),
                func.coalesce(func.sum(Attempt.held_calls), 0),
                func.coalesce(func.sum(Attempt.held_tokens), 0),
            )
            .join(Completion, Completion.id == Attempt.completion_id)
            .where(Attempt.ended_at.is_(None))
            .group_by(Completion.study_id)
        )
    }
    rows = session.execute(
        select(Study.id, Study.name, Study.held_nanos, Study.held_calls, Study.held_tokens)
    )
    return [
        f"study {name} holds {held} but its open attempts hold {sums.get(study_id, (0, 0, 0))}"
        for study_id, name, *held in rows
        if tuple(int(part or 0) for part in sums.get(study_id, (0, 0, 0))) != tuple(held)
    ]


def running_has_attempt(session: Session, now: datetime) -> Iterable[str]:
    """Find running completions without exactly one open attempt, or long past their lease."""
    attempts = func.count(Attempt.id)
    rows = session.execute(
        select(Completion.id, Completion.lease_until, attempts)
        .outerjoin(Attempt, (Attempt.completion_id == Completion.id) & Attempt.ended_at.is_(None))
        .where(Completion.state == "running")
        .group_by(Completion.id)
    )
    return [
        f"completion {identity} is running with {number} open attempts until {until}"
        for identity, until, number in rows
        if number != 1 or until is None or until < now - _SLACK
    ]


def settled_has_no_open_attempt(session: Session, now: datetime) -> Iterable[str]:
    """Find open attempts of completions that do not run."""
    del now
    rows = session.execute(
        select(Completion.id, Completion.state)
        .join(Attempt, Attempt.completion_id == Completion.id)
        .where(Attempt.ended_at.is_(None), Completion.state != "running")
    )
    return [f"completion {identity} is {state} with an open attempt" for identity, state in rows]


def ready_can_be_shown(session: Session, now: datetime) -> Iterable[str]:
    """Find ready completions that lack a text hash or the HTML of a turn."""
    del now
    rows = session.scalars(select(Completion).where(Completion.state == "ready"))
    return [
        f"completion {row.id} is ready without a text to show"
        for row in rows
        if not row.text_hash or not row.html or len(row.html) != len(row.turns)
    ]


def voted_has_vote(session: Session, now: datetime) -> Iterable[str]:
    """Find assignments that are voted without a standing vote, or the other way round."""
    del now
    newest = select(func.max(Vote.id)).group_by(Vote.assignment_id).scalar_subquery()
    standing = select(Vote.assignment_id).where(Vote.id.in_(newest), Vote.choice.is_not(None))
    without = session.scalars(
        select(Assignment.id).where(Assignment.state == "voted", Assignment.id.not_in(standing))
    )
    beyond = session.scalars(
        select(Assignment.id).where(
            Assignment.state.not_in(["voted", "late", "withdrawn"]), Assignment.id.in_(standing)
        )
    )
    return [f"assignment {identity} is voted without a vote" for identity in without] + [
        f"assignment {identity} has a vote and is not voted" for identity in beyond
    ]


def revisions_have_no_gaps(session: Session, now: datetime) -> Iterable[str]:
    """Find votes whose revisions are not numbered 1, 2, 3 and so on."""
    del now
    rows = session.execute(
        select(Vote.assignment_id)
        .group_by(Vote.assignment_id)
        .having(func.max(Vote.revision) != func.count(Vote.id))
    )
    return [f"the revisions of assignment {identity} have gaps" for (identity,) in rows]


def matchups_are_dealt_once(session: Session, now: datetime) -> Iterable[str]:
    """Find raters who got one matchup of texts that stand twice, by whatever is no repeat.

    Imported votes may have several.
    """
    del now
    matchup = (
        Assignment.rater_id,
        Assignment.prompt_id,
        Assignment.first_configuration_id,
        Assignment.second_configuration_id,
    )
    rows = session.execute(
        select(Rater.pseudonym, Prompt.key, func.count())
        .select_from(Assignment)
        .join(Rater, Rater.id == Assignment.rater_id)
        .join(Prompt, Prompt.id == Assignment.prompt_id)
        .where(
            Assignment.kind.in_(FIRST_TIME),
            Assignment.state != AssignmentState.EXPIRED,
            Rater.origin != "imported",
            ~exists().where(
                Completion.state == CompletionState.REPLACED,
                Completion.id.in_(
                    [Assignment.first_completion_id, Assignment.second_completion_id]
                ),
            ),
        )
        .group_by(*matchup, Rater.pseudonym, Prompt.key)
        .having(func.count() > 1)
    )
    return [f"{who} has one matchup of prompt {key} {number} times" for who, key, number in rows]


def places_are_counted(session: Session, now: datetime) -> Iterable[str]:
    """Find prompts with fewer than no places."""
    del now
    rows = session.scalars(select(Prompt.key).where(Prompt.places_open < 0))
    return [f"prompt {key} has fewer than no places" for key in rows]


def counts_are_tallied(session: Session, now: datetime) -> Iterable[str]:
    """Find counts that do not add up to the study's counted votes."""
    del now
    tallied = {
        row.study_id: row.votes
        for row in session.execute(
            select(Tallied.study_id, func.count().label("votes")).group_by(Tallied.study_id)
        )
    }
    rows = session.execute(
        select(
            Tally.study_id,
            Tally.scope,
            func.sum(Tally.count),
            func.sum(case((Tally.count < 0, 1), else_=0)),
        ).group_by(Tally.study_id, Tally.scope)
    )
    alone = session.execute(
        select(
            PromptTally.study_id,
            literal("prompt alone"),
            func.sum(PromptTally.count),
            func.sum(case((PromptTally.count < 0, 1), else_=0)),
        ).group_by(PromptTally.study_id)
    )
    return [
        f"study {study_id} counts {total} votes by {scope} and has {tallied.get(study_id, 0)}"
        for study_id, scope, total, negative in (*rows, *alone)
        if int(total) != tallied.get(study_id, 0) or negative
    ]


def standing_votes_are_known(session: Session, now: datetime) -> Iterable[str]:
    """Find counted votes that a later revision superseded, unless a change waits to be folded."""
    del now
    waiting = select(Dirty.assignment_id)
    newest = select(func.max(Vote.id)).group_by(Vote.assignment_id).scalar_subquery()
    rows = session.scalars(
        select(Tallied.assignment_id).where(
            Tallied.vote_id.not_in(newest), Tallied.assignment_id.not_in(waiting)
        )
    )
    return [f"assignment {identity} counts a superseded vote" for identity in rows]


def own_prompts_are_not_dealt(session: Session, now: datetime) -> Iterable[str]:
    """Find what was dealt to whoever had suggested its prompt."""
    del now
    rows = session.scalars(
        select(Assignment.id)
        .join(Submission, Submission.prompt_id == Assignment.prompt_id)
        .where(Submission.rater_id == Assignment.rater_id)
        .order_by(Assignment.id)
    )
    return [f"assignment {identity} is of a prompt that its rater suggested" for identity in rows]


RULES: tuple[tuple[str, Callable[[Session, datetime], Iterable[str]]], ...] = (
    ("money: held and spent stay within the cap", caps_hold),
    ("money: what is held is what open attempts hold", holds_are_open_attempts),
    ("leases: what runs has one open attempt", running_has_attempt),
    ("leases: what does not run has none", settled_has_no_open_attempt),
    ("results: what is ready can be shown", ready_can_be_shown),
    ("votes: an assignment is voted exactly when a vote stands", voted_has_vote),
    ("votes: revisions have no gaps", revisions_have_no_gaps),
    ("dealing: nobody has a matchup twice", matchups_are_dealt_once),
    ("dealing: no prompt has fewer than no places", places_are_counted),
    ("dealing: nobody has what they suggested", own_prompts_are_not_dealt),
    ("counts: every scope adds up to the counted votes", counts_are_tallied),
    ("counts: no superseded vote is counted", standing_votes_are_known),
)
