"""Money: bounds held before a call, settled after it, in whole nanodollars."""

from dataclasses import dataclass

from service.domain.configuration import Price
from service.errors import Invalid

NANOS = 1_000_000_000
MAX_USAGE = 10_000_000


class CapMissing(Invalid):
    """The study calls out and has no cap."""


@dataclass(frozen=True)
class Cap:
    """The most that all calls of a study or a judge may take together; None does not bind."""

    usd: float | None = None
    calls: int | None = None
    tokens: int | None = None


NO_CAP = Cap()


@dataclass(frozen=True)
class Amount:
    """What one call may take, or took; money is None where no price is known."""

    nanos: int | None
    calls: int
    tokens: int

    def __add__(self, other: "Amount") -> "Amount":
        """Return both together; unknown money adds nothing to known money."""
        nanos = (self.nanos or 0) + (other.nanos or 0)
        return Amount(nanos, self.calls + other.calls, self.tokens + other.tokens)


NOTHING = Amount(0, 0, 0)


def to_nanos(dollars: float) -> int:
    """Return dollars as whole nanodollars."""
    return round(dollars * NANOS)


def cost_nanos(price: Price | None, input_tokens: int, output_tokens: int) -> int | None:
    """Return what tokens cost, None where the price is unknown (never 0)."""
    if price is None:
        return None
    return round((price.input * input_tokens + price.output * output_tokens) * NANOS / 1_000_000)


def upper_bound(price: Price | None, *, input_bytes: int, max_tokens: int, turns: int) -> Amount:
    """Return the most one completion can take.

    Every input byte counts as a token. In a conversation of several turns each call sends
    all that came before, so the k-th call may carry k-1 full answers as well.
    """
    inputs = turns * input_bytes + max_tokens * 4 * (turns * (turns - 1) // 2)
    outputs = turns * max_tokens
    return Amount(cost_nanos(price, inputs, outputs), turns, inputs + outputs)


def agent_bound(price: Price | None, turns: int) -> Amount:
    """Return the most that one completion of an agent can take: a call per turn.

    What an agent does behind a call, and with how many tokens, is its own affair: it is
    priced and capped by the call.
    """
    return Amount(_of_calls(price, turns), turns, 0)


def settle_calls(price: Price | None, calls: int) -> Amount:
    """Return what to charge for calls of an agent."""
    return Amount(_of_calls(price, calls), calls, 0)


def _of_calls(price: Price | None, calls: int) -> int | None:
    return None if price is None else to_nanos(price.call) * calls


def settle(
    held: Amount, price: Price | None, prompt_tokens: int | None, completion_tokens: int | None
) -> Amount:
    """Return what to charge: the usage, or the whole hold where usage is missing or absurd."""
    usage = (prompt_tokens, completion_tokens)
    if any(count is None or count < 0 or count > MAX_USAGE for count in usage):
        return held
    inputs, outputs = prompt_tokens or 0, completion_tokens or 0
    if inputs + outputs == 0:
        return held
    return Amount(cost_nanos(price, inputs, outputs), held.calls, inputs + outputs)
