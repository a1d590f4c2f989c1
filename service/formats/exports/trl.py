"""TRL's own shapes: preferences for DPO and reward models, labels for KTO."""

from collections.abc import Iterator
from typing import Any

from service.formats.exports.policy import Kept, Policy
from service.formats.exports.record import Message


def dpo(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row with an explicit prompt, as `DPOTrainer` wants it."""
    del policy
    yield {
        "prompt": _told(kept.record.prompt),
        "chosen": [Message("assistant", kept.chosen).told()],
        "rejected": [Message("assistant", kept.rejected).told()],
    }


def reward(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row with whole conversations and a margin, as `RewardTrainer` wants it."""
    del policy
    yield {
        "chosen": _told((*kept.record.prompt, Message("assistant", kept.chosen))),
        "rejected": _told((*kept.record.prompt, Message("assistant", kept.rejected))),
        "margin": float(kept.margin),
    }


def kto(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a row for each answer that is known to be good or bad, as `KTOTrainer` wants it."""
    texts = (kept.record.first, kept.record.second)
    for text, label in zip(texts, kept.labels(policy), strict=True):
        if label is not None:
            yield {
                "prompt": _told(kept.record.prompt),
                "completion": [Message("assistant", text).told()],
                "label": label,
            }


def _told(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    return [message.told() for message in messages]
