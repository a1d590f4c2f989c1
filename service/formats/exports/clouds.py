"""Shapes of services that tune models: strict ones, in which no further column may stand."""

from collections.abc import Iterator
from typing import Any

from service.formats.exports.policy import Kept, Policy
from service.formats.exports.record import Message


def chat_pair(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row that Together, Fireworks and Azure read."""
    del policy
    yield {
        "input": {"messages": [message.told() for message in kept.record.prompt]},
        "preferred_output": [Message("assistant", kept.chosen).told()],
        "non_preferred_output": [Message("assistant", kept.rejected).told()],
    }


def gemini(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row of Gemini's preference tuning; its assistant is called model."""
    del policy
    row: dict[str, Any] = {}
    if system := _system(kept):
        row["system_instruction"] = {"parts": [{"text": system}]}
    row["contents"] = [_content(message) for message in _spoken(kept)]
    row["completions"] = [
        {"score": score, "completion": _content(Message("assistant", text))}
        for score, text in ((1, kept.chosen), (0, kept.rejected))
    ]
    yield row


def nova(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row of Amazon Nova's DPO, whose last turn holds both answers."""
    del policy
    row: dict[str, Any] = {}
    if system := _system(kept):
        row["system"] = [{"text": system}]
    candidates = [
        {"content": [{"text": text}], "preferenceLabel": label}
        for text, label in ((kept.chosen, "preferred"), (kept.rejected, "non-preferred"))
    ]
    row["messages"] = [
        {"role": message.role, "content": [{"text": message.content}]} for message in _spoken(kept)
    ] + [{"role": "assistant", "candidates": candidates}]
    yield row


def _system(kept: Kept) -> str:
    return "\n\n".join(each.content for each in kept.record.prompt if each.role == "system")


def _spoken(kept: Kept) -> list[Message]:
    return [message for message in kept.record.prompt if message.role != "system"]


def _content(message: Message) -> dict[str, Any]:
    role = "model" if message.role == "assistant" else message.role
    return {"role": role, "parts": [{"text": message.content}]}
