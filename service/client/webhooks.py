"""Models and calls about webhooks; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .connection import Connection


@dataclass(frozen=True)
class Webhook:
    """An address that is told some events of a study."""

    handle: str
    address: str
    events: list[Literal["opened", "generated", "decided", "export_ready", "cap_at_80"]]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class WebhookList:
    """All webhooks of a study, the newest first."""

    items: list[Webhook]


@dataclass(frozen=True)
class WebhookMade:
    """A webhook and the secret that its messages are signed with."""

    handle: str
    address: str
    events: list[Literal["opened", "generated", "decided", "export_ready", "cap_at_80"]]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    secret: str = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Delivery:
    """A message to a webhook; `status` is that of the last answer, `note` why it did not arrive."""

    number: int
    handle: str
    event: Literal["opened", "generated", "decided", "export_ready", "cap_at_80"]
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    status: int | None
    note: str
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True)
class DeliveryList:
    """The newest messages of a study's webhooks."""

    items: list[Delivery]


class Webhooks(Connection):
    """Calls about webhooks."""

    def list_webhooks(self, name: str) -> WebhookList:
        """List the addresses that are told what happens in a study."""
        return self._call(
            WebhookList, "list_webhooks", "GET", "/studies/{name}/webhooks", path={"name": name}
        )

    def create_webhook(
        self,
        name: str,
        *,
        address: str,
        events: list[Literal["opened", "generated", "decided", "export_ready", "cap_at_80"]]
        | None = None,
    ) -> WebhookMade:
        """Have an address told what happens in a study.

        Signed, and tried again where it is away.
        """
        return self._call(
            WebhookMade,
            "create_webhook",
            "POST",
            "/studies/{name}/webhooks",
            path={"name": name},
            body={"address": address, "events": events},
            needed=["address"],
        )

    def revoke_webhook(self, name: str, handle: str) -> None:
        """Tell an address nothing any more, what waits included."""
        self._call(
            None,
            "revoke_webhook",
            "DELETE",
            "/studies/{name}/webhooks/{handle}",
            path={"name": name, "handle": handle},
        )

    def list_deliveries(self, name: str) -> DeliveryList:
        """List the newest fifty messages to a study's webhooks, and what came of each."""
        return self._call(
            DeliveryList,
            "list_deliveries",
            "GET",
            "/studies/{name}/deliveries",
            path={"name": name},
        )
