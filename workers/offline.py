"""The built-in litellm provider `offline`: summarisers that work without a network or a key."""

from collections.abc import Mapping, Sequence
from typing import Any

import litellm
from litellm.llms.custom_llm import CustomLLM
from litellm.types.utils import Choices, Message, ModelResponse, Usage

from workers import offline_summaries

PROVIDER = "offline"
MODELS = tuple(f"{PROVIDER}/{method}" for method in offline_summaries.SUMMARISERS)
SENTENCES = 3
MAX_SENTENCES = 100


class OfflineProvider(CustomLLM):  # type: ignore[misc]
    """Answers with a summary of what the user gave to read, in process, at no cost."""

    def completion(self, *_: Any, **asked: Any) -> ModelResponse:
        """Return the answer to `messages` by `model`; litellm passes much more, which is ignored.

        `sentences` (3) and `max_tokens` are honoured. Raises litellm's `NotFoundError` for an
        unknown model and `BadRequestError` for a count that is none.
        """
        return _answer(asked["model"], asked["messages"], asked.get("optional_params") or {})

    async def acompletion(self, *_: Any, **asked: Any) -> ModelResponse:
        """Return what `completion` returns; nothing is waited for."""
        return _answer(asked["model"], asked["messages"], asked.get("optional_params") or {})


def register() -> None:
    """Make the provider known to litellm, its models at a price of zero; twice is as once."""
    others = [entry for entry in litellm.custom_provider_map if entry["provider"] != PROVIDER]
    litellm.custom_provider_map = [
        *others,
        {"provider": PROVIDER, "custom_handler": OfflineProvider()},
    ]
    known = {
        "litellm_provider": PROVIDER,
        "mode": "chat",
        "input_cost_per_token": 0.0,
        "output_cost_per_token": 0.0,
        "cache_creation_input_token_cost": 0.0,
        "cache_read_input_token_cost": 0.0,
    }
    litellm.register_model({model: dict(known) for model in MODELS})


def _answer(
    model: str, messages: Sequence[Mapping[str, Any]], options: Mapping[str, Any]
) -> ModelResponse:
    method = model.removeprefix(f"{PROVIDER}/")
    if method not in offline_summaries.SUMMARISERS:
        raise litellm.NotFoundError(
            f"There is no model {PROVIDER}/{method}. The offline models are {', '.join(MODELS)}.",
            model=model,
            llm_provider=PROVIDER,
        )
    wanted = _count(options, "sentences", model) or SENTENCES
    max_tokens = _count(options, "max_tokens", model) or _count(
        options, "max_completion_tokens", model
    )
    turns = [_content(message) for message in messages if message.get("role") == "user"]
    whole = offline_summaries.summarise(method, turns, min(wanted, MAX_SENTENCES))
    text = offline_summaries.cut(whole, max_tokens) if max_tokens else whole
    return _response(f"{PROVIDER}/{method}", messages, text, "stop" if text == whole else "length")


def _response(
    model: str, messages: Sequence[Mapping[str, Any]], text: str, finish_reason: str
) -> ModelResponse:
    read = sum(offline_summaries.count_tokens(_content(message)) for message in messages)
    written = offline_summaries.count_tokens(text)
    return ModelResponse(
        model=model,
        choices=[
            Choices(
                index=0,
                finish_reason=finish_reason,
                message=Message(role="assistant", content=text),
            )
        ],
        usage=Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written),
    )


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content)


def _count(options: Mapping[str, Any], name: str, model: str) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise litellm.BadRequestError(
            f"{name} must be a whole number from 1, not {value!r:.40}.",
            model=model,
            llm_provider=PROVIDER,
        )
    return value
