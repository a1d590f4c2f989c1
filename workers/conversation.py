"""One side of a conversation, asked turn by turn: how messages grow, and bounds that hold."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from service.domain import completion
from service.domain.completion import CompletionAnswer, CompletionRequest, Turn
from workers.failures import EndlessAnswer, LLMError, TransientLLMError

_CANCEL_SECONDS = 1.0

Ask = Callable[[list[dict[str, str]], float], Awaitable[Turn]]
Gate = Callable[[], Awaitable[bool]]
Result = TypeVar("Result")


async def converse(
    request: CompletionRequest, deadline: float, ask: Ask, may_go_on: Gate | None = None
) -> CompletionAnswer:
    """Return the answer to every user turn, each asked with the history before it.

    Turns that the store has answered are not asked. `ask` gets the messages and the seconds
    that are left of `deadline`, which holds for all turns together. A turn without a text, or
    a filtered one, ends the conversation, and so does `may_go_on`, asked between two turns, when
    it says no: the answer then says `PAUSED` and holds the turns so far.
    """
    started = time.monotonic()
    messages = completion.opening(request.system_prompt, request.examples)
    turns = list(request.answered)
    for at, user_turn in enumerate(request.user_turns):
        is_further = at == len(turns) > len(request.answered)
        if is_further and may_go_on is not None and not await may_go_on():
            so_far = completion.together(turns, len(request.answered))
            return replace(so_far, finish_reason=completion.PAUSED)
        messages.append({"role": "user", "content": user_turn})
        if at == len(turns):
            is_first = at == len(request.answered)
            turns.append(await _asked(ask, messages, started + deadline, is_first=is_first))
        if not turns[at].text.strip() or turns[at].finish_reason == "content_filter":
            break
        messages.append({"role": "assistant", "content": turns[at].text})
    return completion.together(turns, len(request.answered))


async def _asked(ask: Ask, messages: list[dict[str, str]], until: float, *, is_first: bool) -> Turn:
    began = time.monotonic()
    try:
        turn = await ask(messages, until - began)
    except LLMError as error:
        # The turns before it were answered, whatever became of this one.
        error.maybe_paid = error.maybe_paid or not is_first
        raise
    return replace(turn, latency_ms=round((time.monotonic() - began) * 1000))


async def bounded(call: Callable[[], Awaitable[Result]], seconds: float, told: float) -> Result:
    """Return what a call returns, in so many seconds of wall-clock time or not at all.

    Raises
    ------
    TransientLLMError
        The time is up; the message tells `told` seconds.
    """
    if seconds <= 0:
        raise TransientLLMError(
            "timeout", "The conversation took longer than CALL_DEADLINE.", maybe_paid=False
        )
    running: asyncio.Future[Result] = asyncio.ensure_future(call())
    try:
        await asyncio.wait({running}, timeout=seconds)
        if not running.done():
            raise EndlessAnswer("timeout", f"No whole answer within {told:g} seconds.")
        return running.result()
    finally:
        await _end(running)


async def _end(call: "asyncio.Future[Any]") -> None:
    """Cancel a call for good; one that does not listen is left behind, not waited for."""
    if call.done():
        return
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait({call}, timeout=_CANCEL_SECONDS)
    if call.done() and not call.cancelled():
        call.exception()


def storable(text: str) -> str:
    """Return a text without what no database stores: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
