"""Preference pairs: `chosen` and `rejected`, or what clouds call them, with names or without."""

from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

_SIDES = (
    ("chosen", "rejected"),
    ("preferred_output", "non_preferred_output"),
)
_NAMES = (
    ("chosen_model", "rejected_model"),
    ("chosen_configuration", "rejected_configuration"),
    ("model_chosen", "model_rejected"),
    ("model_a", "model_b"),
)
_PROMPT = ("prompt", "input", "question", "instruction", "messages", "conversations", "context")
_RATER = "pairs of the file"


def _sides(values: Values) -> tuple[str, str] | None:
    return next((pair for pair in _SIDES if values.keys() >= set(pair)), None)


def _names(values: Values) -> tuple[str, str] | None:
    return next((pair for pair in _NAMES if values.keys() >= set(pair)), None)


def _are_named(values: Values) -> bool:
    return _sides(values) is not None and _names(values) is not None


def _are_nameless(values: Values) -> bool:
    return _sides(values) is not None and _names(values) is None


def _battle(values: Values) -> list[dict[str, Any]]:
    """Return a pair as a battle that the chosen one won."""
    sides, names = _sides(values), _names(values)
    if sides is None or names is None:
        raise BadValue(
            said(
                "chosen and rejected do not say which configuration wrote which; add "
                "the columns `chosen_model` and `rejected_model`"
            )
        )
    conversations = [_conversation(values, side) for side in sides]
    asked = [[text for role, text in one if role == "user"] for one in conversations]
    if asked[0] != asked[1]:
        raise BadValue(
            said(
                "%(sides)s and %(sides2)s answer different messages of the user",
                sides=sides[0],
                sides2=sides[1],
            )
        )
    answers = [[text for role, text in one if role == "assistant"] for one in conversations]
    system = [text for role, text in conversations[0] if role == "system" and text.strip()]
    return [
        {
            **({"id": values["id"]} if "id" in values else {}),
            **({"context": "\n\n".join(system)} if system else {}),
            "turns": asked[0],
            "left": values[names[0]],
            "right": values[names[1]],
            "response_left": answers[0],
            "response_right": answers[1],
            "winner": "left",
            "rater": values.get("rater") or _RATER,
        }
    ]


def _prompts(values: Values) -> list[dict[str, Any]]:
    """Return what a pair asks, whoever answered."""
    sides = _sides(values)
    if sides is None:
        raise BadValue(said("the row holds no pair: chosen and rejected"))
    conversation = _conversation(values, sides[0])
    return [shape.asked([{"role": role, "content": text} for role, text in conversation], "prompt")]


def _conversation(values: Values, side: str) -> list[tuple[str, str]]:
    """Return what was asked and answered on one side, from the first message on."""
    answer = shape.messages_in(values[side])
    if answer is None:
        answer = [("assistant", shape.text(values[side], side))]
    if any(role == "user" for role, _ in answer):
        return answer
    given = shape.first_of(values, _PROMPT)
    if given is None:
        raise BadValue(said("the row does not say what was asked; add `prompt`"))
    history = shape.messages_in(given)
    before = [("user", shape.text(given, "prompt"))] if history is None else history
    return [*before, *answer]


NAMED = Shape(
    "pairs",
    said("preference pairs"),
    "battles",
    _are_named,
    by_row(_battle),
    said("Each pair is one vote for the text that was chosen."),
)
NAMELESS = Shape(
    "pair-prompts",
    said("preference pairs without names"),
    "prompts",
    _are_nameless,
    by_row(_prompts),
    said(
        "`chosen` and `rejected` do not say which configuration wrote which: only the prompts were "
        "taken. With the columns `chosen_model` and `rejected_model` their texts and verdicts are "
        "taken too."
    ),
)
