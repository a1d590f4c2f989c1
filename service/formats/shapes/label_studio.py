"""Label Studio's exports of pairwise tasks: the data, and what annotators selected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

_PROMPT = ("prompt", "question", "instruction", "query", "input", "text")
_TEXTS = tuple(
    (f"{word}{mark}{one}", f"{word}{mark}{other}")
    for word in ("answer", "response", "completion", "output", "text", "answer_text")
    for mark in ("", "_")
    for one, other in (("1", "2"), ("a", "b"), ("A", "B"))
)
_NAMES = tuple(
    (f"{word}{mark}{one}", f"{word}{mark}{other}")
    for word in ("model", "generator", "configuration")
    for mark in ("", "_")
    for one, other in (("1", "2"), ("a", "b"), ("A", "B"))
)


def _fits(values: Values) -> bool:
    return isinstance(values.get("data"), dict) and isinstance(values.get("annotations"), list)


def _rows(values: Values) -> list[dict[str, Any]]:
    data = shape.mapping(values.get("data"))
    texts = next((pair for pair in _TEXTS if data.keys() >= set(pair)), None)
    names = next((pair for pair in _NAMES if data.keys() >= set(pair)), None)
    if texts is None:
        raise BadValue(
            said(
                "data holds no two texts that we know (%(listed)s); call them answer1 and answer2",
                listed=", ".join(sorted(data)),
            )
        )
    left, right = (data[name] for name in names) if names else (
        values.get("model_a"), values.get("model_b"),
    )  # fmt: skip
    if not left or not right:
        raise BadValue(
            said(
                "data does not say which configuration wrote which text; add model1 and "
                "model2 to the tasks, or say --configuration twice"
            )
        )
    prompt = shape.first_of(data, _PROMPT)
    battle = {
        **shape.asked(prompt, "prompt"),
        "left": left,
        "right": right,
        "response_left": shape.answered(data[texts[0]], texts[0]),
        "response_right": shape.answered(data[texts[1]], texts[1]),
    }
    return [
        {**battle, "id": identity, "rater": who, "winner": told}
        for identity, who, told in _said(values.get("annotations") or (), texts)
    ]


def _said(annotations: Sequence[Any], texts: tuple[str, str]) -> Iterator[tuple[str, str, str]]:
    for place, one in enumerate(annotations):
        if not isinstance(one, Mapping) or one.get("was_cancelled"):
            continue
        who = one.get("completed_by")
        who = shape.first_of(who, ("email", "username", "id")) if isinstance(who, dict) else who
        for result in one.get("result") or ():
            selected = _selected(result, texts)
            if selected:
                yield f"{one.get('id', place)}", str(who if who is not None else ""), selected


def _selected(result: Any, texts: tuple[str, str]) -> str:
    value = result.get("value") if isinstance(result, dict) else None
    if not isinstance(value, dict):
        return ""
    said = value.get("selected") or (value.get("choices") or [""])[0]
    sides = {texts[0]: "left", texts[1]: "right"}
    return sides.get(str(said), str(said))


TASKS = Shape(
    "label-studio", said("pairwise tasks of Label Studio"), "battles", _fits, by_row(_rows)
)
