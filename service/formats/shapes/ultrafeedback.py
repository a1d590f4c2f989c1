"""UltraFeedback's records: an instruction with the completions of several models."""

from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row


def _fits(values: Values) -> bool:
    answers = shape.held(values.get("completions"))
    return (
        values.keys() >= {"instruction", "completions"}
        and isinstance(answers, list)
        and any(isinstance(one, dict) and "response" in one for one in answers)
    )


def _rows(values: Values) -> list[dict[str, Any]]:
    answers = shape.held(values["completions"])
    if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
        raise BadValue(said("completions must be a list of objects with model and response"))
    unnamed = next((place for place, one in enumerate(answers) if not one.get("model")), None)
    if unnamed is not None:
        raise BadValue(
            said("completion %(unnamed)s does not name its model; add `model`", unnamed=unnamed + 1)
        )
    return [
        {
            "turns": [shape.text(values["instruction"], "instruction")],
            "configuration": one["model"],
            "completion": shape.text(one.get("response"), "response"),
        }
        for one in answers
    ]


RECORDS = Shape(
    "ultrafeedback",
    said("records of UltraFeedback"),
    "completions",
    _fits,
    by_row(_rows),
    said("The ratings in them are a model's, not people's: they were left out."),
)
