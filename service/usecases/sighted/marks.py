"""Shows what criteria, grades and gold add up to, for people who may see which is which."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import marks as rules
from service.domain.study import StudyState
from service.store import grades, leaderboards
from service.store.models import Study
from service.usecases.sighted import outcomes
from service.usecases.sighted.studies import find


@dataclass(frozen=True)
class Graded:
    """A configuration's mean grade, and how often it got each grade from 1 to 5."""

    configuration: str
    mean: float
    counts: tuple[int, ...]

    @property
    def number(self) -> int:
        """All grades of this configuration."""
        return sum(self.counts)


@dataclass(frozen=True)
class Led:
    """How often a configuration was ahead, equal or behind in a criterion."""

    configuration: str
    ahead: int
    equal: int
    behind: int


@dataclass(frozen=True)
class CriterionView:
    """One criterion, with every configuration that was judged in it."""

    name: str
    rows: tuple[Led, ...]


@dataclass(frozen=True)
class GoldView:
    """How attentive a rater was: gold matchups where they preferred the better text."""

    pseudonym: str
    right: int
    of: int


@dataclass(frozen=True)
class MarksView:
    """All that marks say of a study; a sealed one shows who reads, and nothing of what competes."""

    asked: rules.Wanted
    is_sealed: bool
    raters: int
    grades: tuple[Graded, ...]
    criteria: tuple[CriterionView, ...]
    gold: tuple[GoldView, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the study asks for none of it and defines no gold."""
        return not (self.asked.is_anything or self.gold)


def of_study(session: Session, name: str) -> MarksView:
    """Return what marks add up to; nothing of what competes while a study is sealed.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    asked = rules.wanted_of(study.options)
    is_sealed = study.is_sealed and study.state != StudyState.CLOSED
    shows = asked.is_anything and not is_sealed
    names = leaderboards.configuration_names(session, study.id) if shows else {}
    return MarksView(
        asked=asked,
        is_sealed=is_sealed,
        raters=grades.count_raters(session, study) if shows else 0,
        grades=_grades(session, study, names) if shows else (),
        criteria=_criteria(session, study, asked, names) if shows else (),
        gold=tuple(
            GoldView(pseudonym, right, of)
            for pseudonym, (right, of) in outcomes.gold(session, study).items()
        )
        if study.options.get("gold")
        else (),
    )


def _grades(session: Session, study: Study, names: dict[int, str]) -> tuple[Graded, ...]:
    """Return every graded configuration, the best mean first."""
    found = [
        Graded(names[identity], _mean(counts), tuple(counts[grade] for grade in rules.SCALE))
        for identity, counts in outcomes.grades(session, study).items()
    ]
    return tuple(sorted(found, key=lambda graded: (-graded.mean, graded.configuration)))


def _mean(counts: Counter[int]) -> float:
    return sum(grade * number for grade, number in counts.items()) / counts.total()


def _criteria(
    session: Session, study: Study, asked: rules.Wanted, names: dict[int, str]
) -> tuple[CriterionView, ...]:
    found = outcomes.leads(session, study)
    return tuple(
        CriterionView(
            name,
            tuple(
                Led(
                    names[identity],
                    counts[outcomes.AHEAD],
                    counts[outcomes.EQUAL],
                    counts[outcomes.BEHIND],
                )
                for (at, identity), counts in sorted(found.items(), key=lambda item: item[0])
                if at == place
            ),
        )
        for place, name in enumerate(asked.criteria)
    )
