"""The two pools of a judge: chosen items that people grade, and drawn ones that measure it.

They never mix. A text that calibrates is not measured on, nor the other way round: a judge that has
seen the answers is not measured by them.
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from service.domain import judge_draw
from service.domain.judge import Pool
from service.domain.judge_draw import Field, Matchup
from service.domain.judge_question import JudgeInvalid
from service.domain.prompt_set import Chosen
from service.domain.vote import Outcome
from service.errors import Conflict, NotFound
from service.store import (
    completions,
    judgements,
    judges,
    models,
    norming_panels,
    prompts,
    tallies,
)
from service.usecases.sighted.judges import finding
from service.usecases.sighted.results import difficult, read

MOST_ITEMS = 500
MOST_REASON = 500
_MOST_VOTES = 200_000
_GRADES = range(1, 6)


class OfTheAudit(Conflict):
    """What measures a judge may not be shown to it or graded."""


class UnknownMatchup(NotFound):
    """The judge has no such item."""


class Source(StrEnum):
    """How calibration items are chosen: by chance, hard prompts, divided matchups, or a prompt."""

    DRAWN = "drawn"
    HARD = "hard"
    DIVIDED = "divided"
    HAND = "hand"


@dataclass(frozen=True)
class AuditStands:
    """How far an audit pool is: how many items, and how many have a vote of somebody."""

    items: int
    added: int
    voted: int

    @property
    def missing(self) -> int:
        """How many items nobody has voted on yet."""
        return self.items - self.voted


@dataclass(frozen=True)
class Sheet:
    """A calibration item to grade, without names: safe HTML of the prompt and of texts A and B."""

    number: int
    done: int
    total: int
    turns: tuple[str, ...]
    context: str
    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True)
class GradedMatchup:
    """A graded matchup as the list of examples shows it."""

    number: int
    prompt: str
    grades: tuple[int, int]
    reason: str
    graded_by: str


def choose(
    session: Session,
    study_name: str,
    name: str,
    source: Source,
    number: int,
    now: datetime,
    rng: random.Random,
    prompt_key: str = "",
) -> int:
    """Add up to `number` matchups to the calibration pool; returns how many were found.

    Raises
    ------
    UnknownStudy, UnknownJudge, StudySealed, JudgeInvalid
        Hard and divided ones tell of votes, which a sealed study does not.
    """
    found = finding.find(session, study_name, name)
    _check(session, found.judge, number)
    there = _all(session, found.study)
    own = judges.items(session, found.judge.id)
    audited = {
        text
        for one in own
        if one.pool == Pool.AUDIT
        for text in (one.first_completion_id, one.second_completion_id)
    }
    taken = {(one.first_completion_id, one.second_completion_id) for one in own}

    def may(one: Matchup) -> bool:
        return one.texts not in taken and not audited & set(one.texts)

    if source is Source.DRAWN:
        chosen = judge_draw.drawn(there, number, may, rng)
    elif source is Source.DIVIDED:
        study = read.unsealed(session, study_name)
        chosen = [one for one in _divided(session, study) if may(one)][:number]
    else:
        wanted = (
            difficult.chosen(session, study_name, Chosen.HARD)
            if source is Source.HARD
            else [_prompt(session, found.study, prompt_key)]
        )
        chosen = _of_prompts(there, wanted, number, may, rng)
    if not chosen:
        raise JudgeInvalid(
            "No matchup is left to be chosen so: all are in a pool, or share a text with the "
            "audit, or nobody has voted yet."
        )
    _add(session, found.judge, Pool.CALIBRATION, chosen, str(source), now)
    return len(chosen)


def draw_audit(
    session: Session,
    study_name: str,
    name: str,
    number: int,
    now: datetime,
    rng: random.Random,
) -> AuditStands:
    """Draw `number` more matchups into the audit pool, each as likely as any other of the study.

    None shares a text with the calibration pool, and none is on the study's panel, on which no vote
    counts. People's votes on them are what the judge is
    measured by; where there is none yet the answer says how many are missing.

    Raises
    ------
    UnknownStudy, UnknownJudge, JudgeInvalid
    """
    found = finding.find(session, study_name, name)
    _check(session, found.judge, number)
    own = judges.items(session, found.judge.id)
    taken = {(one.first_completion_id, one.second_completion_id) for one in own}
    taken |= norming_panels.texts(session, found.study.id)
    taught = {
        text
        for one in own
        if one.pool == Pool.CALIBRATION
        for text in (one.first_completion_id, one.second_completion_id)
    }
    drawn = judge_draw.drawn(
        _all(session, found.study),
        number,
        lambda one: one.texts not in taken and not taught & set(one.texts),
        rng,
    )
    if not drawn:
        raise JudgeInvalid(
            "No matchup is left to be drawn: all are in a pool already, or share a text with "
            "what calibrates the judge, which has then seen it."
        )
    _add(session, found.judge, Pool.AUDIT, drawn, str(Source.DRAWN), now)
    return stands(session, study_name, name, added=len(drawn))


def stands(session: Session, study_name: str, name: str, added: int = 0) -> AuditStands:
    """Return how far the audit of a judge is.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    found = finding.find(session, study_name, name)
    items = judges.items(session, found.judge.id, Pool.AUDIT)
    voted = {one.texts for one in tallies.in_order(session, found.study.id, _MOST_VOTES)}
    return AuditStands(
        items=len(items),
        added=added,
        voted=sum((one.first_completion_id, one.second_completion_id) in voted for one in items),
    )


def next_to_grade(session: Session, study_name: str, name: str, who: str) -> Sheet | None:
    """Return the next item that somebody has not graded, None where all are.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    found = finding.find(session, study_name, name)
    left = judges.ungraded(session, found.judge.id, who)
    if not left:
        return None
    item = left[0]
    total = judges.counts(session, found.judge.id).get(Pool.CALIBRATION, 0)
    (prompt,) = prompts.of_ids(session, [item.prompt_id])
    html = {row.id: tuple(row.html) for row in completions.of_ids(session, _texts(item))}
    a, b = _order(item, who)
    return Sheet(
        number=item.id,
        done=total - len(left),
        total=total,
        turns=tuple(prompt.html["turns"]),
        context=str(prompt.html.get("context", "")),
        a=html[a],
        b=html[b],
    )


def grade(
    session: Session,
    study_name: str,
    name: str,
    pooled_id: int,
    who: str,
    given: tuple[int, int],
    reason: str,
    now: datetime,
) -> None:
    """Keep what somebody gives the texts A and B of an item, from 1 to 5; again: instead.

    Raises
    ------
    UnknownStudy, UnknownJudge, UnknownMatchup, OfTheAudit, JudgeInvalid
    """
    found = finding.find(session, study_name, name)
    item = judges.item(session, found.judge.id, pooled_id)
    if item is None:
        raise UnknownMatchup("The judge has no such item.")
    if item.pool == Pool.AUDIT:
        raise OfTheAudit(
            "This item measures the judge and is not graded here: raters vote on it, and the judge "
            "never learns from it."
        )
    if any(each not in _GRADES for each in given):
        raise JudgeInvalid("Give each text a grade from 1 to 5.")
    reason = reason.strip()
    if not 1 <= len(reason) <= MOST_REASON:
        raise JudgeInvalid(
            "Say in one sentence why, in up to %(most)s characters.", most=MOST_REASON
        )
    a, _ = _order(item, who)
    first, second = given if a == item.first_completion_id else given[::-1]
    row = judges.grade(session, item.id, who)
    if row is None:
        row = models.PoolGrade(pooled_id=item.id, pool=str(Pool.CALIBRATION), graded_by=who)
        session.add(row)
    row.first_grade, row.second_grade, row.reason, row.created_at = first, second, reason, now
    session.flush()


def graded(session: Session, study_name: str, name: str) -> list[GradedMatchup]:
    """Return graded items, which may be examples, in the order they came.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    found = finding.find(session, study_name, name)
    rows = judges.grades(session, found.judge.id)
    keys = {
        one.id: one.key for one in prompts.of_ids(session, {one.item.prompt_id for one in rows})
    }
    return [
        GradedMatchup(
            number=item.id,
            prompt=keys[item.prompt_id],
            grades=(given.first_grade, given.second_grade),
            reason=given.reason,
            graded_by=given.graded_by,
        )
        for item, given in rows
    ]


def _check(session: Session, judge: models.Judge, number: int) -> None:
    there = judges.counts(session, judge.id)
    if not 1 <= number <= MOST_ITEMS:
        raise JudgeInvalid("Choose from 1 to %(most)s matchups.", most=MOST_ITEMS)
    if sum(there.get(pool, 0) for pool in Pool) + number > 2 * MOST_ITEMS:
        raise JudgeInvalid("Both pools together have at most %(most)s items.", most=2 * MOST_ITEMS)


def _all(session: Session, study: models.Study) -> Field:
    texts = [judge_draw.Text(*one) for one in judgements.entrants(session, study.id)]
    if not texts:
        raise JudgeInvalid("The study has no answers yet that can be judged.")
    return judge_draw.of(texts)


def _add(
    session: Session,
    judge: models.Judge,
    pool: Pool,
    chosen: Sequence[Matchup],
    origin: str,
    now: datetime,
) -> None:
    session.add_all(
        models.PooledMatchup(
            judge_id=judge.id,
            pool=str(pool),
            prompt_id=one.prompt,
            first_completion_id=one.texts[0],
            second_completion_id=one.texts[1],
            origin=origin,
            created_at=now,
        )
        for one in chosen
    )
    session.flush()


def _divided(session: Session, study: models.Study) -> list[Matchup]:
    """Return matchups on which people said opposite things, the most divided first."""
    said: dict[tuple[int, tuple[int, int]], list[int]] = defaultdict(list)
    for one in tallies.in_order(session, study.id, _MOST_VOTES):
        said[one.prompt_id, one.texts].append(Outcome(one.outcome).sign)
    split = {
        key: min(signs.count(1), signs.count(-1)) / len(signs)
        for key, signs in said.items()
        if 1 in signs and -1 in signs
    }
    ordered = sorted(split, key=lambda key: (-split[key], key))
    return [Matchup(prompt, texts) for prompt, texts in ordered]


def _prompt(session: Session, study: models.Study, key: str) -> int:
    found = next((one.id for one in prompts.of_study(session, study.id) if one.key == key), None)
    if found is None:
        raise JudgeInvalid("The study has no prompt %(key)s.", key=repr(key[:80]))
    return found


def _of_prompts(
    there: Field, wanted: Sequence[int], number: int, may: object, rng: random.Random
) -> list[Matchup]:
    """Return matchups of these prompts, one each round, in the order of the prompts."""
    of_prompt: dict[int, list[Matchup]] = defaultdict(list)
    for place in range(len(there)):
        one = there.at(place)
        if one is not None and one.prompt in wanted and may(one):  # type: ignore[operator]
            of_prompt[one.prompt].append(one)
    found: list[Matchup] = []
    for each in of_prompt.values():
        rng.shuffle(each)
    while len(found) < number and any(of_prompt.values()):
        found += [of_prompt[prompt].pop() for prompt in wanted if of_prompt[prompt]]
    return found[:number]


def _texts(item: models.PooledMatchup) -> tuple[int, int]:
    return item.first_completion_id, item.second_completion_id


def _order(item: models.PooledMatchup, who: str) -> tuple[int, int]:
    """Return the texts as A and B for one person: by chance, and the same at every look."""
    texts = _texts(item)
    digest = hashlib.sha256(f"{item.id}\0{item.created_at}\0{who}".encode()).digest()
    return texts if digest[0] % 2 else (texts[1], texts[0])
