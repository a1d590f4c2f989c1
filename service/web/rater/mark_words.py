"""The words of criteria and grades: what raters read above, in and after those lines."""

from collections.abc import Sequence

from service.domain.marks import SCALE, Lead, Wanted

LEADS = {Lead.LEFT.value: "A", Lead.EQUAL.value: "Equal", Lead.RIGHT.value: "B"}
SCALE_VALUES = tuple(SCALE)
SCALE_ENDS = "1 very poor to 5 very good"
GRADE_LINES = {"grade-left": "Grade of A", "grade-right": "Grade of B"}
KEEP = "Keep and go on"
LIST = "What you marked"


def heading(asked: Wanted) -> str:
    """Return what the lines are, for those who hear the page."""
    if not asked.criteria:
        return "How good is each answer?"
    return "Which answer is ahead in each of these?"


def asks(asked: Wanted) -> str:
    """Return what the page says while the lines wait."""
    if asked.replaces_vote:
        return f"Give each answer a grade: {SCALE_ENDS}."
    kept = "Your vote is kept. Please answer these lines too"
    return f"{kept}; grades go from {SCALE_ENDS}." if asked.wants_grades else f"{kept}."


def told(names: Sequence[str], criteria: Sequence[str], grades: Sequence[int] | None) -> str:
    """Return a rater's own marks on one line: "Kind: A · A 4, B 2"."""
    parts = [f"{name}: {LEADS[lead]}" for name, lead in zip(names, criteria, strict=False)]
    if grades:
        parts.append(f"A {grades[0]}, B {grades[1]}")
    return " · ".join(parts)
