"""Shows what criteria, grades and gold add up to, for people who may see which is which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.domain import marks as rules
from service.domain.study import StudyState
from service.store import leaderboards
from service.store.models import Study
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import outcomes
from service.usecases.sighted.results.outcomes import AHEAD, BEHIND, EQUAL, Given


@dataclass(frozen=True)
class Graded:
    """A configuration's mean grade with its interval, and how often it got each from 1 to 5."""

    configuration: str
    mean: float
    counts: tuple[int, ...]
    low: float | None = None
    high: float | None = None

    @property
    def number(self) -> int:
        """All grades of this configuration."""
        return sum(self.counts)


@dataclass(frozen=True)
class Led:
    """How often a configuration was ahead, equal or behind; the share counts equal half."""

    configuration: str
    ahead: int
    equal: int
    behind: int
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float:
        """How often it was ahead, equal counted half."""
        return (self.ahead + self.equal / 2) / (self.ahead + self.equal + self.behind)


@dataclass(frozen=True)
class CriterionView:
    """One criterion, with every configuration that was judged in it, and what is to be said."""

    name: str
    rows: tuple[Led, ...]
    sentences: tuple[str, ...] = ()


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
    grades: tuple[Graded, ...]
    criteria: tuple[CriterionView, ...]
    gold: tuple[GoldView, ...]
    # What a worker said about the grades, with their intervals; None before it has looked.
    sentences: tuple[str, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the study asks for none of it and defines no gold."""
        return not (self.asked.is_anything or self.gold)

    @property
    def gold_counted(self) -> str:
        """How an answer to gold is counted."""
        return gold_counted(self.asked)

    @property
    def cautions(self) -> list[str]:
        """What is to be said about the criteria."""
        return cautions((each.name, each.sentences) for each in self.criteria)

    @property
    def has_any(self) -> bool:
        """Whether anything was marked."""
        return bool(self.grades or self.criteria)


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
    latest = leaderboards.latest(session, study.id) if shows else None
    computed = None if latest is None else latest.content.get("marks")
    if computed is not None:
        grades, criteria = _stored_grades(computed), _stored_criteria(computed)
    else:
        grades, criteria = _counted(session, study, asked) if shows else ((), ())
    return MarksView(
        asked=asked,
        is_sealed=is_sealed,
        grades=grades,
        criteria=criteria,
        gold=of_gold(session, study),
        sentences=None if computed is None else tuple(computed["sentences"]),
    )


def of_gold(session: Session, study: Study) -> tuple[GoldView, ...]:
    """Return how many gold matchups each rater got right; nothing where there are none."""
    if not study.options.get("gold"):
        return ()
    found = outcomes.gold(session, study)
    return tuple(GoldView(pseudonym, right, of) for pseudonym, (right, of) in found.items())


def gold_counted(asked: rules.Wanted) -> str:
    """Return how an answer to gold is counted, and how far that goes."""
    if asked.replaces_vote:
        return (
            "Gold matchups have a better text that you named. Right is a higher grade for it; "
            "equal grades are not. Few answers say little: grading anyhow, one gets about two "
            "in five right."
        )
    return (
        "Gold matchups have a better text that you named. Right is a vote for it, better or much "
        "better; both good and both bad are not. Few answers say little: pressing anything, one "
        "gets about one in three right."
    )


def cautions(criteria: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Return what is to be said about criteria: of all at once, or by name where they differ."""
    said = [(name, tuple(sentences)) for name, sentences in criteria]
    if len({sentences for _, sentences in said}) <= 1:
        return list(said[0][1]) if said else []
    return [f"{name}: {sentence}" for name, sentences in said for sentence in sentences]


def graded(given: Given, names: Mapping[int, str]) -> list[Graded]:
    """Return every graded configuration with its mean, the best first."""
    found = [
        Graded(
            names[identity],
            sum(grade * number for grade, number in counts.items()) / counts.total(),
            tuple(counts[grade] for grade in rules.SCALE),
        )
        for identity, counts in given.counts().items()
    ]
    return sorted(found, key=lambda row: (-row.mean, row.configuration))


def led(given: Given, names: Mapping[int, str]) -> list[Led]:
    """Return how often each configuration was ahead, equal and behind in one criterion."""
    return [
        Led(names[identity], *(counts[standing] for standing in (AHEAD, EQUAL, BEHIND)))
        for identity, counts in given.counts().items()
    ]


def _counted(
    session: Session, study: Study, asked: rules.Wanted
) -> tuple[tuple[Graded, ...], tuple[CriterionView, ...]]:
    """Count marks that no worker has looked at yet: without intervals, which need numerics."""
    names = leaderboards.configuration_names(session, study.id)
    leads = outcomes.leads(session, study)
    criteria = (
        CriterionView(name, tuple(led(leads[place], names)))
        for place, name in enumerate(asked.criteria)
        if place in leads
    )
    return tuple(graded(outcomes.grades(session, study), names)), tuple(criteria)


def _stored_grades(computed: Mapping[str, Any]) -> tuple[Graded, ...]:
    return tuple(
        Graded(row["configuration"], row["mean"], tuple(row["counts"]), row["low"], row["high"])
        for row in computed["grades"]
    )


def _stored_criteria(computed: Mapping[str, Any]) -> tuple[CriterionView, ...]:
    return tuple(
        CriterionView(
            criterion["name"],
            tuple(
                Led(
                    row["configuration"],
                    row["ahead"],
                    row["equal"],
                    row["behind"],
                    row["low"],
                    row["high"],
                )
                for row in criterion["rows"]
            ),
            tuple(criterion["sentences"]),
        )
        for criterion in computed["criteria"]
    )
