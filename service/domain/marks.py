"""What a study may ask for beside or instead of a vote: criteria and grades."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.errors import Conflict, Invalid

MOST_CRITERIA = 5
SCALE = range(1, 6)


class Grading(StrEnum):
    """Whether raters grade each completion, and whether they vote as well."""

    NONE = "none"
    WITH_VOTES = "with_votes"
    ONLY = "only"


class Lead(StrEnum):
    """Which side is ahead in one criterion, in words of sides."""

    LEFT = "left"
    EQUAL = "equal"
    RIGHT = "right"


class MarksIncomplete(Invalid):
    """A criterion or a grade is missing or cannot be read."""


class AlreadyMarked(Conflict):
    """The assignment holds marks, and the new ones do not say that they revise them."""


class VoteFirst(Conflict):
    """Criteria and grades go with a vote, and there is none."""


class MarksNotWanted(Conflict):
    """The study asks for something else than was sent."""


@dataclass(frozen=True)
class Wanted:
    """What a study asks: names of criteria, and whether grades come with votes or alone."""

    criteria: tuple[str, ...] = ()
    grades: Grading = Grading.NONE

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self.criteria) or self.wants_grades

    @property
    def wants_grades(self) -> bool:
        """Whether each side gets a grade."""
        return self.grades is not Grading.NONE

    @property
    def replaces_vote(self) -> bool:
        """Whether grades are all that is asked."""
        return self.grades is Grading.ONLY


@dataclass(frozen=True)
class Given:
    """A rater's marks for one assignment; `grades` are those of left and right."""

    criteria: tuple[Lead, ...] = ()
    grades: tuple[int, int] | None = None


def wanted_of(options: Mapping[str, Any]) -> Wanted:
    """Return what the options of a study's row ask for."""
    return Wanted(tuple(options.get("criteria", ())), Grading(options.get("grades", "none")))


def parse(wanted: Wanted, criteria: Sequence[Any], grades: Sequence[Any]) -> Given:
    """Return marks that are complete, or say what is missing."""
    if not wanted.is_anything:
        raise MarksNotWanted("This study asks for votes only.")
    if len(criteria) != len(wanted.criteria) or len(grades) != (2 if wanted.wants_grades else 0):
        raise MarksIncomplete("Please answer every line.")
    try:
        leads = tuple(Lead(answer) for answer in criteria)
    except ValueError:
        raise MarksIncomplete("Please answer every line.") from None
    if not all(isinstance(grade, int) and grade in SCALE for grade in grades):
        raise MarksIncomplete("Please give each answer a grade from 1 to 5.")
    return Given(leads, (grades[0], grades[1]) if grades else None)


def hash_of_marks(assignment_token: str, given: Given | None, supersedes: int) -> str:
    """Return what must be equal when an idempotency key comes again."""
    said = None if given is None else (list(map(str, given.criteria)), given.grades)
    return hashlib.sha256(f"{assignment_token}|{said}|{supersedes}".encode()).hexdigest()
