"""What the body of an answer says of itself: that it is an error, and how the text came to its end.

Some providers answer 200 with an error inside, and libraries call every ending that they do not
know a good one. So both are read here from what was sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WELL = frozenset(
    {
        "stop", "end_turn", "stop_sequence", "eos", "eos_token", "end", "complete", "completed",
        "finish", "finished", "done", "stop_string", "stop_token", "end_of_text", "endoftext",
    }
)  # fmt: skip
_FULL = frozenset(
    {
        "length", "max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit",
        "max_completion_tokens", "model_context_window_exceeded", "context_length",
    }
)  # fmt: skip
# The provider itself says that something went wrong: another try may help.
BROKEN = frozenset(
    {
        "error", "failed", "network_error", "insufficient_system_resource", "abort", "aborted",
        "cancelled", "canceled", "timeout", "malformed_response", "missing_thought_signature",
        "load", "unload",
    }
)  # fmt: skip
# Where the body of an answer says how it ended: the providers' own names, the nearest first.
_WHERE = ("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")
_LISTS = ("choices", "candidates", "generations", "results")
_LONGEST_WORD = 60


@dataclass(frozen=True)
class Told:
    """What a body says: its error in one sentence with a code, or "" , and how it ended, or ""."""

    error: str = ""
    status: int | None = None
    reason: str = ""


def told(body: bytes | bytearray) -> Told:
    """Return what a whole JSON body says of itself; nothing where it is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Told()
    if not isinstance(content, dict):
        return Told()
    first = _first(content)
    complaint = _complaint_in(content) or _complaint_in(first)
    reason = _reason_in(first) or _reason_in(content)
    if not complaint:
        return Told(reason=reason)
    return Told(sentence(complaint), _status_of(complaint), reason)


def ours(reason: str, library: str) -> str:
    """Return how an answer ended in our words: ``stop``, ``length``, ``content_filter``.

    `library` is what litellm made of it. A word that nobody knows is kept as ``other: word``, and
    is then no good ending; "" where nothing was told.
    """
    word = reason.lower()
    if word in _WELL:
        return "stop"
    if word in _FULL or library == "length":
        return "length"
    if library == "content_filter":
        return "content_filter"
    return f"other: {word[:_LONGEST_WORD]}" if word else ""


def sentence(complaint: Any) -> str:
    """Return an error's own sentence with its code, whatever shape it has."""
    if not isinstance(complaint, dict):
        return str(complaint)
    named = (
        complaint.get(name) for name in ("message", "msg", "status_msg", "error_msg", "detail")
    )
    text = next((str(one) for one in named if one), "") or json.dumps(complaint)
    code = complaint.get("code") or complaint.get("status_code") or complaint.get("error_code")
    return f"{text} ({code})" if code else text


def _first(content: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in _LISTS:
        found = content.get(name)
        if isinstance(found, list) and found and isinstance(found[0], dict):
            return found[0]
    return {}


def _reason_in(content: Mapping[str, Any]) -> str:
    for name in _WHERE:
        if isinstance(content.get(name), str):
            return str(content[name])
    if content.get("object") == "response":  # OpenAI's newer address
        details = content.get("incomplete_details")
        return str((details or {}).get("reason") or content.get("status") or "")
    return ""


def _complaint_in(content: Mapping[str, Any]) -> Any:
    """Return the error in a body, None where it holds none: some send empty ones beside answers."""
    error = content.get("error")
    if (isinstance(error, str) and error) or (isinstance(error, dict) and any(error.values())):
        return error
    listed = content.get("errors")
    if isinstance(listed, list) and listed and content.get("success") is False:
        return listed[0]
    base = content.get("base_resp")
    if isinstance(base, dict) and base.get("status_code"):
        return base
    if content.get("object") == "error" or content.get("error_msg"):
        return dict(content)
    return None


def _status_of(complaint: Any) -> int | None:
    """Return the HTTP status that an error names by itself."""
    if not isinstance(complaint, dict):
        return None
    for name in ("code", "status", "status_code"):
        value = str(complaint.get(name))
        if value.isdecimal() and 400 <= int(value[:4]) < 600:  # noqa: PLR2004 - statuses of errors
            return int(value)
    return None
