"""Inspect's logs as JSON: samples with what a model answered, in one object with their task."""

from typing import Any

from service.formats.columns import Values
from service.formats.objects import MODEL
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row


def _fits(values: Values) -> bool:
    return MODEL in values or (values.keys() >= {"input", "target", "output"} and "epoch" in values)


def _rows(values: Values) -> list[dict[str, Any]]:
    output = shape.mapping(values.get("output"))
    said = shape.messages_in(output)
    epoch = values.get("epoch")
    return [
        {
            "prompt_id": str(values.get("id", "")),
            **shape.asked(values.get("input"), "input"),
            "configuration": values.get("configuration")
            or values.get(MODEL)
            or output.get("model"),
            "completion": said[-1][1] if said else output.get("completion"),
            **({"sample": epoch} if isinstance(epoch, int) else {}),
            **(
                {"reference": shape.text(values["target"], "target")}
                if values.get("target")
                else {}
            ),
            **({"latency_s": output["time"]} if isinstance(output.get("time"), float) else {}),
        }
    ]


SAMPLES = Shape(
    "inspect",
    said("a log of Inspect"),
    "completions",
    _fits,
    by_row(_rows),
    said("Its scores were left out."),
)
