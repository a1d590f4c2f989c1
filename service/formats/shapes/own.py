"""Our own exports: the canonical record, a row a vote, and the table for people."""

from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row


def _is_canonical(values: Values) -> bool:
    return values.keys() >= {"pair_id", "first", "second", "first_configurations", "votes"}


def _is_table(values: Values) -> bool:
    return values.keys() >= {"answer_1", "answer_2", "configuration_1", "configuration_2"}


def _completions(values: Values) -> list[dict[str, Any]]:
    """Return the answers of a record, by all who gave them."""
    found = []
    for side in ("first", "second"):
        names = shape.held(values[f"{side}_configurations"])
        if not isinstance(names, list) or not names:
            raise BadValue(said("%(side)s_configurations must be a list of names", side=side))
        messages = shape.messages_in(values.get("prompt")) or []
        history = [text for role, text in messages if role == "assistant"]
        answer: Any = values[side] if not history else [*history, values[side]]
        found += [
            {**shape.asked(values.get("prompt"), "prompt"), "configuration": name,
             "completion": answer}
            for name in names
        ]  # fmt: skip
    return found


def _of_table(values: Values) -> list[dict[str, Any]]:
    return [
        {
            "turns": [shape.text(values.get("prompt"), "prompt")],
            "configuration": name,
            "completion": shape.text(values[f"answer_{number}"], f"answer_{number}"),
        }
        for number in (1, 2)
        for name in str(values[f"configuration_{number}"]).split(", ")
    ]


_ONLY_ANSWERS = said(
    "Only the answers were taken. For the votes with them export in the format arena; "
    "for the whole study use `evenhand study pack`."
)
CANONICAL = Shape(
    "evenhand-canonical",
    said("an export of Evenhand"),
    "completions",
    _is_canonical,
    by_row(_completions),
    _ONLY_ANSWERS,
)
TABLE = Shape(
    "evenhand-table",
    said("a table of Evenhand"),
    "completions",
    _is_table,
    by_row(_of_table),
    _ONLY_ANSWERS,
)
