"""Argilla's records: fields with two texts or more, and what each person responded."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.formats import columns
from service.formats.columns import BadValue, Values
from service.formats.said import said
from service.formats.shapes import shape
from service.formats.shapes.shape import Shape, by_row

_PROMPT = ("prompt", "instruction", "question", "input", "query", "text", "chat")
_ANSWERS = ("response", "completion", "answer", "output", "generation", "chosen", "rejected")
_WORDS = {"a": 0, "1": 0, "left": 0, "first": 0, "b": 1, "2": 1, "right": 1, "second": 1}
_TIES = frozenset(("tie", "both", "equal", "same", "none"))


def _fits(values: Values) -> bool:
    return isinstance(values.get("fields"), dict) and "responses" in values


def _rows(values: Values) -> list[dict[str, Any]]:
    fields = shape.mapping(values.get("fields"))
    texts = [name for name in fields if columns.plain(name).startswith(_ANSWERS) and fields[name]]
    if len(texts) != 2:  # noqa: PLR2004 - a vote is on two
        raise BadValue(
            said(
                "fields hold %(number)s answers (%(value)s); votes are on two: call "
                "them response_1 and response_2",
                number=len(texts),
                value=", ".join(texts) or "none",
            )
        )
    names = _names(texts, shape.mapping(values.get("metadata")), values)
    battle = {
        **shape.asked(shape.first_of(fields, _PROMPT), "prompt"),
        "left": names[0],
        "right": names[1],
        "response_left": shape.answered(fields[texts[0]], texts[0]),
        "response_right": shape.answered(fields[texts[1]], texts[1]),
    }
    return [
        {**battle, "rater": who, "winner": winner, "id": f"{values.get('id', '')}-{number}"}
        for number, (who, winner) in enumerate(_said(values.get("responses"), texts))
    ]


def _names(texts: list[str], metadata: Mapping[str, Any], values: Values) -> list[str]:
    """Return who wrote the two texts, as the metadata or the file's owner says."""
    plain = {columns.plain(name): value for name, value in metadata.items()}
    found = []
    for text, mark, side in zip(texts, "ab", ("model_a", "model_b"), strict=True):
        own = columns.plain(text)
        digit = own[-1]
        tried = (f"{own}_model", f"{own}_generator", f"model_{digit}", f"model{digit}")
        found.append(shape.first_of(plain, (*tried, f"model_{mark}")) or values.get(side))
    if not all(found):
        raise BadValue(
            said(
                "the metadata do not say which configuration wrote %(texts)s and "
                "%(texts2)s; add %(plain)s_model and %(plain2)s_model, or say "
                "--configuration twice",
                texts=texts[0],
                texts2=texts[1],
                plain=columns.plain(texts[0]),
                plain2=columns.plain(texts[1]),
            )
        )
    return [str(name) for name in found]


def _said(responses: Any, texts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield who responded what; answers that were discarded are left out."""
    told = shape.mapping(responses)
    for question, given in told.items():
        for one in given if isinstance(given, list) else ():
            if not isinstance(one, dict) or one.get("status") in {"discarded", "draft"}:
                continue
            winner = _winner(one.get("value"), texts)
            if winner is None and len(told) > 1:
                continue  # another question, such as a comment
            if winner is None:
                raise BadValue(
                    said(
                        "%(question)s was answered %(str)s; write one of %(texts)s, %(texts2)s "
                        "and tie",
                        question=question,
                        str=repr(str(one.get("value"))[:40]),
                        texts=texts[0],
                        texts2=texts[1],
                    )
                )
            yield str(one.get("user_id") or ""), winner


def _winner(value: Any, texts: list[str]) -> str | None:
    if isinstance(value, list):
        return _ranked(value, texts)
    word = str(value)
    place = texts.index(word) if word in texts else _WORDS.get(columns.plain(word)[-5:].strip("_"))
    if place is None and columns.plain(word)[:-1].strip("_").startswith(_ANSWERS):
        place = _WORDS.get(word[-1].lower())
    if place is not None:
        return ("left", "right")[place]
    return "tie" if columns.plain(word) in _TIES else None


def _ranked(value: list[Any], texts: list[str]) -> str | None:
    """Return what a ranking says: entries with value and rank, the first rank is the best."""
    ranks = {
        str(one["value"]): one["rank"]
        for one in value
        if isinstance(one, dict) and isinstance(one.get("rank"), int)
    }
    if not ranks.keys() >= set(texts):
        return None
    first, second = ranks[texts[0]], ranks[texts[1]]
    return "tie" if first == second else "left" if first < second else "right"


RECORDS = Shape("argilla", said("records of Argilla"), "battles", _fits, by_row(_rows))
