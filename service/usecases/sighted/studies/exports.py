"""Gathers a study's preferences for export: one record per matchup of two completions."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from sqlalchemy.orm import Session

from service.domain.marks import wanted_of
from service.domain.study import StudyState
from service.domain.vote import Outcome
from service.formats.preferences import Preference
from service.store import leaderboards, preferences
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold
from service.usecases.sighted.results.read import StudySealed


def of_study(session: Session, name: str) -> Iterable[Preference]:
    """Return what the counted votes say of each matchup, in an order that ids do not decide.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = find(session, name)
    if study.is_sealed and study.state != StudyState.CLOSED:
        raise StudySealed("This study is sealed: nothing is exported before it is closed.")
    names = leaderboards.configuration_names(session, study.id)
    found = []
    asked = wanted_of(study.options)
    graded = fold.grades_by_matchup(session, study) if asked.wants_grades else {}
    led = fold.leads_by_matchup(session, study) if asked.criteria else {}
    rows = preferences.counted(session, study.id)
    for (first_id, second_id), group in groupby(
        rows, key=lambda row: (row.first_completion_id, row.second_completion_id)
    ):
        counts: Counter[tuple[int, bool]] = Counter()
        for row in group:
            outcome = Outcome(row.outcome)
            counts[outcome.sign, outcome.is_bad] += row.votes
        first = preferences.side(session, first_id)
        second = preferences.side(session, second_id)
        prompt = preferences.prompt_of(session, first_id)
        found.append(
            Preference(
                pair_id=_pair_id(prompt.fingerprint, first.turns, second.turns),
                prompt_key=prompt.key,
                turns=tuple(prompt.turns),
                context=prompt.context,
                first=tuple(first.turns),
                second=tuple(second.turns),
                w_first=counts[1, False],
                w_second=counts[-1, False],
                ties=counts[0, False],
                both_bad=counts[0, True],
                first_name=names[first.configuration_id],
                second_name=names[second.configuration_id],
                grades=graded.get((first_id, second_id)),
                leads={
                    asked.criteria[place]: lead
                    for place, lead in sorted(led.get((first_id, second_id), {}).items())
                },
            )
        )
    return sorted(found, key=lambda preference: preference.pair_id)


def _pair_id(fingerprint: str, first: list[str], second: list[str]) -> str:
    """Return an id of contents alone, the same on every machine."""
    texts = sorted("\x1e".join(turns) for turns in (first, second))
    return hashlib.sha256("\x1f".join([fingerprint, *texts]).encode()).hexdigest()[:24]
