"""How fast a provider may be called: requests and tokens per minute, as a bucket that refills."""

import re
from dataclasses import dataclass
from datetime import datetime

from service.errors import Invalid

_AT_ONCE = 0.1
_ENTRY = re.compile(r"\s*(?P<name>[^=,]+?)\s*=\s*(?P<requests>\d*)\s*(?:/\s*(?P<tokens>\d+))?\s*")


class RateLimitInvalid(Invalid):
    """A limit is not written as provider=requests/tokens."""


@dataclass(frozen=True)
class Limit:
    """The most that all workers together may ask for in a minute; None does not bind."""

    requests: int | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Room:
    """What may be asked for now; below zero where an earlier call took more than there was."""

    requests: float
    tokens: float
    at: datetime


def at_once(per_minute: int | None) -> float:
    """Return how much may be taken at one time: a tenth of a minute's worth."""
    return max(1.0, _AT_ONCE * (per_minute or 0))


def per_second(per_minute: int | None) -> float:
    """Return how fast room comes back: with what may be taken at once, no minute passes the limit.

    A limit of one a minute is used every other minute, one of two once a minute.
    """
    most = per_minute or 0
    return max(most - at_once(per_minute), most / 2) / 60


def full(limit: Limit, now: datetime) -> Room:
    """Return the room of somebody who has not asked for a while."""
    return Room(at_once(limit.requests), at_once(limit.tokens), now)


def refilled(limit: Limit, room: Room, now: datetime) -> Room:
    """Return the room after some time has passed."""
    seconds = max(0.0, (now - room.at).total_seconds())
    return Room(
        min(at_once(limit.requests), room.requests + seconds * per_second(limit.requests)),
        min(at_once(limit.tokens), room.tokens + seconds * per_second(limit.tokens)),
        now,
    )


def wait_seconds(limit: Limit, room: Room, calls: int, tokens: int) -> float:
    """Return how long until so much may be asked for; 0 for now.

    What is larger than may ever be taken at once waits for all the room there can be.
    """
    waits = [0.0]
    for most, left, wanted in (
        (limit.requests, room.requests, calls),
        (limit.tokens, room.tokens, tokens),
    ):
        missing = min(wanted, at_once(most)) - left
        if most is not None and missing > 0:
            waits.append(missing / per_second(most))
    return max(waits)


def less(room: Room, calls: int, tokens: int) -> Room:
    """Return what is left after asking for so much (negative numbers give back)."""
    return Room(room.requests - calls, room.tokens - tokens, room.at)


def read(text: str) -> dict[str, Limit]:
    """Return limits by provider from ``openai=500/200000, anthropic=50, mistral=/90000``.

    Raises
    ------
    RateLimitInvalid
    """
    found = {}
    for entry in filter(str.strip, text.split(",")):
        parts = _ENTRY.fullmatch(entry)
        if parts is None or not (parts["requests"] or parts["tokens"]):
            raise RateLimitInvalid(
                "PROVIDER_LIMITS: write provider=requests/tokens per minute, for example "
                "openai=500/200000."
            )
        found[parts["name"]] = limit(parts["requests"] or None, parts["tokens"], parts["name"])
    return found


def limit(requests: object, tokens: object, name: str) -> Limit:
    """Return a limit from what an operator wrote for `name`.

    Raises
    ------
    RateLimitInvalid
        Where a number is not a whole number above zero: no limit would be the wrong guess.
    """
    numbers: list[int | None] = []
    for given in (requests, tokens):
        if given is None:
            numbers.append(None)
        elif isinstance(given, bool) or not str(given).isdecimal() or int(str(given)) < 1:
            raise RateLimitInvalid(f"{name}: limits per minute must be whole numbers above zero.")
        else:
            numbers.append(int(str(given)))
    return Limit(*numbers)
