"""Answers calls that were made before from the store, and keeps calls so that they can be."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.orm import Session

from service.domain.completion import CompletionAnswer, Turn
from service.domain.prompt import Prompt
from service.store import calls
from service.store.models import Configuration
from service.store.unfinished import Unfinished
from service.usecases.sighted.generation import requests


def stored(
    session: Session,
    row: Unfinished,
    configuration: Configuration,
    prompt: Prompt,
    *,
    is_locking: bool = True,
) -> tuple[Turn, ...]:
    """Return the first turns of a completion that need no call, since the same was asked before.

    Raises
    ------
    TemplateInvalid
    """
    turns = list(made_before_a_pause(session, row))
    while len(turns) < len(prompt.turns):
        texts = tuple(turn.text for turn in turns)
        asked = requests.call_fingerprints(configuration, prompt, row.sample, texts)[-1]
        found = calls.made_before(session, asked, row, is_locking=is_locking)
        if found is None:
            break
        turns.append(_turn(session, found))
    return tuple(turns)


def made_before_a_pause(session: Session, row: Unfinished) -> tuple[Turn, ...]:
    """Return the turns of a pending completion that are answered and paid already."""
    if not row.turns:
        return ()
    own = calls.of_completion(session, row.id)
    found = [calls.Stored(call, row.turns[call.turn]) for call in own]
    return tuple(replace(_turn(session, one), origin=one.call.origin_id) for one in found)


def kept(
    session: Session,
    row: Unfinished,
    asked: tuple[Configuration, Prompt],
    answer: CompletionAnswer,
) -> list[dict[str, Any]]:
    """Return the calls of an answer as rows, for others to reuse, and keep what stood behind it."""
    texts = tuple(turn.text for turn in answer.calls)
    fingerprints = requests.call_fingerprints(*asked, row.sample, texts)
    before = len(calls.of_completion(session, row.id)) if answer.reused else 0
    traces = [turn.trace for turn in answer.calls]
    passages = [asdict(passage) for passage in answer.passages]
    if answer.reused and not passages:
        passages = calls.passages_behind(session, answer.calls[0].origin)
    if passages or any(trace is not None for trace in traces):
        calls.keep_evidence(session, row.id, passages, traces)
    return [
        {
            "completion_id": row.id,
            "turn": at,
            "fingerprint": fingerprints[at],
            "origin_id": turn.origin,
            "finish_reason": turn.finish_reason,
            "refused": turn.refused,
            "prompt_tokens": turn.prompt_tokens,
            "completion_tokens": turn.completion_tokens,
            "latency_ms": turn.latency_ms,
        }
        for at, turn in enumerate(answer.calls[before:], before)
    ]


def _turn(session: Session, found: calls.Stored) -> Turn:
    call = found.call
    behind = calls.evidence(session, call.completion_id)
    return Turn(
        text=found.text,
        finish_reason=call.finish_reason,
        prompt_tokens=call.prompt_tokens,
        completion_tokens=call.completion_tokens,
        refused=call.refused,
        latency_ms=call.latency_ms,
        trace=behind.traces[call.turn] if behind is not None else None,
        origin=call.id,
    )
