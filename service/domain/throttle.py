"""How many calls at once a provider takes, learnt from its refusals: more by one, less by half.

What a provider takes is not known beforehand, and changes. So a call that it refuses ("too many
requests") closes the way to it for a while; then one call tries whether it takes calls again,
and what may run at once grows with the answers. Source: D.-M. Chiu and R. Jain, "Analysis of the
Increase and Decrease Algorithms for Congestion Avoidance" (1989).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LONGEST_SECONDS = 60.0
# A provider that asks for more than a day means never; somebody will have looked by then.
LONGEST_ASKED_SECONDS = 86_400.0
# With so many at once nothing is held back any more.
_FREE = 200.0
_DOUBLINGS = 6


@dataclass(frozen=True)
class Throttle:
    """What one provider takes; without refusals nothing binds.

    `refusals` are closings in a row without an answer between them; while there are any, one
    call at a time tries.
    """

    at_once: float | None = None
    refusals: int = 0
    closed_until: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the provider has answered nothing since it asked for patience."""
        return self.refusals > 0


def room(throttle: Throttle, running: int, now: datetime) -> int | None:
    """Return how many calls may begin beside those that run, None where nothing binds."""
    if throttle.closed_until is not None and throttle.closed_until > now:
        return 0
    if throttle.is_waiting:
        return max(0, 1 - running)
    if throttle.at_once is None:
        return None
    return max(0, int(throttle.at_once) - running)


def refused(
    throttle: Throttle, at_once: int, asked_seconds: float | None, now: datetime, draw: float
) -> Throttle:
    """Return what is known after a refusal, of which there may be many in one burst.

    `at_once` calls ran when it came. Closed for 1, 2, 4 … 60 s by half-random draw, and never
    shorter than the provider asks. A burst halves once: what comes while it is closed only
    lengthens the wait.
    """
    floor = min(max(asked_seconds or 0.0, 0.0), LONGEST_ASKED_SECONDS)
    if throttle.closed_until is not None and throttle.closed_until > now:
        until = max(throttle.closed_until, now + timedelta(seconds=floor))
        return replace(throttle, closed_until=until)
    ceiling = min(LONGEST_SECONDS, 2.0 ** min(throttle.refusals, _DOUBLINGS))
    seconds = max(floor, ceiling * (1 + draw) / 2)
    before = at_once if throttle.at_once is None else min(throttle.at_once, float(at_once))
    return Throttle(
        at_once=max(1.0, before / 2),
        refusals=throttle.refusals + 1,
        closed_until=now + timedelta(seconds=seconds),
    )


def answered(throttle: Throttle, number: int, now: datetime) -> Throttle:
    """Return what is known after so many answers; those of calls sent before a closing are old."""
    if throttle.closed_until is not None and throttle.closed_until > now:
        return throttle
    if throttle.at_once is None or number < 1:
        return throttle
    at_once = throttle.at_once
    for _ in range(min(number, int(_FREE))):
        at_once += 1 / at_once
    return Throttle(None if at_once >= _FREE else at_once)
