"""The port to language models: one completion through litellm, bounded, scrubbed and classed."""

import contextlib
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import litellm
from litellm._internal_context import is_internal_call
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

from service.domain.completion import CompletionAnswer, CompletionRequest, Turn
from service.domain.configuration import DEFAULT_MAX_TOKENS
from service.errors import Invalid
from workers import conversation, endings, failures, guarded, providers, transport
from workers.failures import LLMError, PermanentLLMError, TransientLLMError

__all__ = ["LLMError", "PermanentLLMError", "TransientLLMError", "complete"]

_ALLOWED = frozenset(
    {
        "frequency_penalty", "logit_bias", "max_completion_tokens", "max_tokens", "min_p",
        "presence_penalty", "reasoning_effort", "repetition_penalty", "response_format", "seed",
        "stop", "temperature", "thinking", "top_k", "top_p", "verbosity",
    }
)  # fmt: skip

_KNOWN = frozenset(str(each.value) for each in litellm.LlmProviders)

# Every client that litellm makes gets our transport: size cap, no redirects, a witness.
AsyncHTTPHandler.create_async_transport = staticmethod(transport.GuardedTransport)
litellm.module_level_client = transport.Nobody()
litellm.suppress_debug_info = True
litellm.set_verbose = False
litellm.num_retries = None
litellm.drop_params = False
litellm.telemetry = False
# Should litellm log a call after all, then without its contents.
litellm.turn_off_message_logging = True


async def complete(
    request: CompletionRequest,
    endpoints: providers.Providers,
    deadline: float,
    may_go_on: conversation.Gate | None = None,
) -> CompletionAnswer:
    """Return a configuration's answer to every user turn, each asked with the history before it.

    One HTTP request per turn, no retries. `deadline` is in seconds of wall-clock time for
    the whole completion and holds against a body that is dripped byte by byte; `may_go_on` is
    asked between two turns, and ends the conversation for now where it says no. Empty,
    cut-off, filtered and refused answers are returned, with the reason; usage is passed on
    as the provider reports it, for settling to judge.

    Raises
    ------
    TransientLLMError
        Trying again may help: too many requests, server errors, time-outs, lost connections.
    PermanentLLMError
        It will not: wrong key, unknown model, refused request, answers that are no answers.
    """
    route = _route(request, endpoints)
    secrets = endpoints.secrets(route)
    options = {**_options(request, route, deadline), "model": _called(request)}

    async def ask(messages: list[dict[str, str]], seconds: float) -> Turn:
        return await _ask(messages, options, seconds, secrets)

    return await conversation.converse(request, deadline, ask, may_go_on)


def _route(request: CompletionRequest, endpoints: providers.Providers) -> providers.Route:
    model = _called(request)
    provider = _refused(model) or _provider(model)
    if provider is not None and provider not in guarded.PASSING | {"offline"}:
        raise PermanentLLMError(
            "unguarded_provider", guarded.refusal(provider[:40]), maybe_paid=False
        )
    if provider is None:
        raise PermanentLLMError(
            "unknown_model",
            f"Nobody knows the model {request.model[:80]!r}: write provider/name, "
            "for example openai/gpt-4o, or name an endpoint.",
            maybe_paid=False,
        )
    try:
        return endpoints.route(provider, request.endpoint)
    except Invalid as error:
        code = error.code.replace("-", "_")
        code = {"key_missing": "missing_key", "endpoint_unknown": "unknown_endpoint"}.get(
            code, code
        )
        raise PermanentLLMError(code, error.message, maybe_paid=False) from None


def _called(request: CompletionRequest) -> str:
    """Return the model as litellm is told it: as it is written, where litellm knows whose it is.

    Any other name at an endpoint is the server's own, as its list of models has it: endpoints
    speak OpenAI's chat completions, so that nobody has to write ``openai/`` before it.
    """
    model = request.model
    if not request.endpoint or _refused(model) or _provider(model):
        return model
    return f"openai/{model}"


def _refused(model: str) -> str | None:
    """Return the provider where it is refused: then litellm, which may reach out, is not asked."""
    named = model.partition("/")[0]
    return named if named in _KNOWN - guarded.PASSING else None


@lru_cache(maxsize=1000)
def _provider(model: str) -> str | None:
    """Return whose model it is, None where litellm does not know; asked once, for it is slow."""
    try:
        _, provider, _, _ = litellm.get_llm_provider(model=model, api_key="unused")
    except Exception:  # noqa: BLE001 - litellm raises many kinds; all say the same
        return None
    return str(provider)


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
        # Whole seconds: litellm keeps a client, and its connections, for each value.
        "timeout": float(math.ceil(deadline)),
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
) -> Turn:
    witness = transport.watch()
    # Nobody reads litellm's own logs of calls: the rows are the record. Its word for a call that
    # is logged elsewhere spares a sixth of the time that it takes for each.
    is_internal_call.set(True)
    try:
        response = await conversation.bounded(
            lambda: litellm.acompletion(messages=list(messages), **options),
            seconds,
            options["timeout"],
        )
    except LLMError:
        raise
    except Exception as error:  # noqa: BLE001 - litellm raises many kinds; the witness decides
        filtered = _filtered_by_status(error)
        if filtered:
            return filtered
        raise failures.explain(error, witness, secrets) from None
    turn = _read(response, witness, options)
    broken = failures.in_an_answer(witness, secrets)
    if broken is not None:
        raise broken
    return turn


def _filtered_by_status(error: Exception) -> Turn | None:
    """Return an empty, filtered turn where the provider says so by an error."""
    if isinstance(error, litellm.ContentPolicyViolationError):
        return Turn("", "content_filter", None, None)
    return None


def _read(response: Any, witness: transport.Witness, options: dict[str, Any]) -> Turn:
    usage = getattr(response, "usage", None)
    tokens = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    if tokens == (0, 0):
        tokens = (None, None)  # litellm's way to say that the provider reported nothing
    choices = getattr(response, "choices", None) or []
    if not choices:
        return Turn("", "no_choices", *tokens)
    message = choices[0].message
    text = _text(getattr(message, "content", None))
    details: dict[str, Any] = {}
    fields = getattr(message, "provider_specific_fields", None) or {}
    refusal = getattr(message, "refusal", None) or fields.get("refusal")
    reasoning = getattr(message, "reasoning_content", None)
    if reasoning:
        details["reasoning_characters"] = len(str(reasoning))
    of_reasoning = getattr(getattr(usage, "completion_tokens_details", None), "reasoning_tokens", 0)
    if isinstance(of_reasoning, int) and of_reasoning > 0:
        details["reasoning_tokens"] = of_reasoning
    served_by = getattr(response, "model", None)
    if served_by:
        details["served_model"] = str(served_by)[:100]
    return Turn(
        text or _text(refusal),
        _reason(choices[0], witness, tokens[1], options),
        *tokens,
        refused=bool(refusal),
        details=details,
    )


def _reason(
    choice: Any, witness: transport.Witness, written: int | None, options: dict[str, Any]
) -> str:
    """Return how an answer ended: by what was sent, for litellm calls what it does not know good.

    Where nothing was told, an answer that took all the tokens it might is taken for cut off.
    """
    made_of_it = str(choice.finish_reason or "")
    native = (getattr(choice, "provider_specific_fields", None) or {}).get("native_finish_reason")
    told = endings.told(witness.beginning).reason or str(native or "")
    if told:
        return conversation.storable(endings.ours(told, made_of_it))
    most = options.get("max_completion_tokens") or options.get("max_tokens")
    if made_of_it == "stop" and isinstance(most, int) and (written or 0) >= most:
        return "length"
    return made_of_it


def _text(content: Any) -> str:
    """Return the text of a message's content, which may come in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return conversation.storable(content)


async def close() -> None:
    """Close the connections that litellm kept for this event loop, and forget them."""
    with contextlib.suppress(Exception):
        await litellm.close_litellm_async_clients()
    # Its memory goes by a loop's address, which the next loop may get.
    litellm.in_memory_llm_clients_cache.flush_cache()
