"""What the columns of a file probably mean, by their names and by what stands in them."""

from collections.abc import Sequence
from typing import Any

from service.formats import columns, mapping, survey
from service.formats.mapping import ANSWER_OF
from service.formats.rows import Row

_LOOK_AT = 100
# Names beyond those that files need no mapping for: what people call their own columns.
_NAMES = {
    "prompt": (
        *(
            *columns.PROMPT_TEXT,
            "text",
            "input",
            "inputs",
            "query",
            "user_input",
            "task",
            "request",
        ),
        *("user_message", "frage", "fragen", "anfrage", "eingabe", "aufgabe", "nachricht"),
    ),
    "messages": (*columns.PROMPT_TURNS, "conversation"),
    "prompt_id": (*columns.PROMPT_ID, "key", "nr", "no", "#", "case_id", "test_id", "frage_id"),
    "context": (*columns.CONTEXT, "passage", "document", "background", "kontext", "hintergrund"),
    "reference": (
        *(*columns.REFERENCE, "gold", "ground_truth", "target", "expected_output"),
        *("musterantwort", "referenz", "erwartet"),
    ),
    "tags": (*columns.TAGS, "labels", "kategorie", "thema", "art"),
    "variable": columns.VARIABLES,
    "configuration": (*columns.CONFIGURATION, "system_name", "variant", "modell", "variante"),
    "answer": (*columns.COMPLETION, "generation", "reply", "antwort", "ausgabe", "ergebnis"),
    "sample": columns.SAMPLE,
    "cost": (*columns.COST, "price_usd", "kosten"),
    "left": (*columns.LEFT, "links"),
    "right": (*columns.RIGHT, "rechts"),
    "choices": ("choices",),
    "one_winner": tuple(columns.ONE_OF_WINNERS),
    "winner": (*columns.WINNER, "gewinner", "besser"),
    "left_answer": tuple(pair[0] for pair in columns.TEXTS_OF_BOTH),
    "right_answer": tuple(pair[1] for pair in columns.TEXTS_OF_BOTH),
    "rater": (*columns.RATER, "bewerter"),
    "time": (*columns.TIME, "zeit"),
}
_BY_NAME = {name: meaning for meaning, names in _NAMES.items() for name in names}
# They say something only of rows in which two configurations meet.
_OF_VOTES = frozenset(
    ("left", "right", "left_answer", "right_answer", "winner", "one_winner", "rater", "time")
)
# Several columns may say it.
_OF_MANY = frozenset(("tags", "variable", "one_winner"))


def guess(found: Sequence[Row]) -> dict[str, str]:
    """Return what each column probably means; those that are left out mean nothing to us."""
    shown = found[:_LOOK_AT]
    names = mapping.header(shown)
    held = {
        name: [row.values[name] for row in shown if row.values.get(name) not in (None, "")]
        for name in names
    }
    meanings = _by_name(names, held)
    told = set(meanings.values())
    if not {"left", "right"} <= told:
        meanings = {name: said for name, said in meanings.items() if said not in _OF_VOTES}
    others = [
        name
        for name in names
        if name not in meanings and held[name] and not _is_beside(name, held[name])
    ]
    if not told & {"prompt", "messages", "prompt_id"} and others:
        meanings[others.pop(_most_telling(others, held))] = "prompt"
    if not told & {"left", "right", "configuration", "answer", "choices"} and len(others) > 1:
        meanings |= {name: ANSWER_OF + name[: columns.MAX_NAME].strip() for name in others}
    return {name: meanings[name] for name in names if name in meanings}


def _by_name(names: Sequence[str], held: dict[str, list[Any]]) -> dict[str, str]:
    """Return what the names of columns say; of two that say the same, the one we know first."""
    found: dict[str, str] = {}
    ranked = sorted(names, key=_rank)
    for name in ranked:
        meaning = _meaning(name, held[name])
        if meaning and (meaning not in found.values() or meaning in _OF_MANY):
            found[name] = meaning
    if "messages" in found.values():
        found = {name: meaning for name, meaning in found.items() if meaning != "prompt"}
    if "answer" in found.values() and "configuration" not in found.values():
        # The answers of one configuration, which the column may name.
        found = {
            name: ANSWER_OF + name if meaning == "answer" else meaning
            for name, meaning in found.items()
        }
    is_of_votes = {"left", "right"} <= set(found.values())
    for name in names:
        if columns.plain(name) == "id" and name not in found:
            found[name] = "id" if is_of_votes else "prompt_id"
    if list(found.values()).count("prompt_id") > 1:
        found = {name: meaning for name, meaning in found.items() if columns.plain(name) != "id"}
    return found


def _rank(name: str) -> int:
    plain = columns.plain(name)
    return list(_BY_NAME).index(plain) if plain in _BY_NAME else len(_BY_NAME)


def _meaning(name: str, values: list[Any]) -> str:
    plain = columns.plain(name)
    if plain in columns.LATENCY:
        return _latency(plain, values)
    meaning = _BY_NAME.get(plain, "")
    if meaning in {"prompt", "messages"}:
        return "messages" if any(_has_roles(value) for value in values) else meaning
    if meaning == "messages" and not any(isinstance(_unpacked(value), list) for value in values):
        return "prompt"
    return meaning


def _latency(name: str, values: list[Any]) -> str:
    rows = [Row(number, {name: value}) for number, value in enumerate(values, start=1)]
    one = survey.look(rows).milliseconds.get(name)
    return {1.0: "latency_ms", 1000.0: "latency_s"}.get(one or 0.0, "")


def _has_roles(value: Any) -> bool:
    held = _unpacked(value)
    return isinstance(held, list) and any(isinstance(one, dict) and "role" in one for one in held)


def _unpacked(value: Any) -> Any:
    try:
        return columns.unpacked(value)
    except columns.BadValue:
        return value


def _is_beside(name: str, values: list[Any]) -> bool:
    plain = columns.plain(name)
    # What was chosen does not say who wrote it.
    if plain in {columns.CHOSEN, columns.REJECTED}:
        return True
    return plain in columns.ABOUT_PROMPT or survey.is_note(plain, values)


def _most_telling(names: Sequence[str], held: dict[str, list[Any]]) -> int:
    """Return the place of the column that reads most like prompts: most different, then first."""
    return max(
        range(len(names)), key=lambda place: (len(set(map(str, held[names[place]]))), -place)
    )
