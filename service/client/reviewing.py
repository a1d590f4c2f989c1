"""Models and calls about reviewing; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .connection import Connection
from .studies import Number


@dataclass(frozen=True)
class TriedAnswer:
    """What one configuration answered to one prompt; cost in USD."""

    configuration: str
    state: str
    html: list[str]
    latency_ms: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    leaks: list[str]
    error: str


@dataclass(frozen=True)
class TriedPrompt:
    """A prompt with all its answers, in the order of the configurations."""

    key: str
    turns: list[str]
    cells: list[TriedAnswer]


@dataclass(frozen=True)
class TryLast:
    """What was tried, and what all tries of the study took together, in USD."""

    configurations: list[str]
    rows: list[TriedPrompt]
    spent: float
    cap: float
    waiting: int
    begun_at: datetime


@dataclass(frozen=True)
class Try:
    """The last try of a study; null where there was none."""

    trial: TryLast | None


@dataclass(frozen=True)
class Leak:
    """An answer that is kept back, with the places that name its maker."""

    completion_id: int
    prompt_key: str
    configuration: str
    excerpts: list[str]


@dataclass(frozen=True)
class LeakList:
    """The first fifty answers that wait for a decision."""

    items: list[Leak]


class Reviewing(Connection):
    """Calls about reviewing."""

    def begin_try(
        self,
        name: str,
        *,
        configurations: list[str] | None = None,
        prompts: int | None = None,
        drawn: bool | None = None,
        usd: float | None = None,
    ) -> Try:
        """Try configurations on some prompts.

        In place of the last try; ask until nothing waits.
        """
        return self._call(
            Try,
            "begin_try",
            "POST",
            "/studies/{name}/try",
            path={"name": name},
            body={"configurations": configurations, "prompts": prompts, "drawn": drawn, "usd": usd},
        )

    def get_try(self, name: str) -> Try:
        """Show the last try, as far as it has come."""
        return self._call(Try, "get_try", "GET", "/studies/{name}/try", path={"name": name})

    def stop_try(self, name: str) -> Number:
        """Stop the last try: so many calls that nobody has begun are never made."""
        return self._call(
            Number, "stop_try", "POST", "/studies/{name}/try/stop", path={"name": name}
        )

    def list_leaks(self, name: str) -> LeakList:
        """List answers that are kept back since they name their maker."""
        return self._call(
            LeakList, "list_leaks", "GET", "/studies/{name}/leaks", path={"name": name}
        )

    def review_leak(
        self, name: str, completion: int, *, verdict: Literal["accept", "mask", "keep_out"]
    ) -> None:
        """Show an answer that was kept back, as it is or masked, or keep it out for good."""
        self._call(
            None,
            "review_leak",
            "POST",
            "/studies/{name}/completions/{completion}/review",
            path={"name": name, "completion": completion},
            body={"verdict": verdict},
            needed=["verdict"],
        )
