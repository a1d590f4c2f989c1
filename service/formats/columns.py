"""What the columns of imported rows mean: their synonyms, and values out of them."""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from service.formats import json_values
from service.formats.said import said

MAX_NAME = 200

PROMPT_ID = ("prompt_id", "question_id")
PROMPT_TEXT = ("prompt", "question", "instruction")
PROMPT_TURNS = ("messages", "turns")
CONTEXT = ("context",)
REFERENCE = ("reference", "reference_answer", "expected", "expected_answer", "ideal")
TAGS = ("tags", "tag", "category", "type", "topic")
VARIABLES = ("variables", "vars")
CONFIGURATION = ("configuration", "generator", "model", "model_id")
COMPLETION = ("completion", "output", "response", "result", "answer")
# How many milliseconds one is; 0 where the name does not say.
LATENCY = {
    **dict.fromkeys(("latency_ms", "duration_ms", "latency_milliseconds", "elapsed_ms"), 1.0),
    **dict.fromkeys(("latency_s", "duration_s", "latency_seconds", "duration_seconds"), 1000.0),
    **dict.fromkeys(("elapsed_s", "elapsed_seconds", "seconds"), 1000.0),
    **dict.fromkeys(("latency", "duration", "elapsed"), 0.0),
}
COST = ("cost", "cost_usd")
SAMPLE = ("sample", "sample_index", "sample_id")
LEFT = ("left", "model_a", "generator_1", "model_1")
RIGHT = ("right", "model_b", "generator_2", "model_2")
WINNER = ("winner", "choice", "vote", "preference", "verdict")
# A winner as one column for each that may win, of which one holds 1.
ONE_OF_WINNERS = {
    "winner_model_a": "left",
    "winner_model_b": "right",
    "winner_tie": "tie",
    "winner_tie_bothbad": "both_bad",
    "winner_both_bad": "both_bad",
}
RATER = ("rater", "worker", "judge", "annotator")
TIME = ("time", "voted_at", "timestamp", "tstamp")
# Where the two texts of one row stand.
TEXTS_OF_BOTH = tuple(
    (f"{name}_{one}", f"{name}_{other}")
    for name in ("response", "conversation", "completion", "output", "answer")
    for one, other in (("a", "b"), ("1", "2"), ("left", "right"))
)
CHOSEN, REJECTED = "chosen", "rejected"

_NOTES = ("id", "key", "slug", "note", "notes", "stop", "source", "dataset", "language", "lang")
ABOUT_PROMPT = frozenset(
    (*PROMPT_ID, *PROMPT_TEXT, *PROMPT_TURNS, "text", *CONTEXT, *REFERENCE, *TAGS, *VARIABLES)
) | frozenset((*_NOTES, "difficulty", "index"))
# Columns that tables of answers have beside the answers: none of them is a configuration.
BESIDE_ANSWERS = frozenset(
    (
        *("annotator", "annotators", "rater", "raters", "worker", "worker_id", "judge", "author"),
        *("user", "user_id", "username", "email", "owner", "reviewer", "assignee"),
        *("created", "created_at", "updated", "updated_at", "modified_at", "date", "datetime"),
        *("time", "timestamp", "tstamp", "started_at", "finished_at", "submitted_at", "due"),
        *("status", "state", "stage", "priority", "done", "reviewed", "approved", "flag", "flags"),
        *("comment", "comments", "description", "todo", "tag", "labels"),
        *("split", "version", "revision", "batch", "run", "run_id", "session", "session_id"),
        *("url", "link", "uuid", "hash", "file", "filename", "path", "row", "line", "number"),
        *("score", "scores", "rating", "ratings", "grade", "rank", "preference", "agreement"),
        *("margin", "winner", "choice", "vote", "votes", "criteria", "metadata", "meta", "extra"),
        *("tokens", "prompt_tokens", "completion_tokens", "total_tokens", "temperature", "seed"),
        *("chosen_grade", "rejected_grade", "pair_id", "system", "system_prompt", "label"),
        *(*SAMPLE, *COST, *LATENCY),
    )
)

KNOWN = (
    ABOUT_PROMPT
    | BESIDE_ANSWERS
    | frozenset((*CONFIGURATION, *COMPLETION, *LEFT, *RIGHT, *WINNER, *ONE_OF_WINNERS))
    | frozenset((*RATER, *TIME, CHOSEN, REJECTED, "choices", "answer_id", "name"))
    | frozenset(name for pair in TEXTS_OF_BOTH for name in pair)
)

Values = Mapping[str, Any]


class BadValue(ValueError):
    """A value of a row that cannot be used; the message names the column."""

    def __init__(self, message: str) -> None:
        """Keep the message as it is: it may be one that can be said in another language."""
        super().__init__(message)
        self.message = message


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a column's name as it is compared: lower case, with underscores."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def by_plain_name(values: Values) -> dict[str, Any]:
    """Return the values that are there, under their compared names; empty text is absence."""
    return {
        plain(name): value for name, value in values.items() if value is not None and value != ""
    }


def pick(values: Values, names: Iterable[str]) -> Any:
    """Return the first of the named values that is there, else None."""
    return next((values[name] for name in names if name in values), None)


def text(value: Any, column: str) -> str:
    """Return the text of a string or of a list of content parts; raise `BadValue` else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_part(part, column) for part in value)
    raise BadValue(
        said("%(column)s must be text, not %(value)s", column=column, value=f"{value!r:.40}")
    )


def _part(part: Any, column: str) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return str(part["text"])
    kind = part.get("type") if isinstance(part, dict) else None
    if isinstance(kind, str):
        raise BadValue(
            said(
                "%(column)s holds a part of type %(kind)s; only text can be compared",
                column=column,
                kind=kind[:40],
            )
        )
    raise BadValue(said("%(column)s holds a part without text", column=column))


def label(value: Any, column: str) -> str:
    """Return a name or an id, given as text or as a whole number, without spaces around it."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue(
            said(
                "%(column)s must be a name or a number, not %(value)s",
                column=column,
                value=f"{value!r:.40}",
            )
        )
    name = str(value).strip()
    if not name:
        raise BadValue(said("%(column)s is empty", column=column))
    if len(name) > MAX_NAME:
        raise BadValue(
            said("%(column)s is longer than %(most)s characters", column=column, most=MAX_NAME)
        )
    return name


def number(value: Any, column: str) -> float | None:
    """Return an amount that is not negative, or None where there is none."""
    if value is None:
        return None
    try:
        amount = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise BadValue(
            said(
                "%(column)s must be a number that is not negative, not %(value)s",
                column=column,
                value=f"{value!r:.40}",
            )
        )
    return amount


def tags(values: Values) -> tuple[str, ...]:
    """Return the tags of a row, each once: a list, or text parted by commas."""
    found: list[str] = []
    for column in TAGS:
        value = unpacked(values.get(column))
        if value is None:
            continue
        if isinstance(value, str) and column == "tags":
            value = [part for part in value.split(",") if part.strip()]
        items = value if isinstance(value, list) else [value]
        found.extend(label(item, column) for item in items)
    return tuple(dict.fromkeys(found))


def unpacked(value: Any) -> Any:
    """Return what a CSV cell holds when it is JSON (a list or an object), else the value."""
    if not isinstance(value, str) or value[:1] not in {"[", "{"}:
        return value
    try:
        held = json_values.load_json(value)
    except ValueError:
        return value
    problem = json_values.unstorable(held)
    if problem:
        raise BadValue(said("the row %(problem)s", problem=problem))
    return held


def is_bare_number(value: Any) -> bool:
    """Tell whether a value in a prompt or model column is an id rather than a text."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and value.strip().isdecimal())
