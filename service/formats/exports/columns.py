"""Types of an export's columns, said once: for a dataset card, and for files that hold types."""

from collections.abc import Mapping
from typing import Literal

# What a column can hold; none of it is ever null. Messages are exactly a role and a content.
Type = Literal["text", "texts", "number", "count", "truth", "messages", "criteria"]
Columns = Mapping[str, Type]

# A list of objects is told by the types of their fields.
OBJECTS: Mapping[Type, Mapping[str, str]] = {
    "messages": {"role": "string", "content": "string"},
    "criteria": {"name": "string", "lead": "float64"},
}
SCALARS: Mapping[Type, str] = {
    "text": "string",
    "number": "float64",
    "count": "int64",
    "truth": "bool",
}

PAIR: Columns = {"prompt": "messages", "chosen": "messages", "rejected": "messages"}
REWARD: Columns = {"chosen": "messages", "rejected": "messages", "margin": "number"}
LABELS: Columns = {"prompt": "messages", "completion": "messages", "label": "truth"}
SWIFT: Columns = {"messages": "messages", "rejected_response": "text", "margin": "number"}
ULTRAFEEDBACK: Columns = {
    "prompt": "text",
    "prompt_id": "text",
    "chosen": "messages",
    "rejected": "messages",
    "messages": "messages",
    "score_chosen": "number",
    "score_rejected": "number",
}
VOTES: Columns = {
    "question_id": "text",
    "model_a": "text",
    "model_b": "text",
    "winner": "text",
    "judge": "text",
    "conversation_a": "messages",
    "conversation_b": "messages",
    "turn": "count",
    "tstamp": "number",
}


def in_card(columns: Columns) -> str:
    """Return the lines in which a dataset card declares columns, so that loaders need not guess."""
    return "".join(
        f"      - name: {name}\n        {_of_card(kind)}\n" for name, kind in columns.items()
    )


def _of_card(kind: Type) -> str:
    if kind in OBJECTS:
        told = ", ".join(f"{{name: {name}, dtype: {of}}}" for name, of in OBJECTS[kind].items())
        return f"list: [{told}]"
    if kind == "texts":
        return "list: string"
    return f"dtype: {SCALARS[kind]}"
