"""How much a program may ask in a minute: a bucket for each token, refilled as time goes by.

Buckets are this process's own; `shared_limits` has those of all web processes together.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MOST_BUCKETS = 10_000


@dataclass(frozen=True)
class Left:
    """What a bucket holds after a request; `seconds` until it is full again."""

    limit: int
    remaining: int
    seconds: int
    is_allowed: bool


class Limiter:
    """Buckets of one process, each full in the beginning."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow so many requests a minute to each, all of them at once if they like."""
        self._limit = a_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def take(self, who: str) -> Left:
        """Take a request out of somebody's bucket; an empty one allows nothing."""
        rate = self._limit / 60
        with self._turn:
            moment = self._clock()
            held, since = self._buckets.pop(who, (float(self._limit), moment))
            held = min(float(self._limit), held + (moment - since) * rate)
            is_allowed = held >= 1
            if is_allowed:
                held -= 1
            self._buckets[who] = (held, moment)
            while len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        return left_of(self._limit, held, is_allowed=is_allowed)


def left_of(limit: int, held: float, *, is_allowed: bool) -> Left:
    """Return what is told of a bucket that holds so much of its limit."""
    missing = limit - held
    return Left(limit, int(held), int(missing / (limit / 60)) + (missing > 0), is_allowed)
