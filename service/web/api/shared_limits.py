"""Buckets that all web processes share in the queue server; while it is away, each has its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from service import jobs
from service.web.api.limits import Left, Limiter, left_of

if TYPE_CHECKING:
    from redis import Redis

# A server that does not answer at once costs one request so long, and the others nothing.
ANSWER_SECONDS = 0.2
AWAY_SECONDS = 15.0
# A bucket is full again after a minute: what is older need not be known.
_KEPT_SECONDS = 120
_KEY = "evenhand-limit:"
# Takes one out of a bucket by the server's own clock, in one step whoever else asks.
_TAKE = """
local limit = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local known = redis.call('HMGET', KEYS[1], 'held', 'at')
local held = tonumber(known[1]) or limit
local past = math.max(0, now - (tonumber(known[2]) or now))
held = math.min(limit, held + past * limit / 60)
local allowed = 0
if held >= 1 then
  held = held - 1
  allowed = 1
end
redis.call('HSET', KEYS[1], 'held', string.format('%.6f', held), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return {allowed, string.format('%.6f', held)}
"""


@dataclass
class SharedLimiter:
    """How much each may ask in a minute, of all web processes together.

    `address` says where the queue server is, None where there is none. While it is away this
    process counts by itself: the API answers, and a loop that ran away is stopped nevertheless.
    """

    a_minute: int
    address: Callable[[], str | None]
    clock: Callable[[], float] = time.monotonic
    _own: Limiter = field(init=False)
    _turn: Lock = field(init=False, default_factory=Lock)
    _client: "Redis | None" = field(init=False, default=None)
    _away_until: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        """Have full buckets of its own."""
        self._own = Limiter(self.a_minute, self.clock)

    def take(self, who: str) -> Left:
        """Take a request out of somebody's bucket; an empty one allows nothing."""
        try:
            client = self._connected()
            if client is None:
                return self._own.take(who)
            told: Any = client.eval(_TAKE, 1, f"{_KEY}{who}", self.a_minute, _KEPT_SECONDS)
        except Exception:  # noqa: BLE001 - whatever it is, it must not cost the caller an answer
            self._rest()
            return self._own.take(who)
        allowed, held = told
        return left_of(self.a_minute, float(held), is_allowed=bool(allowed))

    def _connected(self) -> "Redis | None":
        if self.clock() < self._away_until:
            return None
        with self._turn:
            if self._client is None:
                address = self.address()
                if address is None:
                    self._away_until = self.clock() + AWAY_SECONDS
                    return None
                self._client = jobs.connect(address, seconds=ANSWER_SECONDS)
            return self._client

    def _rest(self) -> None:
        """Ask nobody for a while; then where the server is, for it may be back elsewhere."""
        with self._turn:
            self._away_until = self.clock() + AWAY_SECONDS
            client, self._client = self._client, None
        if client is not None:
            client.close()
