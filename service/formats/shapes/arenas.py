"""What arenas publish: both conversations and the verdict in one row (33k, 55k and 140k)."""

from typing import Any

from service.formats.columns import ONE_OF_WINNERS, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

_TEXTS = ({"conversation_a", "conversation_b"}, {"response_a", "response_b"})


def _is_battle(values: Values) -> bool:
    has_winner = "winner" in values or not ONE_OF_WINNERS.keys().isdisjoint(values)
    return (
        has_winner
        and values.keys() >= {"model_a", "model_b"}
        and any(values.keys() >= texts for texts in _TEXTS)
    )


def _battle(values: Values) -> list[dict[str, Any]]:
    """Return a battle; 140k calls the person who judged by their session."""
    rater = values.get("evaluation_session_id")
    told = {name: value for name, value in values.items() if name != "prompt"}
    asked = shape.held(values.get("prompt", values.get("conversation_a")))
    turns = {"turns": asked} if _are_texts(asked) else shape.asked(asked, "conversation_a")
    return [{**told, **turns, **({"rater": rater} if rater and "judge" not in values else {})}]


def _are_texts(asked: Any) -> bool:
    return isinstance(asked, list) and all(isinstance(one, str) for one in asked)


BATTLES = Shape("arena", said("battles of an arena"), "battles", _is_battle, by_row(_battle))
