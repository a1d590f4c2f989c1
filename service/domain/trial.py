"""What trying some configurations on some prompts brought, before a study opens."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.completion import CompletionState

# The state of an answer that somebody stopped before it was called.
STOPPED = "stopped"


@dataclass(frozen=True)
class Cell:
    """One configuration's answer to one prompt; `html` is what a rater would see, turn by turn.

    `state` is that of a completion, `STOPPED`, or "none" where nothing was brought. Cost in USD.
    """

    configuration: str
    state: str
    html: tuple[str, ...] = ()
    latency_ms: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    leaks: tuple[str, ...] = ()
    error: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the answer is still to come."""
        return self.state in {
            CompletionState.PENDING,
            CompletionState.RUNNING,
            CompletionState.RECORDED,
        }


@dataclass(frozen=True)
class Tried:
    """A prompt with all its answers, in the order of the configurations."""

    key: str
    turns: tuple[str, ...]
    context: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Trial:
    """The last try of a study: what was tried, and what all its tries took together, in USD."""

    configurations: tuple[str, ...]
    rows: tuple[Tried, ...]
    spent: float
    cap: float
    begun_at: datetime

    @property
    def waiting(self) -> int:
        """How many answers are still to come."""
        return sum(cell.is_waiting for row in self.rows for cell in row.cells)
