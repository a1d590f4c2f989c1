"""A completion: one configuration's answer to one prompt, and the states it passes."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from service.domain.configuration import Example, is_agent
from service.domain.retrieval import Lookup, Passage


class CompletionState(StrEnum):
    """Where a completion stands; only `READY` ones are dealt."""

    PENDING = "pending"
    RUNNING = "running"
    RECORDED = "recorded"
    READY = "ready"
    FAILED = "failed"
    BLOCKED = "blocked"
    QUARANTINED = "quarantined"
    # Another text took its place; what was voted on it stands, and it is dealt no more.
    REPLACED = "replaced"


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
# How an answer ends that came to its end; "" is what some servers tell. All else is cut off.
ENDED_WELL = frozenset({"stop", ""})
# Why a conversation ended that goes on later: somebody paused it between two turns.
PAUSED = "paused"
_REFUSAL = re.compile(
    r"^\W*(i['’]m sorry,? but i (can['’]?t|cannot|am unable)"
    r"|i (can['’]?t|cannot) (help|assist) with"
    r"|es tut mir leid, aber (ich kann|dabei kann ich)|lo siento, pero no puedo"
    r"|申し訳(ありません|ございません)が、|죄송하지만)",
    re.IGNORECASE,
)
_SHORT_REFUSAL = 400


@dataclass(frozen=True)
class Turn:
    """One answered call: its text, why it ended, and what it took.

    `origin` is the stored call that it was answered from, where it was not made; a turn that
    was made before a pause has none.
    """

    text: str
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    refused: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    latency_ms: int = 0
    trace: Any = None
    origin: int | None = None


@dataclass(frozen=True)
class CompletionRequest:
    """All that a worker needs to make one completion, and nothing of the database.

    `answered` are the first turns where the store has answered them already; `lookup` says what
    to retrieve before the first call, whose text then takes the place of the first user turn.
    """

    completion_id: int
    fence: int
    model: str
    endpoint: str | None
    system_prompt: str
    user_turns: tuple[str, ...]
    parameters: dict[str, Any]
    attempt: int = 1
    examples: tuple[Example, ...] = ()
    answered: tuple[Turn, ...] = ()
    lookup: Lookup | None = None

    @property
    def is_agent(self) -> bool:
        """Whether an agent is asked and not a model."""
        return is_agent(self.model)


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
    # Each turn by itself, and how many of the first ones came from the store.
    calls: tuple[Turn, ...] = ()
    reused: int = 0
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class CompletionFailure:
    """Why there is no answer: a class for people and machines, a scrubbed message, what to do."""

    error_class: str
    message: str
    is_transient: bool
    retry_after: float | None = None
    latency_ms: int = 0
    maybe_paid: bool = True
    # The provider refused and asked for patience: nothing was tried, so no attempt is spent.
    must_wait: bool = False


def opening(system_prompt: str, examples: Iterable[Example]) -> list[dict[str, str]]:
    """Return the messages that stand before the prompt: system prompt and examples."""
    messages = [{"role": "system", "content": system_prompt}] * bool(system_prompt)
    for example in examples:
        messages.append({"role": "user", "content": example.user})
        messages.append({"role": "assistant", "content": example.assistant})
    return messages


def call_fingerprint(
    who: tuple[str, str | None],
    messages: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    sample: int,
) -> str:
    """Return a hash of all that is asked in one call: two calls alike may share an answer.

    `who` is the model and the endpoint. The sample is part of it, so that two samples of one
    configuration never share one.
    """
    content = [*who, list(messages), dict(parameters), sample]
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def total(counts: Sequence[int | None]) -> int | None:
    """Return the sum of tokens, or the one count that makes settling distrust it."""
    known = [count for count in counts if isinstance(count, int)]
    if len(known) < len(counts):
        return None
    return min(known, default=0) if min(known, default=0) < 0 else sum(known)


def together(turns: Sequence[Turn], reused: int = 0) -> CompletionAnswer:
    """Return the answer that turns make up, the first `reused` of them out of the store."""
    reasons = [turn.finish_reason for turn in turns]
    cut_off = next((each for each in reasons[:-1] if each not in ENDED_WELL), None)
    details: dict[str, Any] = {}
    for turn in turns:
        details.update(turn.details)
    return CompletionAnswer(
        turns=tuple(turn.text for turn in turns),
        finish_reason=reasons[-1] if cut_off is None else cut_off,
        prompt_tokens=total([turn.prompt_tokens for turn in turns]),
        completion_tokens=total([turn.completion_tokens for turn in turns]),
        latency_ms=sum(turn.latency_ms for turn in turns),
        refused=any(turn.refused for turn in turns),
        details=details,
        calls=tuple(turns),
        reused=reused,
    )


def classify(answer: CompletionAnswer) -> CompletionKind:
    """Return what kind of answer this is, from its texts and the reason it ended."""
    if answer.finish_reason == "content_filter":
        return CompletionKind.FILTERED
    if not answer.turns or not all(turn.strip() for turn in answer.turns):
        return CompletionKind.EMPTY
    last = answer.turns[-1]
    if answer.refused or (len(last) < _SHORT_REFUSAL and _REFUSAL.search(last)):
        return CompletionKind.REFUSED
    if answer.finish_reason not in ENDED_WELL:
        return CompletionKind.CUT_OFF
    return CompletionKind.COMPLETE


def backoff_seconds(attempt: int, draw: float, retry_after: float | None) -> float:
    """Return how long to wait before the next attempt: full jitter over 1, 2, 4 … 60 s.

    `draw` is uniform in [0, 1); a server's Retry-After (up to 300 s) is a lower bound.
    Source: M. Brooker, "Exponential Backoff And Jitter" (2015).
    """
    ceiling = min(60.0, 2.0 ** max(0, attempt - 1))
    return max(draw * ceiling, min(retry_after or 0.0, 300.0))
