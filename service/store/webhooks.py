"""Queries about webhooks: those of a study, the messages that are due, what nobody was told yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.store.models import Completion, Study, Webhook, WebhookDelivery

WAITING = "waiting"
_UNFINISHED = (CompletionState.PENDING, CompletionState.RUNNING, CompletionState.RECORDED)


def of_study(session: Session, study_id: int) -> Sequence[Webhook]:
    """Return a study's webhooks, the newest first."""
    found = select(Webhook).where(Webhook.study_id == study_id).order_by(Webhook.id.desc())
    return session.scalars(found).all()


def deliveries(session: Session, webhook_ids: Sequence[int], most: int) -> list[WebhookDelivery]:
    """Return the newest messages to some webhooks."""
    found = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id.in_(webhook_ids))
        .order_by(WebhookDelivery.id.desc())
        .limit(most)
    )
    return list(session.scalars(found))


def is_told(session: Session, webhook_id: int, key: str) -> bool:
    """Tell whether a message of that key was written already."""
    told = exists().where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.key == key)
    return bool(session.scalar(select(told)))


def forget_old(session: Session, webhook_id: int, kept: int) -> None:
    """Forget finished messages beyond the newest ones."""
    old = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state != WAITING)
        .order_by(WebhookDelivery.id.desc())
        .offset(kept)
    )
    ids = list(session.scalars(old))
    if ids:
        session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))


def due(session: Session, now: datetime) -> WebhookDelivery | None:
    """Return a message that is due, locked, which nobody else has; None where none is."""
    found = (
        select(WebhookDelivery)
        .where(WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= now)
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(found).first()


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether any message is due."""
    waits = exists().where(WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= now)
    return bool(session.scalar(select(waits)))


def live_of_open_studies(session: Session) -> list[tuple[Webhook, Study]]:
    """Return webhooks that are told things, each with its study, which is open."""
    found = (
        select(Webhook, Study)
        .join(Study, Study.id == Webhook.study_id)
        .where(Webhook.revoked_at.is_(None), Study.state == StudyState.OPEN)
        .order_by(Webhook.id)
    )
    return [(webhook, study) for webhook, study in session.execute(found)]


def finished(session: Session, study_id: int) -> int | None:
    """Return how many completions a study has, None while some are still to come."""
    to_come = exists().where(Completion.study_id == study_id, Completion.state.in_(_UNFINISHED))
    if session.scalar(select(to_come)):
        return None
    return session.scalar(
        select(func.count()).select_from(Completion).where(Completion.study_id == study_id)
    )
