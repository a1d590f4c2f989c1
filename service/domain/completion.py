"""A completion: one configuration's answer to one prompt, and the states it passes."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from service.errors import Conflict


class CompletionState(StrEnum):
    """Where a completion stands; only `READY` ones are dealt."""

    PENDING = "pending"
    RUNNING = "running"
    RECORDED = "recorded"
    READY = "ready"
    FAILED = "failed"
    BLOCKED = "blocked"
    QUARANTINED = "quarantined"


class CompletionKind(StrEnum):
    """What kind of answer it is; the first three are dealt, the others are failures."""

    COMPLETE = "complete"
    CUT_OFF = "cut_off"
    REFUSED = "refused"
    EMPTY = "empty"
    FILTERED = "filtered"
    ERROR = "error"


ANSWERS = frozenset({CompletionKind.COMPLETE, CompletionKind.CUT_OFF, CompletionKind.REFUSED})
SETTLED = frozenset({CompletionState.READY, CompletionState.FAILED, CompletionState.QUARANTINED})

MAX_ATTEMPTS = 5
_REFUSAL = re.compile(
    r"^\W*(i['’]m sorry,? but i (can['’]?t|cannot|am unable)"
    r"|i (can['’]?t|cannot) (help|assist) with"
    r"|es tut mir leid, aber (ich kann|dabei kann ich)|lo siento, pero no puedo"
    r"|申し訳(ありません|ございません)が、|죄송하지만)",
    re.IGNORECASE,
)
_SHORT_REFUSAL = 400


class NotRetryable(Conflict):
    """Only failed completions can be tried again."""


@dataclass(frozen=True)
class CompletionRequest:
    """All that a worker needs to make one completion, and nothing of the database."""

    completion_id: int
    attempt_id: int
    fence: int
    model: str
    endpoint: str | None
    system_prompt: str
    user_turns: tuple[str, ...]
    parameters: dict[str, Any]
    attempt: int = 1


@dataclass(frozen=True)
class CompletionAnswer:
    """What came back: one text per user turn, and what it took."""

    turns: tuple[str, ...]
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int
    refused: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CompletionFailure:
    """Why there is no answer: a class for people and machines, a scrubbed message, what to do."""

    error_class: str
    message: str
    is_transient: bool
    retry_after: float | None = None
    latency_ms: int = 0
    maybe_paid: bool = True


def classify(answer: CompletionAnswer) -> CompletionKind:
    """Return what kind of answer this is, from its texts and the reason it ended."""
    if answer.finish_reason == "content_filter":
        return CompletionKind.FILTERED
    if not answer.turns or not all(turn.strip() for turn in answer.turns):
        return CompletionKind.EMPTY
    last = answer.turns[-1]
    if answer.refused or (len(last) < _SHORT_REFUSAL and _REFUSAL.search(last)):
        return CompletionKind.REFUSED
    if answer.finish_reason == "length":
        return CompletionKind.CUT_OFF
    return CompletionKind.COMPLETE


def backoff_seconds(attempt: int, draw: float, retry_after: float | None) -> float:
    """Return how long to wait before the next attempt: full jitter over 1, 2, 4 … 60 s.

    `draw` is uniform in [0, 1); a server's Retry-After (up to 300 s) is a lower bound.
    Source: M. Brooker, "Exponential Backoff And Jitter" (2015).
    """
    ceiling = min(60.0, 2.0 ** max(0, attempt - 1))
    return max(draw * ceiling, min(retry_after or 0.0, 300.0))
