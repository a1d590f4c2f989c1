"""Puts matchups before a judge: writes what is to be asked, in both orders, for workers to call."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import judge_draw, judge_question
from service.domain.judge_draw import Matchup, Pair
from service.domain.judge_question import JudgeInvalid
from service.store import completions, judgements, judges, models, studies
from service.usecases.sighted.judges import finding, texts
from service.usecases.sighted.studies import rows

MOST_A_RUN = 1000


@dataclass(frozen=True)
class Asked:
    """What a run set going: new matchups, each of which is asked twice.

    `seen` were left out, since the judge has their texts among its examples; `again` are calls
    that were stopped at the cap, or failed, and go on.
    """

    matchups: int
    seen: int
    again: int


def ask(
    session: Session, study_name: str, name: str, wanted: int, now: datetime, rng: random.Random
) -> Asked:
    """Write what a judge's newest version is to be asked; the caller then rings for a worker.

    Both pools come first, then matchups drawn from the whole study until there are `wanted` new
    ones; 0 puts only what stopped back to work. What the version was asked already is not asked
    again, and what it was shown as an example is never asked.

    Raises
    ------
    UnknownStudy, UnknownJudge, JudgeInvalid
    """
    found = finding.find(session, study_name, name)
    if not 0 <= wanted <= MOST_A_RUN:
        raise JudgeInvalid("Ask from 1 to %(most)s matchups a run.", most=MOST_A_RUN)
    shelf = studies.lock(session, found.judge.shelf_id)
    again = completions.retry(session, shelf.id, now)
    brakes_off = studies.configuration(session, found.version.configuration_id)
    if brakes_off.paused_because is not None or again:
        studies.resume_configurations(session, shelf.id)
    seen = shown_texts(session, found.version.id)
    there = judge_draw.of(
        [judge_draw.Text(*one) for one in judgements.entrants(session, found.study.id)]
    )
    asked = judgements.asked(session, found.version.id)
    own = [
        Matchup(one.prompt_id, (one.first_completion_id, one.second_completion_id))
        for one in judges.items(session, found.judge.id)
    ]
    fresh = [one for one in own if one.texts not in asked and not seen & set(one.texts)][:wanted]
    taken = asked | {one.texts for one in fresh}
    fresh += judge_draw.drawn(
        there,
        wanted - len(fresh),
        lambda one: one.texts not in taken and not seen & set(one.texts),
        rng,
    )
    _write(session, found, shelf, fresh, now)
    return Asked(len(fresh), sum(bool(seen & set(one.texts)) for one in own), again)


def shown_texts(session: Session, version_id: int) -> frozenset[int]:
    """Return the completions that a version has among its examples."""
    return frozenset(
        text
        for one in judges.examples(session, version_id)
        for text in (one.first_completion_id, one.second_completion_id)
    )


def _write(
    session: Session,
    found: finding.Found,
    shelf: models.Study,
    fresh: Sequence[Matchup],
    now: datetime,
) -> None:
    if not fresh:
        return
    read = texts.shown(session, found.study, {text for one in fresh for text in one.texts})
    who = _identities(session, fresh)
    asked: dict[tuple[Pair, bool], tuple[str, str]] = {}
    for one in fresh:
        for is_exchanged in (False, True):
            a, b = reversed(one.texts) if is_exchanged else one.texts
            said = judge_question.question(read.sides(one.prompt, a, b))
            asked[one.texts, is_exchanged] = _key((who[a], who[b]), said), said
    there = judgements.questions(session, shelf.id, [key for key, _ in asked.values()])
    fresh_rows = {key: said for key, said in asked.values() if key not in there}
    made = [_question_row(shelf.id, key, said, now) for key, said in fresh_rows.items()]
    session.add_all(made)
    session.flush()
    there |= {row.key: row.id for row in made}
    calls = {
        which: rows.pending_completion(shelf.id, found.version.configuration_id, there[key], 1, now)
        for which, (key, _) in asked.items()
    }
    session.add_all(calls.values())
    session.flush()
    session.add_all(
        models.Judgement(
            version_id=found.version.id,
            prompt_id=one.prompt,
            first_completion_id=one.texts[0],
            second_completion_id=one.texts[1],
            is_exchanged=is_exchanged,
            answer_id=calls[one.texts, is_exchanged].id,
            said=None,
            reason="",
            created_at=now,
        )
        for one in fresh
        for is_exchanged in (False, True)
    )
    session.flush()


def _identities(session: Session, fresh: Sequence[Matchup]) -> dict[int, str]:
    """Return by what a text is known wherever its study is: never by a number of this database."""
    ids = sorted({text for one in fresh for text in one.texts})
    found = {}
    for start in range(0, len(ids), 500):
        part = completions.of_ids(session, ids[start : start + 500])
        known = studies.configurations_by_id(session, {row.configuration_id for row in part})
        for row in part:
            of = known[row.configuration_id]
            found[row.id] = f"{of.name}\0{of.revision}\0{row.sample}"
    return found


def _key(who: tuple[str, str], said: str) -> str:
    """Return what tells a question apart from all others, two with the same texts included."""
    return hashlib.sha256("\0".join((*who, said)).encode()).hexdigest()


def _question_row(shelf_id: int, key: str, said: str, now: datetime) -> models.Prompt:
    return models.Prompt(
        study_id=shelf_id,
        key=key,
        fingerprint=key,
        position=0,
        turns=[said],
        context="",
        reference="",
        tags=[],
        variables={},
        html={"turns": [], "context": ""},
        is_dealable=False,
        ready_configurations=0,
        places_open=0,
        created_at=now,
    )
