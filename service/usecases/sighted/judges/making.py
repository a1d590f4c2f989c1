"""Makes judges and their versions: a model, one criterion, a rubric, examples, and a cap."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.domain import budget, judge_question
from service.domain.budget import Cap, CapMissing
from service.domain.completion import CompletionState
from service.domain.configuration import Configuration, Price
from service.domain.judge import Pool
from service.domain.judge_question import JudgeInvalid, Scale
from service.domain.study import LeakPolicy, RenderMode, StudyState
from service.errors import Conflict
from service.store import completions, judgements, judges, models, studies
from service.store.studies import JUDGING
from service.usecases.sighted import lookup
from service.usecases.sighted.generation import estimates, reach
from service.usecases.sighted.judges import finding, pools, texts
from service.usecases.sighted.studies import rows

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_JUDGES = 20
MOST_USD = 100_000.0
_MOST_COUNT = 10**12


class JudgeThere(Conflict):
    """The study has a judge of that name."""


class NothingChanged(Conflict):
    """A new version would be the same as the newest one."""


@dataclass(frozen=True)
class JudgeTold:
    """What a version of a judge is made from; `examples` are numbers of graded items."""

    criterion: str
    model: str
    endpoint: str | None = None
    rubric: str = ""
    scale: Scale = Scale.GRADES
    examples: tuple[int, ...] = ()
    price: Price | None = None
    max_tokens: int = judge_question.MAX_TOKENS


def create(
    session: Session,
    study_name: str,
    name: str,
    told: JudgeTold,
    cap: Cap,
    who: str,
    now: datetime,
) -> models.Judge:
    """Make a judge with its first version.

    Raises
    ------
    UnknownStudy, JudgeInvalid, JudgeThere, ModelUnknown
    """
    study = studies.lock(session, lookup.find(session, study_name).id)
    if not _NAME.fullmatch(name):
        raise JudgeInvalid(
            "Call the judge by up to 40 small letters, digits and hyphens, such as tone-of-voice."
        )
    there = judges.of_study(session, study.id)
    if any(one.name == name for one in there):
        raise JudgeThere("The study has a judge called %(name)s already.", name=name)
    if len(there) >= MOST_JUDGES:
        raise JudgeInvalid("A study has at most %(most)s judges.", most=MOST_JUDGES)
    shelf = _shelf(session, study, name, now)
    judge = models.Judge(
        study_id=study.id,
        shelf_id=shelf.id,
        name=name,
        criterion=_criterion(told),
        made_by=who,
        created_at=now,
    )
    session.add(judge)
    session.flush()
    _bind(shelf, cap)
    _add_version(session, study, judge, told, 1, who, now)
    return judge


def edit(
    session: Session, study_name: str, name: str, told: JudgeTold, who: str, now: datetime
) -> int:
    """Make the next version of a judge and return its number; what the last one said stays said.

    Calls that the last version still waited for are not made any more.

    Raises
    ------
    UnknownStudy, UnknownJudge, JudgeInvalid, NothingChanged, ModelUnknown
    """
    found = finding.find(session, study_name, name)
    shelf = studies.lock(session, found.judge.shelf_id)
    number = found.version.number + 1
    made = _add_version(session, found.study, found.judge, told, number, who, now)
    if made.fingerprint == found.version.fingerprint:
        raise NothingChanged(
            "Nothing would be different from version %(number)s.", number=found.version.number
        )
    found.judge.criterion = _criterion(told)
    old = studies.configuration(session, found.version.configuration_id)
    old.retired_at = now
    session.execute(
        update(models.Completion)
        .where(
            models.Completion.study_id == shelf.id,
            models.Completion.configuration_id == old.id,
            models.Completion.state.in_([CompletionState.PENDING, CompletionState.BLOCKED]),
        )
        .values(
            state=str(CompletionState.FAILED),
            error_class="newer_version",
            error_message="A newer version of the judge took the place of this one.",
        )
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return number


def set_cap(session: Session, study_name: str, name: str, cap: Cap, now: datetime) -> int:
    """Set what a judge may take in all; what had stopped at the last cap goes on, so many calls.

    Raises
    ------
    UnknownStudy, UnknownJudge, JudgeInvalid
    """
    found = finding.find(session, study_name, name)
    shelf = studies.lock(session, found.judge.shelf_id)
    _bind(shelf, cap)
    _check_cap(session, shelf, studies.configuration(session, found.version.configuration_id))
    return completions.free_blocked(session, shelf.id, now)


def pause(session: Session, study_name: str, name: str, *, is_paused: bool) -> None:
    """Have a judge rest, or go on; calls that run are finished.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    found = finding.find(session, study_name, name)
    shelf = studies.lock(session, found.judge.shelf_id)
    shelf.is_paused = is_paused
    if not is_paused:
        studies.resume_configurations(session, shelf.id)
    session.flush()


def _criterion(told: JudgeTold) -> str:
    criterion = told.criterion.strip()
    if not 1 <= len(criterion) <= judge_question.MOST_CRITERION:
        raise JudgeInvalid(
            "Name one criterion, in up to %(most)s characters.", most=judge_question.MOST_CRITERION
        )
    return criterion


def _shelf(session: Session, study: models.Study, name: str, now: datetime) -> models.Study:
    row = rows.study_row(
        judges.shelf_name(study, name),
        JUDGING,
        now,
        title=study.title,
        instructions="",
        votes_per_matchup=1,
        dealing="uniform",
        render_mode=str(RenderMode.PLAIN),
        leak_policy=str(LeakPolicy.REPORT),
        is_sealed=study.is_sealed,
        counts_sighted=False,
        options={},
    )
    session.add(row)
    session.flush()
    return row


def _bind(shelf: models.Study, cap: Cap) -> None:
    if cap.usd is not None and not 0 <= cap.usd <= MOST_USD:
        raise JudgeInvalid("The cap is from 0 to %(most)s US dollars.", most=int(MOST_USD))
    for count in (cap.calls, cap.tokens):
        if count is not None and not 0 <= count <= _MOST_COUNT:
            raise JudgeInvalid("A cap on calls or tokens is a whole number from 0.")
    shelf.cap_nanos = None if cap.usd is None else budget.to_nanos(cap.usd)
    shelf.cap_calls, shelf.cap_tokens = cap.calls, cap.tokens


def _check_cap(session: Session, shelf: models.Study, row: models.Configuration) -> None:
    try:
        estimates.check_cap(session, shelf, [row])
    except CapMissing:
        if shelf.cap_nanos is None:
            raise JudgeInvalid(
                "A judge calls a model and needs a cap: in US dollars, or in calls and tokens "
                "where its price is not known."
            ) from None
        raise JudgeInvalid(
            "Nobody knows the price of %(model)s, so a cap in money cannot hold it. Give its price "
            "for a million tokens read and written, or cap calls and tokens.",
            model=row.model or "",
        ) from None


def _add_version(
    session: Session,
    study: models.Study,
    judge: models.Judge,
    told: JudgeTold,
    number: int,
    who: str,
    now: datetime,
) -> models.JudgeVersion:
    if study.state == StudyState.DRAFT and told.examples:
        raise JudgeInvalid("A draft has no answers yet that could be examples. Open it first.")
    if len(told.rubric) > judge_question.MOST_RUBRIC:
        raise JudgeInvalid(
            "The rubric has more than %(most)s characters.", most=judge_question.MOST_RUBRIC
        )
    if not told.model.strip():
        raise JudgeInvalid("Name the model that judges, such as openai/gpt-4o-mini.")
    if told.price is not None and min(told.price.input, told.price.output) < 0:
        raise JudgeInvalid("A price is not below 0.")
    if not 1 <= told.max_tokens <= 100_000:  # noqa: PLR2004 - told in the message
        raise JudgeInvalid("An answer may have from 1 to 100000 tokens.")
    shown = _examples(session, judge, told.examples)
    configuration = Configuration(
        name=judge.name,
        model=told.model.strip(),
        endpoint=told.endpoint or None,
        system_prompt=judge_question.system_prompt(_criterion(told), told.rubric, told.scale),
        parameters={"temperature": 0, "max_tokens": told.max_tokens},
        price=told.price,
        examples=tuple(
            judge_question.example(sides, grades, reason, told.scale)
            for sides, grades, reason in _told_examples(session, study, shown)
        ),
    )
    row = rows.configuration_row(judge.shelf_id, configuration, number, now)
    session.add(row)
    session.flush()
    reach.check(session, row)
    _check_cap(session, studies.by_id(session, judge.shelf_id), row)
    version = models.JudgeVersion(
        judge_id=judge.id,
        number=number,
        fingerprint=_fingerprint(configuration),
        configuration_id=row.id,
        rubric=told.rubric.strip(),
        scale=str(told.scale),
        made_by=who,
        created_at=now,
    )
    session.add(version)
    session.flush()
    session.add_all(
        models.JudgeExample(
            version_id=version.id, place=place, pooled_id=one.item.id, pool=str(Pool.CALIBRATION)
        )
        for place, one in enumerate(shown)
    )
    session.flush()
    return version


def _fingerprint(configuration: Configuration) -> str:
    """Return a hash of all that its verdicts depend on; what they cost is no part of it."""
    bare = replace(configuration, price=None)
    return hashlib.sha256(f"judge\0{bare.fingerprint}".encode()).hexdigest()


def _examples(session: Session, judge: models.Judge, wanted: Sequence[int]) -> list[judges.Graded]:
    """Return the graded items of these numbers, one grade each, in their order."""
    if len(wanted) > judge_question.MOST_EXAMPLES:
        raise JudgeInvalid(
            "A judge is shown at most %(most)s examples.", most=judge_question.MOST_EXAMPLES
        )
    graded = {one.item.id: one for one in reversed(judges.grades(session, judge.id))}
    found = []
    for identity in dict.fromkeys(wanted):
        if identity in graded:
            found.append(graded[identity])
            continue
        item = judges.item(session, judge.id, identity)
        if item is not None and item.pool == Pool.AUDIT:
            raise pools.OfTheAudit(
                "Item %(number)s measures the judge, so it is never shown to it: a judge that has "
                "seen the answers is not measured by them.",
                number=identity,
            )
        raise JudgeInvalid("There is no graded item %(number)s to be an example.", number=identity)
    return found


def _told_examples(
    session: Session, study: models.Study, shown: Sequence[judges.Graded]
) -> list[tuple[judge_question.Sides, tuple[int, int], str]]:
    """Return examples with their texts; every other one exchanged, so no side wins by its place."""
    ids = {
        text
        for one in shown
        for text in (one.item.first_completion_id, one.item.second_completion_id)
    }
    read = texts.shown(session, study, ids)
    found = []
    for place, (item, grade) in enumerate(shown):
        first = (item.first_completion_id, grade.first_grade)
        second = (item.second_completion_id, grade.second_grade)
        a, b = (second, first) if place % 2 else (first, second)
        sides = read.sides(item.prompt_id, a[0], b[0])
        found.append((sides, (a[1], b[1]), grade.reason))
    return found


@dataclass(frozen=True)
class Known:
    """A judge of a study as a list shows it."""

    name: str
    criterion: str
    version: int
    model: str
    judged: int
    waiting: int
    spent: float
    cap: float | None


def every(session: Session, study_name: str) -> list[Known]:
    """Return a study's judges in the order in which they came.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, study_name)
    found = []
    for judge in judges.of_study(session, study.id):
        version = judges.versions(session, judge.id)[0]
        shelf = studies.by_id(session, judge.shelf_id)
        states = judgements.states(session, version.id)
        waiting = sum(states[one] for one in ("pending", "running", "recorded"))
        found.append(
            Known(
                name=judge.name,
                criterion=judge.criterion,
                version=version.number,
                model=str(studies.configuration(session, version.configuration_id).model),
                judged=states.total() - waiting - states["failed"] - states["blocked"],
                waiting=waiting,
                spent=shelf.spent_nanos / budget.NANOS,
                cap=None if shelf.cap_nanos is None else shelf.cap_nanos / budget.NANOS,
            )
        )
    return found
