"""Samples of lm-evaluation-harness (`--log_samples`): what was asked, and texts that came back."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

# Repeats of one request: more are no answers to compare.
_MOST_REPEATS = 100


def _fits(values: Values) -> bool:
    return values.keys() >= {"doc_id", "arguments", "resps"}


def _asked(value: Any) -> Any:
    """Return what the first request said: newer files name it `gen_args_0`, older hold a list."""
    first = shape.held(value)
    for _ in range(2):  # The request, then its first argument.
        if isinstance(first, dict):
            first = next(iter(first.values()), None)
        elif isinstance(first, list) and first:
            first = first[0]
    return first


def _answers(value: Any) -> Iterator[str]:
    """Yield the texts of every repeat; a task of choices has likelihoods in their place."""
    requests = shape.held(value)
    first = requests[0] if isinstance(requests, list) and requests else None
    repeats = first if isinstance(first, list) else [first]
    if not repeats or not all(isinstance(one, str) for one in repeats):
        raise BadValue(
            said(
                "resps holds no text; a task that picks among given answers leaves likelihoods, "
                "and only tasks that generate have answers to compare"
            )
        )
    yield from islice(repeats, _MOST_REPEATS)


def _rows(values: Values) -> list[dict[str, Any]]:
    prompt = {
        "prompt_id": str(values["doc_id"]),
        **shape.asked(_asked(values["arguments"]), "arguments"),
        **({"reference": shape.text(values["target"], "target")} if values.get("target") else {}),
    }
    named = shape.first_of(values, ("configuration", "model"))
    return [
        {**prompt, **({"configuration": named} if named else {}), "completion": answer, "sample": n}
        for n, answer in enumerate(_answers(values["resps"]), start=1)
    ]


SAMPLES = Shape(
    "lm_eval",
    said("samples of lm-evaluation-harness"),
    "completions",
    _fits,
    by_row(_rows),
    said("Its metrics were left out; it names no model, so say whose answers these are."),
)
