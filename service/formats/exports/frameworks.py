"""Shapes of training frameworks that read neither TRL's nor the clouds' rows unchanged."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from service.formats.exports.policy import Kept, Policy
from service.formats.exports.record import Message


def llama_factory(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield LLaMA-Factory's ranking row; lists in place of these objects it misreads silently."""
    del policy
    yield {
        "messages": [message.told() for message in kept.record.prompt],
        "chosen": Message("assistant", kept.chosen).told(),
        "rejected": Message("assistant", kept.rejected).told(),
    }


def ms_swift(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield ms-swift's row: the preferred conversation whole, the other answer as a text."""
    del policy
    yield {
        "messages": [
            *(message.told() for message in kept.record.prompt),
            Message("assistant", kept.chosen).told(),
        ],
        "rejected_response": kept.rejected,
        "margin": float(kept.margin),
    }


def nemo_rl(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield NeMo-RL's row, whose best answer has rank 0."""
    del policy
    yield {
        "context": [message.told() for message in kept.record.prompt],
        "completions": [
            {"rank": rank, "completion": [Message("assistant", text).told()]}
            for rank, text in enumerate((kept.chosen, kept.rejected))
        ],
    }


def tinker(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield Tinker's comparison. A tie would be read as "B is better", so there is none."""
    del policy
    first, second = (
        [Message("assistant", text).told()] for text in (kept.record.first, kept.record.second)
    )
    yield {
        "comparison": {
            "prompt_conversation": [message.told() for message in kept.record.prompt],
            "completion_A": first,
            "completion_B": second,
        },
        "label": "A" if kept.preferred > 0 else "B",
    }


def ultrafeedback(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the row in the columns of UltraFeedback, its scores being shares of the votes.

    A tie is half a vote for each, so the two scores add up to 1.
    """
    del policy
    counts, votes = kept.counts, kept.counts.votes
    ahead = max(counts.first, counts.second)
    score = (ahead + (counts.ties + counts.both_bad) / 2) / votes
    asked = [message.told() for message in kept.record.prompt]
    chosen, rejected = (
        [*asked, Message("assistant", text).told()] for text in (kept.chosen, kept.rejected)
    )
    yield {
        "prompt": kept.record.prompt[-1].content,
        "prompt_id": kept.record.prompt_key,
        "chosen": chosen,
        "rejected": rejected,
        "messages": chosen,
        "score_chosen": score,
        "score_rejected": 1.0 - score,
    }


def dataset_info(names: Mapping[str, str]) -> dict[str, bytes]:
    """Return LLaMA-Factory's `dataset_info.json` for files by split."""
    columns = {"messages": "messages", "chosen": "chosen", "rejected": "rejected"}
    tags = {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    }
    told = {
        f"evenhand_{split}": {
            "file_name": name,
            "formatting": "sharegpt",
            "ranking": True,
            "columns": columns,
            "tags": tags,
        }
        for split, name in sorted(names.items())
    }
    return {"dataset_info.json": (json.dumps(told, indent=2) + "\n").encode()}
