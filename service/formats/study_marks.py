"""What a study file says of criteria, grades, gold and phrases; what does not go together."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.domain import norming
from service.domain.marks import Grading
from service.domain.sitting import DEFAULT_REPEATS, GoldTexts
from service.domain.study import DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS
from service.formats.said import said
from service.formats.study_problems import Path, shown


def criteria(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of criteria as raters read them."""
    return tuple(" ".join(name.split()) for name in told.get("criteria", ()))


def probes(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the phrases that are counted in answers, each once."""
    return tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in told.get("probes", ())))


def gold(told: Mapping[str, Any]) -> tuple[GoldTexts, ...]:
    """Return the gold matchups, their texts without space around them."""
    return tuple(
        GoldTexts(entry["prompt"].strip(), entry["better"].strip(), entry["worse"].strip())
        for entry in told.get("gold", ())
    )


def instructions(told: Mapping[str, Any]) -> str:
    """Return what raters read where the file does not say it."""
    return GRADE_INSTRUCTIONS if _is_grades_only(told) else DEFAULT_INSTRUCTIONS


def usual_repeats(told: Mapping[str, Any]) -> float:
    """Return the share of repeats where the file names none: grades alone have none."""
    return 0.0 if _is_grades_only(told) else DEFAULT_REPEATS


def problems(told: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for everything about marks that a schema cannot say."""
    first: dict[str, int] = {}
    for index, name in enumerate(criteria(told)):
        if not name:
            yield ("criteria", index), said("must not be empty")
        same = first.setdefault(name.casefold(), index)
        if same != index:
            yield (
                ("criteria", index),
                said(
                    "%(name)s is criterion %(number)s already; remove one",
                    name=shown(name),
                    number=same + 1,
                ),
            )
    for index, phrase in enumerate(told.get("probes", ())):
        if not phrase.strip():
            yield ("probes", index), said("must not be empty")
    yield from _gold_problems(told)
    yield from _norming_problems(told)
    if not _is_grades_only(told):
        return
    if told.get("criteria"):
        yield (
            ("criteria",),
            said("go with votes; with `grades: only` there are none, so leave them out"),
        )
    if told.get("repeats"):
        yield (
            ("repeats",),
            said("compare votes; with `grades: only` there are none, so leave them out"),
        )
    if told.get("dealing") == "adaptive":
        yield (
            ("dealing",),
            said("follows votes; with `grades: only` there are none, so leave it out"),
        )


def _norming_problems(told: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if 0 < told.get("norming", 0) < norming.LEAST:
        yield (
            ("norming",),
            said(
                "must be 0 or from %(least)s to %(most)s: fewer matchups tell nothing",
                least=norming.LEAST,
                most=norming.MOST,
            ),
        )


def _gold_problems(told: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    first: dict[GoldTexts, int] = {}
    for index, texts in enumerate(gold(told)):
        for name in ("prompt", "better", "worse"):
            if not getattr(texts, name):
                yield ("gold", index, name), said("must not be empty")
        if texts.better and " ".join(texts.better.split()) == " ".join(texts.worse.split()):
            yield ("gold", index, "worse"), said("is the same text as the better one")
        same = first.setdefault(texts, index)
        if same != index:
            yield (
                ("gold", index),
                said("is the same as gold %(number)s; remove one", number=same + 1),
            )


def _is_grades_only(told: Mapping[str, Any]) -> bool:
    return told.get("grades") == Grading.ONLY
