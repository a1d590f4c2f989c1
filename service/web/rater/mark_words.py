"""The words of criteria and grades: what raters read above, in and after those lines."""

from collections.abc import Sequence

from service.domain.marks import SCALE, Lead, Wanted
from service.web.languages import gettext, msgid

LEADS = {Lead.LEFT.value: "A", Lead.EQUAL.value: msgid("Equal"), Lead.RIGHT.value: "B"}
SCALE_VALUES = tuple(SCALE)
SCALE_ENDS = msgid("1 very poor to 5 very good")
GRADE_LINES = {"grade-left": msgid("Grade of A"), "grade-right": msgid("Grade of B")}
KEEP = msgid("Keep and go on")
GO_ON = msgid("Go on")
LIST = msgid("What you marked")


def heading(asked: Wanted) -> str:
    """Return what the lines are, for those who hear the page."""
    if not asked.criteria:
        return gettext("How good is each answer?")
    return gettext("Which answer is ahead in each of these?")


def asks(asked: Wanted, *, is_practice: bool = False) -> str:
    """Return what the page says while the lines wait."""
    if is_practice and asked.replaces_vote:
        return gettext("Try it here: read both, then give each a grade. These are not kept.")
    if is_practice:
        return gettext("Lines like these follow each vote. Try them; here they are not kept.")
    if asked.replaces_vote:
        return gettext("Give each answer a grade.")
    return gettext("Your vote is kept. Please answer these lines too.")


def told(names: Sequence[str], criteria: Sequence[str], grades: Sequence[int] | None) -> str:
    """Return a rater's own marks on one line: "Kind: A · A 4, B 2"."""
    parts = [f"{name}: {gettext(LEADS[lead])}" for name, lead in zip(names, criteria, strict=False)]
    if grades:
        parts.append(f"A {grades[0]}, B {grades[1]}")
    return " · ".join(parts)
