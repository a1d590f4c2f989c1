"""What an answer costs: by tokens where a model gave it, by calls where an agent did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain import budget, completion
from service.domain.budget import Amount
from service.domain.completion import PAUSED, CompletionAnswer, Turn
from service.domain.configuration import Price


@dataclass(frozen=True)
class Tariff:
    """A configuration's price, None where nobody knows it, and what it counts."""

    price: Price | None
    is_agent: bool = False

    def charged(self, held: Amount, answer: CompletionAnswer) -> Amount:
        """Return what to charge for the calls that were made, with so much held for them."""
        made = answer.calls[answer.reused :]
        if self.is_agent:
            return budget.settle_calls(self.price, len(made) or held.calls)
        if not made:
            return budget.settle(held, self.price, answer.prompt_tokens, answer.completion_tokens)
        taken = budget.settle(held, self.price, *_tokens(made))
        return replace(taken, calls=len(made)) if answer.finish_reason == PAUSED else taken

    def saved(self, answer: CompletionAnswer) -> int | None:
        """Return what the calls would have cost that the store answered, None if unknown."""
        return self._worth([one for one in answer.calls[: answer.reused] if one.origin])

    def earlier(self, answer: CompletionAnswer) -> int | None:
        """Return what the calls cost that were made before a pause, None if unknown."""
        return self._worth([one for one in answer.calls[: answer.reused] if not one.origin])

    def _worth(self, turns: list[Turn]) -> int | None:
        if not turns:
            return 0
        if self.is_agent:
            return budget.settle_calls(self.price, len(turns)).nanos
        read, written = _tokens(turns)
        if read is None or written is None or min(read, written) < 0:
            return None
        return budget.cost_nanos(self.price, read, written)

    @property
    def told(self) -> list[float] | None:
        """The price as it is kept beside an answer."""
        if self.price is None:
            return None
        return [self.price.call] if self.is_agent else [self.price.input, self.price.output]


def _tokens(turns: Sequence[Turn]) -> tuple[int | None, int | None]:
    return (
        completion.total([turn.prompt_tokens for turn in turns]),
        completion.total([turn.completion_tokens for turn in turns]),
    )
