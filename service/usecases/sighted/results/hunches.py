"""Counts what raters answered after finishing: how often they were right, about whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.domain import sitting
from service.stats.guesses import Asked, Look, expected_right, find_looks
from service.stats.proportions import difference
from service.store.hunches import About, Answered

LABEL = "label"
SAME, DIFFERENT, _ = sitting.AUTHOR_ANSWERS


@dataclass(frozen=True)
class Part:
    """What became of one kind of question; figures are None where nobody answered it."""

    what: str
    right: int
    number: int
    looks: tuple[Look, ...]
    figures: dict[str, Any] | None
    # The configurations that looks may be about.
    names: Sequence[str] = ()


@dataclass(frozen=True)
class _Guess:
    """One answer that was ventured: about what, what is true, what was said."""

    first: About
    second: About | None
    truth: int
    said: int


def authors(
    answers: Sequence[Answered], texts: Sequence[About], names: Mapping[int, str], level: float
) -> Part:
    """Return what became of "by the same author?", over all and for each configuration."""
    asked = [one for one in answers if one.second is not None]
    place = {
        identity: at
        for at, identity in enumerate(sorted({about.configuration_id for about in texts}))
    }
    guesses = [
        _Guess(
            one.first,
            one.second,
            int(one.first.configuration_id == one.second.configuration_id),
            int(one.answer == SAME),
        )
        for one in asked
        if one.second is not None and one.answer in (SAME, DIFFERENT)
    ]
    rows = []
    for identity, name in names.items():
        own = [
            one
            for one in guesses
            if one.second and identity in (one.first.configuration_id, one.second.configuration_id)
        ]
        if own:
            answered = {"answers": len(own), **_recognised(own, 1)}
            rows.append({"configuration": name, **answered})
    total = {"answers": len(guesses), **_recognised(guesses, 1)}
    looks = _looks(guesses, texts, place, level)
    found = _part("answers about authors", asked, guesses, looks, total, rows)
    of = [names[identity] for identity in place]
    for shown in (found.figures or {}).get("looks", ()):
        item = shown.pop("item")
        shown["configuration"] = None if item is None else of[item]
    return replace(found, names=of)


def labels(
    answers: Sequence[Answered],
    texts: Sequence[About],
    plain_names: Mapping[int, str],
    meant: Mapping[str, str],
    level: float,
) -> Part:
    """Return what became of guessed labels, `meant` by label, over all and by configuration."""
    named = list(dict.fromkeys(meant.values()))
    at = {name: place for place, name in enumerate(named)}
    place = {key: at[name] for key, name in plain_names.items() if name in at}
    asked = [one for one in answers if one.kind == LABEL and one.first.configuration_id in place]
    guesses = [
        _Guess(one.first, None, place[one.first.configuration_id], at[meant[one.answer]])
        for one in asked
        if one.answer in meant
    ]
    rows = []
    for code, name in enumerate(named):
        own = [one.said for one in guesses if one.truth == code]
        unsure = sum(place[one.first.configuration_id] == code for one in asked) - len(own)
        if own or unsure:
            by_habit = sum(one.said == code for one in guesses) / max(len(guesses), 1)
            rows.append(
                {
                    "configuration": name,
                    "answers": len(own),
                    "right": own.count(code),
                    "expected": len(own) * by_habit,
                    "unsure": unsure,
                    **_recognised(guesses, code),
                }
            )
    shown = [about for about in texts if about.configuration_id in place]
    return _part("guessed labels", asked, guesses, _looks(guesses, shown, place, level), {}, rows)


def _part(
    what: str,
    asked: Sequence[Answered],
    guesses: Sequence[_Guess],
    looks: tuple[Look, ...],
    total: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> Part:
    right = sum(one.truth == one.said for one in guesses)
    figures = {
        "right": right,
        "number": len(guesses),
        "expected": expected_right([g.truth for g in guesses], [g.said for g in guesses]),
        "unsure": len(asked) - len(guesses),
        **total,
        "looks": [look.to_dict() for look in looks],
        "by_configuration": list(rows),
    }
    return Part(what, right, len(guesses), looks, figures if asked else None)


def _looks(
    guesses: Sequence[_Guess],
    texts: Sequence[About],
    place: Mapping[int, int],
    level: float,
) -> tuple[Look, ...]:
    at = {about.id: number for number, about in enumerate(texts)}
    second = [at[one.second.id] for one in guesses if one.second is not None]
    asked = Asked.of(
        [place[about.configuration_id] for about in texts],
        [about.prompt_id for about in texts],
        [at[one.first.id] for one in guesses],
        [one.said for one in guesses],
        second or None,
    )
    return find_looks(asked, level=level)


def _recognised(guesses: Sequence[_Guess], code: int) -> dict[str, Any]:
    """Return how much more often this is said where it is true than where it is not.

    Its interval takes answers as independent, though raters gave several each.
    """
    of = [
        [one.said == code for one in guesses if (one.truth == code) is it] for it in (True, False)
    ]
    if not all(of):
        return dict.fromkeys(("recognised", "low", "high"))
    found = difference((sum(of[0]), sum(of[1])), (len(of[0]), len(of[1])))
    return {"recognised": found.value, "low": float(found.lower), "high": float(found.upper)}
