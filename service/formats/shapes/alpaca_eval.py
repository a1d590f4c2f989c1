"""What alpaca_eval writes: `model_outputs.json`, and annotations of two outputs."""

from service.formats.columns import Values
from service.formats.said import said
from service.formats.shapes.shape import Shape


def _are_outputs(values: Values) -> bool:
    return values.keys() >= {"instruction", "output"} and not _are_annotations(values)


def _are_annotations(values: Values) -> bool:
    return values.keys() >= {"instruction", "output_1", "output_2", "generator_1", "generator_2"}


OUTPUTS = Shape("alpaca-outputs", said("outputs of alpaca_eval"), "completions", _are_outputs)
ANNOTATIONS = Shape(
    "alpaca-annotations", said("annotations of alpaca_eval"), "battles", _are_annotations
)
