"""Sends messages of webhooks: signed, to addresses that were checked, tried again later.

A name is looked up once, its addresses are checked, and the connection goes to one of them: a name
that leads elsewhere a moment later gains nothing. No proxy, no redirect, no more of an answer than
its status. A try has one deadline for all of it, so that nobody who answers drop by drop holds the
worker.
"""

import asyncio
import ipaddress
import logging
import socket
import time
from concurrent.futures import Future
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx

from service.database import Database, now
from service.domain import webhook
from service.usecases.sighted import webhooks
from service.usecases.sighted.webhooks import Message

log = logging.getLogger("evenhand.webhooks")

# For looking up, connecting, sending and reading together: far less than a message's lease.
SECONDS = 10.0
_FIRST_OK, _FIRST_NOT_OK = 200, 300
# One job sends so many, and begins none later; the sweeper rings for the others. Files wait behind.
MOST_AT_ONCE = 100
_ENOUGH_SECONDS = 60.0
_MOST_NOTE = 200
_UNICAST = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """Nothing was sent; the message says why."""


def deliver_due(database: Database, key: str, *, may_be_private: bool) -> None:
    """Send what is due, one after another, each between two transactions."""
    with database.transaction() as session:
        webhooks.note(session, now(session))
    enough = time.monotonic() + _ENOUGH_SECONDS
    for _ in range(MOST_AT_ONCE):
        if time.monotonic() > enough:
            return
        with database.transaction() as session:
            message = webhooks.claim(session, now(session))
        if message is None:
            return
        status, trouble = send(message, key, may_be_private=may_be_private)
        with database.transaction() as session:
            webhooks.record(session, message, status, trouble[:_MOST_NOTE], now(session))


def send(
    message: Message, key: str, *, may_be_private: bool, seconds: float = SECONDS
) -> tuple[int | None, str]:
    """Send a message; return the status of the answer and, where it did not arrive, why."""
    try:
        status = asyncio.run(_post_within(seconds, message, key, may_be_private=may_be_private))
    except TimeoutError:
        return None, f"It was not answered within {seconds:g} seconds."
    except (Unreachable, webhook.AddressRefused) as error:
        return None, str(error)
    except httpx.HTTPError as error:
        log.info("message %d did not arrive: %s", message.id, type(error).__name__)
        return None, f"It could not be sent: {type(error).__name__}."
    if _FIRST_OK <= status < _FIRST_NOT_OK:
        return status, ""
    return status, f"It was answered with {status}."


async def _post_within(seconds: float, message: Message, key: str, *, may_be_private: bool) -> int:
    async with asyncio.timeout(seconds):
        return await _post(message, key, may_be_private=may_be_private)


async def _post(message: Message, key: str, *, may_be_private: bool) -> int:
    webhook.check_address(message.address, may_be_private=may_be_private)
    url = httpx.URL(message.address)
    place = await _resolve(url.host, url.port or 443, may_be_private=may_be_private)
    body = message.body.encode()
    moment = int(time.time())
    headers = {
        "Host": urlsplit(message.address).netloc,
        "Content-Type": "application/json",
        "User-Agent": "evenhand",
        "Evenhand-Event": message.event,
        "Evenhand-Delivery": str(message.id),
        "Evenhand-Signature": webhook.signature(
            webhook.secret_of(message.handle, key), moment, message.body
        ),
    }
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream(
            "POST",
            url.copy_with(host=place),
            content=body,
            headers=headers,
            extensions={"sni_hostname": url.host},  # whose certificate it must be
        ) as answer,
    ):
        return answer.status_code


async def _resolve(host: str, port: int, *, may_be_private: bool) -> str:
    """Return an address of a host; where one of them is not public, none is used.

    Raises
    ------
    Unreachable
    """
    try:
        found = await asyncio.wrap_future(_look_up(host, port))
    except (OSError, UnicodeError):
        raise Unreachable("There is no such host.") from None
    places = [str(each[4][0]).partition("%")[0] for each in found]
    if not may_be_private and not all(map(is_public, places)):
        raise Unreachable(
            "The host is in a private network. The operator may allow that: WEBHOOKS_TO_PRIVATE."
        )
    return places[0]


def _look_up(host: str, port: int) -> Future[list[Any]]:
    """Look a host up aside: a name server that hangs can be left, unlike a thread of a pool."""
    found: Future[list[Any]] = Future()

    def run() -> None:
        try:
            places: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            found.set_exception(error)
        else:
            found.set_result(places)

    found.set_running_or_notify_cancel()
    Thread(target=run, name="look-up", daemon=True).start()
    return found


def is_public(place: str) -> bool:
    """Tell whether an IP address is one of the public internet."""
    address = ipaddress.ip_address(place)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        # Python calls global what is only not reserved: site-local addresses, and old ways of
        # writing an IPv4 address inside one. The internet's own begin with 2 or 3.
        if inner is None and address not in _UNICAST:
            return False
        address = inner or address
    return address.is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a network without IPv4 reaches through a translator (NAT64)."""
    if address not in _TRANSLATED:
        return None
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
