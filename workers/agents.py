"""The port to agents: any HTTP address of the operator's that takes messages and gives a text.

A POST of ``{"messages": [{"role", "content"}, …], "parameters": {…}, "seed": 7}``, where
parameters and seed are left out when there are none, is answered by ``{"text": "…"}`` and, if the
agent likes, ``"trace"`` (any JSON, kept for the sighted side) and ``"usage"`` (``prompt_tokens``
and ``completion_tokens``). A conversation is one such call per user turn, with the history.
"""

import asyncio
import json
import math
import weakref
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpx

from service.domain.completion import CompletionAnswer, CompletionRequest, Turn
from service.domain.configuration import AGENT_PREFIX
from service.errors import Invalid
from workers import conversation, failures, providers, transport
from workers.failures import GarbledAnswer, LLMError, PermanentLLMError

MAX_TRACE_BYTES = 64 * 1024
_DEEPEST_TRACE = 30
_FIRST_ERROR = 400
_CODES = {"key-missing": "missing_key", "endpoint-unknown": "unknown_endpoint"}

# Connections belong to the loop that made them.
_transports: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, transport.GuardedTransport]"
_transports = weakref.WeakKeyDictionary()


async def complete(
    request: CompletionRequest,
    endpoints: providers.Providers,
    deadline: float,
    may_go_on: conversation.Gate | None = None,
) -> CompletionAnswer:
    """Return an agent's answer to every user turn, each with its trace.

    The bounds are those of calls to models: one request per turn, no retries, no redirects,
    at most 2 MiB, `deadline` seconds in all.

    Raises
    ------
    TransientLLMError, PermanentLLMError
        As for models; an answer that is no JSON with a text is garbled.
    """
    try:
        route = endpoints.agent_route(request.model.removeprefix(AGENT_PREFIX))
    except Invalid as error:
        raise PermanentLLMError(
            _CODES.get(error.code, error.code), error.message, maybe_paid=False
        ) from None
    secrets = endpoints.secrets(route)
    given = dict(request.parameters)
    body: dict[str, Any] = {}
    if "seed" in given:
        body["seed"] = given.pop("seed")
    if given:
        body["parameters"] = given

    async def ask(messages: list[dict[str, str]], seconds: float) -> Turn:
        return await _ask(route, {"messages": messages, **body}, (seconds, deadline), secrets)

    return await conversation.converse(request, deadline, ask, may_go_on)


async def close() -> None:
    """Close the connections of this event loop."""
    open_one = _transports.pop(asyncio.get_running_loop(), None)
    if open_one is not None:
        with suppress(Exception):
            await open_one.aclose()


async def _ask(
    route: providers.Route,
    body: dict[str, Any],
    seconds: tuple[float, float],
    secrets: Iterable[str],
) -> Turn:
    witness = transport.watch()
    request = httpx.Request(
        "POST",
        str(route.api_base),
        headers=_headers(route),
        json=body,
        extensions={"timeout": httpx.Timeout(max(seconds[0], 0.001)).as_dict()},
    )
    try:
        answer = await conversation.bounded(lambda: _send(request), *seconds)
    except LLMError:
        raise
    except Exception as error:  # noqa: BLE001 - the network fails in many ways; the witness decides
        raise failures.explain(error, witness, secrets) from None
    if witness.status is None or witness.status >= _FIRST_ERROR:
        raise failures.explain(ValueError("no answer"), witness, secrets)
    if (broken := failures.in_an_answer(witness, secrets)) is not None:
        raise broken
    return _read(answer, secrets)


async def _send(request: httpx.Request) -> bytes:
    loop = asyncio.get_running_loop()
    if loop not in _transports:
        _transports[loop] = transport.GuardedTransport()
    # Without a client: it would keep cookies from one completion to the next.
    response = await _transports[loop].handle_async_request(request)
    try:
        return await response.aread()
    finally:
        await response.aclose()


def _headers(route: providers.Route) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "evenhand"}
    if route.api_key and route.api_key != providers.DUMMY_KEY:
        headers["Authorization"] = f"Bearer {route.api_key}"
    return {**headers, **route.headers}


def _read(answer: bytes, secrets: Iterable[str]) -> Turn:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        raise GarbledAnswer("garbled", "The agent sent something that is no JSON.") from None
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(text, str):
        raise GarbledAnswer("garbled", 'The agent sent JSON without a "text" that is a string.')
    usage = told.get("usage") if isinstance(told.get("usage"), dict) else {}
    return Turn(
        conversation.storable(text),
        "stop",
        _count(usage, "prompt_tokens"),
        _count(usage, "completion_tokens"),
        trace=_bounded(_clean(told.get("trace"), tuple(secrets), 0)),
    )


def _count(usage: dict[str, Any], name: str) -> int | None:
    """Return a count that a database column can hold, None for anything else."""
    value = usage.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < 2**31 else None


def _clean(value: Any, secrets: tuple[str, ...], depth: int) -> Any:
    """Return a trace without secrets and without what no database stores."""
    if depth > _DEEPEST_TRACE:
        return "…"
    if isinstance(value, str):
        return providers.without_secrets(conversation.storable(value), secrets)
    if isinstance(value, list):
        return [_clean(item, secrets, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            _clean(str(name), secrets, depth + 1): _clean(item, secrets, depth + 1)
            for name, item in value.items()
        }
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _bounded(trace: Any) -> Any:
    """Return a trace as it is, or what fits of it as text."""
    text = json.dumps(trace, ensure_ascii=False)
    if len(text.encode()) <= MAX_TRACE_BYTES:
        return trace
    cut = text.encode()[:MAX_TRACE_BYTES].decode("utf-8", "ignore")
    return {"cut": f"Only the first {MAX_TRACE_BYTES:,} bytes are kept.", "beginning": cut}
