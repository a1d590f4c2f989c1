"""The port to language models: one completion through litellm, bounded, scrubbed and classed."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import litellm
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

from service.domain.completion import CompletionAnswer, CompletionRequest
from service.domain.configuration import DEFAULT_MAX_TOKENS
from service.errors import Invalid
from workers import providers, transport
from workers.failures import LLMError, PermanentLLMError, TransientLLMError, explain

__all__ = ["LLMError", "PermanentLLMError", "TransientLLMError", "complete", "known_prices"]

_CANCEL_SECONDS = 1.0
_ALLOWED = frozenset(
    {
        "frequency_penalty", "logit_bias", "max_completion_tokens", "max_tokens", "min_p",
        "presence_penalty", "reasoning_effort", "repetition_penalty", "response_format", "seed",
        "stop", "temperature", "thinking", "top_k", "top_p", "verbosity",
    }
)  # fmt: skip

# Every client that litellm makes gets our transport: size cap, no redirects, a witness.
AsyncHTTPHandler.create_async_transport = staticmethod(transport.GuardedTransport)
litellm.suppress_debug_info = True
litellm.set_verbose = False
litellm.num_retries = None
litellm.drop_params = False
litellm.telemetry = False
# Nobody reads litellm's own logs of calls: the rows are the record.
litellm.turn_off_message_logging = True


@dataclass
class _Turn:
    """One answered call."""

    text: str
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    refused: bool = False
    details: dict[str, Any] = field(default_factory=dict)


async def complete(
    request: CompletionRequest, endpoints: providers.Providers, deadline: float
) -> CompletionAnswer:
    """Return a configuration's answer to every user turn, each asked with the history before it.

    One HTTP request per turn, no retries. `deadline` is in seconds of wall-clock time for
    the whole completion and holds against a body that is dripped byte by byte. Empty,
    cut-off, filtered and refused answers are returned, with the reason; usage is passed on
    as the provider reports it, for settling to judge.

    Raises
    ------
    TransientLLMError
        Trying again may help: too many requests, server errors, time-outs, lost connections.
    PermanentLLMError
        It will not: wrong key, unknown model, refused request, answers that are no answers.
    """
    started = time.monotonic()
    route = _route(request, endpoints)
    secrets = endpoints.secrets(route)
    options = _options(request, route, deadline)
    messages = [{"role": "system", "content": request.system_prompt}] * bool(request.system_prompt)
    turns: list[_Turn] = []
    for user_turn in request.user_turns:
        messages.append({"role": "user", "content": user_turn})
        left = deadline - (time.monotonic() - started)
        turn = await _ask(messages, options, left, secrets)
        turns.append(turn)
        if not turn.text.strip() or turn.finish_reason == "content_filter":
            break
        messages.append({"role": "assistant", "content": turn.text})
    return _answer(turns, round((time.monotonic() - started) * 1000))


def _route(request: CompletionRequest, endpoints: providers.Providers) -> providers.Route:
    try:
        _, provider, _, _ = litellm.get_llm_provider(model=request.model, api_key="unused")
    except Exception:  # noqa: BLE001 - litellm raises many kinds; all say the same
        raise PermanentLLMError(
            "unknown_model",
            f"Nobody knows the model {request.model[:80]!r}: write provider/name, "
            "for example openai/gpt-4o, or name an endpoint.",
            maybe_paid=False,
        ) from None
    try:
        return endpoints.route(str(provider), request.endpoint)
    except Invalid as error:
        code = error.code.replace("-", "_")
        code = {"key_missing": "missing_key", "endpoint_unknown": "unknown_endpoint"}.get(
            code, code
        )
        raise PermanentLLMError(code, error.message, maybe_paid=False) from None


def _options(request: CompletionRequest, route: providers.Route, deadline: float) -> dict[str, Any]:
    unknown = set(request.parameters) - _ALLOWED
    if unknown and not request.model.startswith("offline/"):
        raise PermanentLLMError(
            "unknown_parameter",
            f"The parameter {min(unknown)!r} is not one that may be set. "
            "Remove it from the configuration.",
            maybe_paid=False,
        )
    options = {
        **request.parameters,
        "model": request.model,
        "api_key": route.api_key,
        "timeout": deadline,
        "max_retries": 0,
        "num_retries": 0,
    }
    if not {"max_tokens", "max_completion_tokens"} & set(request.parameters):
        options["max_tokens"] = DEFAULT_MAX_TOKENS
    if route.api_base:
        options["api_base"] = route.api_base
    if route.headers:
        options["extra_headers"] = route.headers
    return options


async def _ask(
    messages: list[dict[str, str]],
    options: dict[str, Any],
    seconds: float,
    secrets: Iterable[str],
) -> _Turn:
    witness = transport.watch()
    if seconds <= 0:
        raise TransientLLMError("timeout", "The conversation took longer than CALL_DEADLINE.")
    call = asyncio.ensure_future(litellm.acompletion(messages=list(messages), **options))
    try:
        await asyncio.wait({call}, timeout=seconds)
        response = call.result() if call.done() else None
    except Exception as error:  # noqa: BLE001 - litellm raises many kinds; the witness decides
        filtered = _filtered_by_status(error)
        if filtered:
            return filtered
        raise explain(error, witness, secrets) from None
    finally:
        await _end(call)
    if response is None:
        raise TransientLLMError(
            "timeout", f"No whole answer within {options['timeout']:g} seconds."
        )
    return _read(response)


async def _end(call: "asyncio.Future[Any]") -> None:
    """Cancel a call for good; one that does not listen is left behind, not waited for."""
    if call.done():
        return
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait({call}, timeout=_CANCEL_SECONDS)
    if call.done() and not call.cancelled():
        call.exception()


def _filtered_by_status(error: Exception) -> _Turn | None:
    """Return an empty, filtered turn where the provider says so by an error."""
    if isinstance(error, litellm.ContentPolicyViolationError):
        return _Turn("", "content_filter", None, None)
    return None


def _read(response: Any) -> _Turn:
    usage = getattr(response, "usage", None)
    tokens = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    if tokens == (0, 0):
        tokens = (None, None)  # litellm's way to say that the provider reported nothing
    choices = getattr(response, "choices", None) or []
    if not choices:
        return _Turn("", "no_choices", *tokens)
    message = choices[0].message
    text = _text(getattr(message, "content", None))
    details: dict[str, Any] = {}
    fields = getattr(message, "provider_specific_fields", None) or {}
    refusal = getattr(message, "refusal", None) or fields.get("refusal")
    reasoning = getattr(message, "reasoning_content", None)
    if reasoning:
        details["reasoning_characters"] = len(str(reasoning))
    served_by = getattr(response, "model", None)
    if served_by:
        details["served_model"] = str(served_by)[:100]
    return _Turn(
        text or _text(refusal),
        str(choices[0].finish_reason or ""),
        *tokens,
        refused=bool(refusal),
        details=details,
    )


def _text(content: Any) -> str:
    """Return the text of a message's content, which may come in parts.

    Without what no database stores: NUL and halves of surrogate pairs.
    """
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return content.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _answer(turns: list[_Turn], latency_ms: int) -> CompletionAnswer:
    reasons = [turn.finish_reason for turn in turns]
    details: dict[str, Any] = {}
    for turn in turns:
        details.update(turn.details)
    return CompletionAnswer(
        turns=tuple(turn.text for turn in turns),
        finish_reason="length" if "length" in reasons[:-1] else reasons[-1],
        prompt_tokens=_total([turn.prompt_tokens for turn in turns]),
        completion_tokens=_total([turn.completion_tokens for turn in turns]),
        latency_ms=latency_ms,
        refused=any(turn.refused for turn in turns),
        details=details,
    )


def _total(counts: list[int | None]) -> int | None:
    """Return the sum, or the one count that makes settling distrust it."""
    known = [count for count in counts if isinstance(count, int)]
    if len(known) < len(counts):
        return None
    return min(known) if min(known) < 0 else sum(known)


def known_prices() -> list[tuple[str, str, float | None, float | None, int | None]]:
    """Return what litellm's bundled map knows of chat models.

    Rows of (``provider/model``, provider, USD per input token, USD per output token,
    most output tokens); None where the map is silent.
    """
    rows: dict[str, tuple[str, str, float | None, float | None, int | None]] = {}
    for name, entry in litellm.model_cost.items():
        provider = entry.get("litellm_provider")
        if entry.get("mode") not in {"chat", "responses"} or not provider:
            continue
        model = name if name.startswith(f"{provider}/") else f"{provider}/{name}"
        most = entry.get("max_output_tokens")
        rows[model] = (
            model,
            str(provider),
            entry.get("input_cost_per_token"),
            entry.get("output_cost_per_token"),
            int(most) if isinstance(most, int | float) else None,
        )
    return list(rows.values())


async def close() -> None:
    """Close the connections that litellm kept for this event loop, and forget them."""
    with contextlib.suppress(Exception):
        await litellm.close_litellm_async_clients()
    # Its memory goes by a loop's address, which the next loop may get.
    litellm.in_memory_llm_clients_cache.flush_cache()
