"""Webhooks: what is told to addresses of teams' own, how it is signed, and when it is tried again.

A message says that something happened and never what came out: no name of a configuration, no
figure. So there is nothing that a sealed study would have to hide.
"""

import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from service.errors import Conflict, Invalid, NotFound

MOST_ADDRESS = 500
MOST_OF_STUDY = 10
KEPT_DELIVERIES = 100
# From the first failure on; after the last one it is given up.
BACKOFF = tuple(timedelta(seconds=each) for each in (30, 120, 600, 3600, 6 * 3600, 24 * 3600))
# Longer than one try can take: who died while trying is followed by another.
LEASE = timedelta(minutes=2)
CAP_SHARE = 0.8


class Event(StrEnum):
    """What is told of a study."""

    OPENED = "opened"
    GENERATED = "generated"
    DECIDED = "decided"
    EXPORT_READY = "export_ready"
    CAP_AT_80 = "cap_at_80"


class UnknownWebhook(NotFound):
    """The study has no such webhook."""


class TooManyWebhooks(Conflict):
    """A study has more webhooks than anybody keeps an eye on."""


class AddressRefused(Invalid):
    """Nothing is sent to this address."""


def check_address(address: str, *, may_be_private: bool) -> None:
    """Refuse what is no address that can be told something.

    Raises
    ------
    AddressRefused
    """
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    plain = address.isascii() and address.isprintable() and " " not in address
    if not has_host or not plain or len(address) > MOST_ADDRESS or parts.fragment:
        raise AddressRefused("Give a whole address, such as https://hooks.example/evenhand.")
    if parts.username or parts.password:
        raise AddressRefused("Leave name and password out of the address: messages are signed.")
    if parts.scheme != "https" and not (may_be_private and parts.scheme == "http"):
        raise AddressRefused("Give an address that begins with https://.")


def events_of(names: list[str]) -> list[str]:
    """Return the events of these names once each, in a fixed order; all where none is named.

    Raises
    ------
    Invalid
    """
    unknown = sorted(set(names) - set(Event))
    if unknown:
        raise Invalid("There is no event %(name)s. There are: %(known)s.", name=unknown[0][:40],
                      known=", ".join(Event))  # fmt: skip
    return [each.value for each in Event if each in names or not names]


def secret_of(handle: str, key: str) -> str:
    """Return the secret of a webhook: it follows from its handle and our key, and is not stored."""
    return hmac.new(key.encode(), f"webhook {handle}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, moment: int, body: str) -> str:
    """Return the signature of a message at a moment, in seconds since 1970.

    The receiver computes HMAC-SHA256 of ``"{t}.{body}"`` and refuses a `t` that is old.
    """
    made = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256)
    return f"t={moment},v1={made.hexdigest()}"
