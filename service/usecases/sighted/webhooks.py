"""Tells addresses of teams' own what happens in a study: messages are rows, workers send them."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import webhook
from service.domain.webhook import Event, TooManyWebhooks, UnknownWebhook
from service.store import models, studies, webhooks
from service.usecases.sighted import lookup

MOST_SHOWN = 50
DELIVERED = "delivered"
GIVEN_UP = "given_up"


@dataclass(frozen=True)
class WebhookView:
    """A webhook as lists show it, without its secret."""

    handle: str
    address: str
    events: tuple[str, ...]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class DeliveryView:
    """A message: `state` is waiting, delivered or given_up; `note` why it did not arrive."""

    number: int
    handle: str
    event: str
    state: str
    attempts: int
    status: int | None
    note: str
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True)
class Message:
    """What a worker sends, where to, and by whose secret it is signed."""

    id: int
    handle: str
    address: str
    event: str
    body: str
    attempts: int


def make(
    session: Session,
    name: str,
    address: str,
    events: list[str],
    by: str,
    now: datetime,
    *,
    may_be_private: bool,
) -> WebhookView:
    """Have an address told some events of a study, all of them where none is named.

    Raises
    ------
    UnknownStudy, AddressRefused, Invalid, TooManyWebhooks
    """
    webhook.check_address(address, may_be_private=may_be_private)
    wanted = webhook.events_of(events)
    study = studies.lock(session, lookup.find(session, name).id)
    live = [each for each in webhooks.of_study(session, study.id) if each.revoked_at is None]
    if len(live) >= webhook.MOST_OF_STUDY:
        raise TooManyWebhooks(
            "The study has %(most)s webhooks. Withdraw one first.", most=webhook.MOST_OF_STUDY
        )
    row = models.Webhook(
        study_id=study.id,
        handle=secrets.token_hex(4),
        address=address,
        events=wanted,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _view(row)


def of_study(session: Session, name: str) -> list[WebhookView]:
    """Return a study's webhooks, the newest first.

    Raises
    ------
    UnknownStudy
    """
    return [_view(each) for each in webhooks.of_study(session, lookup.find(session, name).id)]


def deliveries(session: Session, name: str) -> list[DeliveryView]:
    """Return the newest messages of a study's webhooks.

    Raises
    ------
    UnknownStudy
    """
    rows = {row.id: row for row in webhooks.of_study(session, lookup.find(session, name).id)}
    found = webhooks.deliveries(session, list(rows), MOST_SHOWN)
    return [_delivery(each, rows[each.webhook_id].handle) for each in found]


def revoke(session: Session, name: str, handle: str, now: datetime) -> None:
    """Tell an address nothing any more, what waits included.

    Raises
    ------
    UnknownStudy, UnknownWebhook
    """
    for row in webhooks.of_study(session, lookup.find(session, name).id):
        if row.handle == handle:
            row.revoked_at = row.revoked_at or now
            return
    raise UnknownWebhook("The study has no such webhook.")


def happened(session: Session, study: models.Study, event: Event, key: str, now: datetime) -> None:
    """Write a message to each webhook that wants the event, in the transaction of the event.

    `key` tells this event from all others of its kind: whatever happens twice is told once.
    """
    for row in webhooks.of_study(session, study.id):
        if row.revoked_at is None and event in row.events:
            _write(session, row, study, event, key, now)


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether there is anything to send, or to write that nobody was told yet."""
    return webhooks.is_due(session, now) or next(_untold(session), None) is not None


def note(session: Session, now: datetime) -> None:
    """Write messages about what no one transaction does: all is generated, the cap is near."""
    for row, study, event, key in list(_untold(session)):
        _write(session, row, study, event, key, now)


def claim(session: Session, now: datetime) -> Message | None:
    """Return a message to send, None where none is due; who dies sending it leaves it to others."""
    found = webhooks.due(session, now)
    if found is None:
        return None
    row = session.get_one(models.Webhook, found.webhook_id)
    if row.revoked_at is not None:
        found.state, found.note = GIVEN_UP, "The webhook was withdrawn."
        return claim(session, now)
    found.attempts += 1
    found.due_at = now + webhook.LEASE
    return Message(found.id, row.handle, row.address, found.event, found.body, found.attempts)


def record(
    session: Session, sent: Message, status: int | None, trouble: str, now: datetime
) -> None:
    """Note what came of a try: it arrived (`trouble` is ""), is tried again later, or given up."""
    found = session.get_one(models.WebhookDelivery, sent.id)
    if found.state != webhooks.WAITING or found.attempts != sent.attempts:
        return  # another try has taken its place
    found.status, found.note = status, trouble
    if not trouble:
        found.state, found.delivered_at = DELIVERED, now
    elif sent.attempts > len(webhook.BACKOFF):
        found.state = GIVEN_UP
    else:
        found.due_at = now + webhook.BACKOFF[sent.attempts - 1]
    session.flush()
    webhooks.forget_old(session, found.webhook_id, webhook.KEPT_DELIVERIES)


def _untold(session: Session) -> Iterator[tuple[models.Webhook, models.Study, Event, str]]:
    for row, study in webhooks.live_of_open_studies(session):
        for event, key in ((Event.GENERATED, _generated), (Event.CAP_AT_80, _cap)):
            if event in row.events:
                found = key(session, study)
                if found is not None and not webhooks.is_told(session, row.id, found):
                    yield row, study, event, found


def _generated(session: Session, study: models.Study) -> str | None:
    """Return what all that is generated is called: once for each number of completions."""
    number = webhooks.finished(session, study.id)
    return f"generated {number}" if number else None


def _cap(session: Session, study: models.Study) -> str | None:
    """Return what a cap is called of which most is spent; a new cap is told of anew."""
    del session
    caps = (
        (study.cap_nanos, study.spent_nanos),
        (study.cap_calls, study.spent_calls),
        (study.cap_tokens, study.spent_tokens),
    )
    near = any(cap and spent >= webhook.CAP_SHARE * cap for cap, spent in caps)
    return f"cap {study.cap_nanos} {study.cap_calls} {study.cap_tokens}" if near else None


def _write(
    session: Session,
    row: models.Webhook,
    study: models.Study,
    event: Event,
    key: str,
    now: datetime,
) -> None:
    if webhooks.is_told(session, row.id, key):
        return
    body = {"event": event.value, "study": study.name, "at": now.isoformat()}
    session.add(
        models.WebhookDelivery(
            webhook_id=row.id,
            key=key,
            event=event.value,
            body=json.dumps(body),
            state=webhooks.WAITING,
            attempts=0,
            due_at=now,
            note="",
            created_at=now,
        )
    )
    session.flush()


def _view(row: models.Webhook) -> WebhookView:
    return WebhookView(
        handle=row.handle,
        address=row.address,
        events=tuple(row.events),
        created_by=row.created_by,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _delivery(row: models.WebhookDelivery, handle: str) -> DeliveryView:
    return DeliveryView(
        number=row.id,
        handle=handle,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        status=row.status,
        note=row.note,
        created_at=row.created_at,
        due_at=row.due_at,
        delivered_at=row.delivered_at,
    )
