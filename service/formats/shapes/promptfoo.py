"""promptfoo's results (versions 3 and 4): what each provider answered to each test."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Rows, Shape


def _fits(values: Values) -> bool:
    return values.keys() >= {"provider", "vars"} and not values.keys().isdisjoint(
        ("response", "error", "promptidx")
    )


def _reader(first: Sequence[Values]) -> Rows:
    """Return what reads results; with several prompts these are part of what competes."""
    templates = list(dict.fromkeys(_template(values) for values in first))
    if len(templates) < 2:  # noqa: PLR2004 - one prompt is the same for all
        systems = {_system(values) for values in first}
        # What is said alike before each test is no part of what is asked.
        shared = systems.pop() if len(systems) == 1 else ""
        return lambda values: [_row(values, "", shared)]
    names = {each: _called(each, place) for place, each in enumerate(templates, start=1)}
    return lambda values: [_row(values, names.get(_template(values)) or _template(values)[:60])]


def _asked(values: Values) -> dict[str, Any]:
    prompt = shape.mapping(values.get("prompt"))
    return shape.asked(prompt.get("raw") if prompt else values.get("prompt"), "prompt")


def _system(values: Values) -> str:
    try:
        return str(_asked(values).get("context", ""))
    except BadValue:
        return ""


def _row(values: Values, template: str, shared: str = "") -> dict[str, Any]:
    response = shape.mapping(values.get("response"))
    name = values.get("configuration") or _provider(values)
    if template:
        name = f"{name} · {template}"[:200]
        asked = _of_variables(shape.mapping(values.get("vars")))
    else:
        asked = _asked(values)
        if asked.get("context") == shared:
            del asked["context"]
    output = response.get("output")
    is_cached = response.get("cached") is True
    cost = values.get("cost", response.get("cost"))
    latency = values.get("latencyms")
    return {
        **asked,
        "configuration": name,
        "completion": None if output is None else shape.text(output, "output"),
        **({"cost": cost} if isinstance(cost, int | float) and cost >= 0 else {}),
        **({"latency_ms": latency} if isinstance(latency, int | float) and not is_cached else {}),
    }


def _provider(values: Values) -> str:
    provider = shape.held(values.get("provider"))
    if isinstance(provider, dict):
        return str(shape.first_of(provider, ("label", "id")) or "provider")
    return str(provider)


def _template(values: Values) -> str:
    """Return what tells a prompt's template from others: its label, else its number."""
    prompt = shape.mapping(values.get("prompt"))
    return str(prompt.get("label") or prompt.get("raw") or values.get("promptidx") or "")


def _called(label: str, number: int) -> str:
    """Return a template's label where somebody gave it one, else its number."""
    is_name = len(label) <= 60 and "\n" not in label and "{{" not in label  # noqa: PLR2004 - short
    return label if is_name and label.strip() else f"prompt {number}"


def _of_variables(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a test asks, whatever the templates make of it, as `study adopt` writes it."""
    told = {
        name: value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        for name, value in given.items()
    }
    if len(told) == 1 or "prompt" in told:
        text = str(told.get("prompt", next(iter(told.values()))))
    else:
        text = "\n".join(f"{name}: {value}" for name, value in told.items())
    has_words = all(name.isidentifier() for name in told)
    return {"turns": [text], **({"variables": told} if has_words else {})}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


RESULTS = Shape(
    "promptfoo",
    said("results of promptfoo"),
    "completions",
    _fits,
    _reader,
    said("Its assertions and scores were left out."),
)
