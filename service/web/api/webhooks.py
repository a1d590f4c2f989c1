"""Routes of webhooks: addresses that are told what happens in a study, and what they were sent."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from service.domain import webhook
from service.usecases.sighted import webhooks
from service.web import services
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter

chapter = Chapter("Webhooks", "Addresses that are told what happens, never what came out.")
Told = Literal["opened", "generated", "decided", "export_ready", "cap_at_80"]


class NewWebhook(Asked):
    """An address to tell, and of what."""

    address: str = Field(min_length=1, max_length=webhook.MOST_ADDRESS)
    events: list[Told] = Field([], max_length=20, description="All of them where it is empty.")


class Webhook(Answer):
    """An address that is told some events of a study."""

    handle: str
    address: str
    events: list[Told]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class WebhookMade(Webhook):
    """A webhook and the secret that its messages are signed with."""

    secret: str = Field("", description="It follows from the handle: keep it where you check it.")


class WebhookList(Answer):
    """All webhooks of a study, the newest first."""

    items: list[Webhook]


class Delivery(Answer):
    """A message to a webhook; `status` is that of the last answer, `note` why it did not arrive."""

    number: int
    handle: str
    event: Told
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    status: int | None
    note: str
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None


class DeliveryList(Answer):
    """The newest messages of a study's webhooks."""

    items: list[Delivery]


def _with_secret(given: WebhookMade) -> None:
    given.secret = webhook.secret_of(given.handle, services.current().signing_key)


@chapter.get("/studies/<name>/webhooks", gives=WebhookList, role="researcher")
def list_webhooks(call: Call, name: str) -> WebhookList:
    """List the addresses that are told what happens in a study."""
    found = webhooks.of_study(call.session, name)
    return WebhookList(items=[Webhook.model_validate(each) for each in found])


@chapter.post(
    "/studies/<name>/webhooks",
    gives=WebhookMade,
    takes=NewWebhook,
    status=HTTPStatus.CREATED,
    finish=_with_secret,
)
def create_webhook(call: Call, name: str) -> webhooks.WebhookView:
    """Have an address told what happens in a study: signed, and tried again where it is away."""
    sent = call.sent(NewWebhook)
    return webhooks.make(
        call.session,
        name,
        sent.address,
        list(sent.events),
        call.holder.account.name,
        call.now,
        may_be_private=call.services.settings.webhooks_to_private,
    )


@chapter.delete("/studies/<name>/webhooks/<handle>")
def revoke_webhook(call: Call, name: str, handle: str) -> None:
    """Tell an address nothing any more, what waits included."""
    webhooks.revoke(call.session, name, handle, call.now)


@chapter.get("/studies/<name>/deliveries", gives=DeliveryList, role="researcher")
def list_deliveries(call: Call, name: str) -> DeliveryList:
    """List the newest fifty messages to a study's webhooks, and what came of each."""
    found = webhooks.deliveries(call.session, name)
    return DeliveryList(items=[Delivery.model_validate(each) for each in found])
