"""What a study file says of criteria and grades, and what about them does not go together."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.domain.marks import Grading
from service.domain.sitting import DEFAULT_REPEATS
from service.domain.study import DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS
from service.formats.study_problems import Path, shown


def criteria(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of criteria as raters read them."""
    return tuple(" ".join(name.split()) for name in told.get("criteria", ()))


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
            yield ("criteria", index), "must not be empty"
        same = first.setdefault(name.casefold(), index)
        if same != index:
            yield ("criteria", index), f"{shown(name)} is criterion {same + 1} already; remove one"
    if not _is_grades_only(told):
        return
    if told.get("criteria"):
        yield ("criteria",), "go with votes; with `grades: only` there are none, so leave them out"
    if told.get("repeats"):
        yield ("repeats",), "compare votes; with `grades: only` there are none, so leave them out"
    if told.get("dealing") == "adaptive":
        yield ("dealing",), "follows votes; with `grades: only` there are none, so leave it out"


def _is_grades_only(told: Mapping[str, Any]) -> bool:
    return told.get("grades") == Grading.ONLY
