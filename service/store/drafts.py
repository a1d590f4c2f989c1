"""Queries about drafts of prompts and what they propose."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, undefer

from service.domain.completion import CompletionState
from service.domain.draft import DraftState
from service.store.models import Completion, Configuration, DraftPrompt, Prompt, PromptDraft

_ON_ITS_WAY = (CompletionState.PENDING, CompletionState.RUNNING, CompletionState.RECORDED)


def by_token(session: Session, token: str, *, for_change: bool = False) -> PromptDraft | None:
    """Return a draft, held against others who change it where that is wanted."""
    wanted = select(PromptDraft).where(PromptDraft.token == token)
    return session.scalar(wanted.with_for_update() if for_change else wanted)


def every(session: Session, most: int) -> Sequence[PromptDraft]:
    """Return the newest drafts, so many at most."""
    wanted = select(PromptDraft).order_by(PromptDraft.id.desc()).limit(most)
    return session.scalars(wanted).all()


def of_draft(session: Session, draft_id: int) -> Sequence[DraftPrompt]:
    """Return what a draft proposes, in its order."""
    wanted = select(DraftPrompt).where(DraftPrompt.draft_id == draft_id)
    return session.scalars(wanted.order_by(DraftPrompt.position)).all()


def next_due(session: Session, now: datetime) -> PromptDraft | None:
    """Return the oldest draft that nobody makes, held against others who ask at this moment."""
    return session.scalar(
        select(PromptDraft)
        .where(_is_due(now))
        .order_by(PromptDraft.id)
        .limit(1)
        .options(undefer(PromptDraft.content))
        .with_for_update(skip_locked=True)
    )


def number_due(session: Session, now: datetime) -> int:
    """Return how many drafts wait for a worker."""
    wanted = select(func.count()).select_from(PromptDraft).where(_is_due(now))
    return session.scalar(wanted) or 0


def held_by(session: Session, draft_id: int, fence: int) -> PromptDraft | None:
    """Return a draft as the worker of this fence has it; None where it has lost it."""
    return session.scalar(
        select(PromptDraft)
        .where(
            PromptDraft.id == draft_id,
            PromptDraft.fence == fence,
            PromptDraft.state == DraftState.RUNNING,
        )
        .with_for_update()
    )


def answers(session: Session, trial_id: int) -> list[tuple[str, str, list[str], str | None]]:
    """Return what a model was asked for: passage, state, texts, and why there are none."""
    rows = session.execute(
        select(
            Prompt.key,
            Completion.state,
            Completion.turns,
            func.coalesce(Completion.error_message, Configuration.paused_because),
        )
        .join(Completion, Completion.prompt_id == Prompt.id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(Completion.study_id == trial_id)
        .order_by(Prompt.position)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def remove_older(session: Session, moment: datetime) -> None:
    """Forget the drafts that were asked for before a moment."""
    old = select(PromptDraft.id).where(PromptDraft.created_at < moment)
    session.execute(delete(DraftPrompt).where(DraftPrompt.draft_id.in_(old)))
    session.execute(delete(PromptDraft).where(PromptDraft.created_at < moment))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Tell what can be made: what waits, what a worker left, what a model has answered."""
    is_asked = (
        select(Completion.id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.study_id == PromptDraft.trial_id,
            Completion.state.in_(_ON_ITS_WAY),
            # One that waits for a paused model never comes.
            (Completion.state != CompletionState.PENDING) | Configuration.paused_because.is_(None),
        )
        .exists()
    )
    return or_(
        PromptDraft.state == DraftState.WAITING,
        (PromptDraft.state == DraftState.RUNNING) & (PromptDraft.lease_until < now),
        (PromptDraft.state == DraftState.ASKING) & ~is_asked,
    )
