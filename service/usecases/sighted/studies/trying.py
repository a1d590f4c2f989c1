"""Tries some configurations on some prompts before a study opens; nothing of it is in the study.

The answers are made by workers on the same path as all others: claimed under a lease, with money
held under a cap of their own. They hang on a row that no list shows and no rater is dealt from, and
the next try takes their place. Calls of a try are never reused, nor does a try reuse others: who
may try until an answer pleases must not carry it into a study.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.budget import NANOS, NOTHING
from service.domain.completion import CompletionState
from service.domain.study import StudyNotOpen, StudyState
from service.domain.trial import STOPPED, Cell, Trial, Tried
from service.errors import Conflict, Invalid
from service.store import models, prompts, studies, trials
from service.store.studies import TRIAL
from service.usecases.sighted import lookup
from service.usecases.sighted.generation import requests
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.studies import filing, rows

MOST_CONFIGURATIONS = 10
MOST_PROMPTS = 10
USUAL_PROMPTS = 3
USUAL_USD = 0.5
MOST_USD = 100.0
# A failed call may be made again, so calls and tokens may be this often what one round takes.
_ROUNDS = 2
_STOPPED = "stopped"  # as the class of an error
_TRIED = "tried"  # in the options of the row of a study's tries: which configurations were chosen


class TrialInvalid(Invalid):
    """A try that cannot be made as it was asked for."""


class TrialUnderWay(Conflict):
    """Calls of the last try are still being answered."""


def begin(
    session: Session,
    name: str,
    wanted: Sequence[str],
    number: int,
    usd: float,
    now: datetime,
    rng: random.Random | None = None,
) -> int:
    """Write what a new try asks for in place of the last one; return how many calls wait.

    `wanted` are names of configurations, the first ten where it is empty; `number` prompts are
    the first ones, or drawn by `rng`.

    Raises
    ------
    UnknownStudy, StudyNotOpen, TrialInvalid, TrialUnderWay
    """
    study = studies.lock(session, lookup.find(session, name).id)
    if study.state == StudyState.CLOSED:
        raise StudyNotOpen("The study is closed and takes nothing more.")
    if not 1 <= number <= MOST_PROMPTS:
        raise TrialInvalid("Try from 1 to %(most)s prompts.", most=MOST_PROMPTS)
    if not 0 <= usd <= MOST_USD:
        raise TrialInvalid("A try may take from 0 to %(most)s US dollars.", most=int(MOST_USD))
    chosen = _chosen(session, study, wanted)
    found = list(prompts.of_study(session, study.id))
    if not found:
        raise TrialInvalid("There is no prompt to try. Add one first.")
    number = min(number, len(found))
    kept = found[:number] if rng is None else rng.sample(found, number)
    trial = trials.find(session, study) or _new_row(session, study, now)
    if trials.is_calling(session, trial.id):
        raise TrialUnderWay("The last try is still being answered. Wait for it, then try again.")
    copies = [(filing.prompt_of(row), dict(row.html)) for row in kept]
    told = [filing.configuration_of(row) for row in _in_service(session, study)]
    trials.clear(session, trial.id)
    for field in ("title", "render_mode", "leak_policy"):
        setattr(trial, field, getattr(study, field))
    trial.options, trial.created_at = {_TRIED: list(chosen)}, now
    asked = [rows.prompt_row(trial, each, at, now, html) for at, (each, html) in enumerate(copies)]
    # All of them, for leaks are looked for by the names of all.
    competing = [
        rows.configuration_row(trial.id, replace(each, samples=1), 1, now) for each in told
    ]
    session.add_all([*asked, *competing])
    session.flush()
    called = [row for row in competing if row.name in chosen and row.model is not None]
    _bind(session, trial, called, asked, usd)
    session.add_all(
        rows.pending_completion(trial.id, row.id, prompt.id, 1, now)
        for prompt in asked
        for row in called
    )
    session.flush()
    return len(called) * len(asked)


def stop(session: Session, name: str) -> int:
    """End the last try: what nobody has begun is never called; returns how many calls that were.

    Calls under way are answered and paid.

    Raises
    ------
    UnknownStudy
    """
    trial = trials.find(session, lookup.find(session, name))
    return 0 if trial is None else trials.stop(session, trial.id, _STOPPED)


def last(session: Session, name: str) -> Trial | None:
    """Return the last try of a study, None where there was none.

    Beside what was called stand the answers that the study has of configurations without a model.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, name)
    trial = trials.find(session, study)
    if trial is None:
        return None
    chosen = [str(one) for one in trial.options.get(_TRIED, [])]
    asked = prompts.of_study(session, trial.id)
    keys = [row.key for row in asked]
    found = [
        *trials.answers(session, trial.id, chosen, keys),
        *trials.answers(session, study.id, _imported(session, study, chosen), keys),
    ]
    cells = {(key, who): _cell(row, who, paused) for row, key, who, paused in found}
    return Trial(
        configurations=tuple(chosen),
        rows=tuple(
            Tried(
                key=row.key,
                turns=tuple(row.html["turns"]),
                context=row.html["context"],
                cells=tuple(cells.get((row.key, who), Cell(who, "none")) for who in chosen),
            )
            for row in asked
        ),
        spent=trial.spent_nanos / NANOS,
        cap=(trial.cap_nanos or 0) / NANOS,
        begun_at=trial.created_at,
    )


def may_be_tried(session: Session, name: str) -> tuple[str, ...]:
    """Return the configurations that a try may take, in their order.

    Raises
    ------
    UnknownStudy
    """
    return tuple(row.name for row in _in_service(session, lookup.find(session, name)))


def _chosen(session: Session, study: models.Study, wanted: Sequence[str]) -> list[str]:
    known = [row.name for row in _in_service(session, study)]
    chosen = [one for one in known if one in set(wanted)] if wanted else known[:MOST_CONFIGURATIONS]
    unknown = next((one for one in wanted if one not in known), None)
    if unknown is not None:
        raise TrialInvalid(
            "The study has no configuration %(name)s. There are: %(known)s.",
            name=unknown,
            known=", ".join(known) or "–",
        )
    if not chosen:
        raise TrialInvalid("There is no configuration to try. Add one first.")
    if len(chosen) > MOST_CONFIGURATIONS:
        raise TrialInvalid("Try at most %(most)s configurations.", most=MOST_CONFIGURATIONS)
    return chosen


def _in_service(session: Session, study: models.Study) -> list[models.Configuration]:
    every = studies.configurations(session, study.id)
    return [row for row in every if row.retired_at is None]


def _imported(session: Session, study: models.Study, chosen: Sequence[str]) -> list[str]:
    return [
        row.name for row in _in_service(session, study) if row.model is None and row.name in chosen
    ]


def _bind(
    session: Session,
    trial: models.Study,
    called: Sequence[models.Configuration],
    asked: Sequence[models.Prompt],
    usd: float,
) -> None:
    """Cap a try: so much money more than all tries have taken, and so many calls and tokens."""
    bound = NOTHING
    for prompt in prompts.asked(session, [row.id for row in asked]).values():
        for row in called:
            try:
                bound += requests.upper_bound(session, row, prompt)
            except TemplateInvalid:
                continue  # its completion fails, and says so
    trial.cap_nanos = trial.spent_nanos + budget.to_nanos(usd)
    trial.cap_calls = trial.spent_calls + _ROUNDS * bound.calls
    trial.cap_tokens = trial.spent_tokens + _ROUNDS * bound.tokens


def _new_row(session: Session, study: models.Study, now: datetime) -> models.Study:
    row = rows.study_row(
        trials.name_of(study),
        TRIAL,
        now,
        title=study.title,
        instructions="",
        votes_per_matchup=1,
        dealing="uniform",
        render_mode=study.render_mode,
        leak_policy=study.leak_policy,
        is_sealed=False,
        counts_sighted=False,
        options={},
    )
    session.add(row)
    session.flush()
    return row


def _cell(row: models.Completion, configuration: str, paused: str | None) -> Cell:
    """Return an answer as it stands; one that waits for a paused configuration never comes."""
    if row.state == CompletionState.PENDING and paused is not None:
        return Cell(configuration, CompletionState.FAILED, error=paused)
    if row.error_class == _STOPPED:
        return Cell(configuration, STOPPED)
    leaks: Mapping[str, Any] = row.leaks or {}
    return Cell(
        configuration=configuration,
        state=row.state,
        html=tuple(row.html),
        latency_ms=row.latency_ms,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        cost=None if row.cost_nanos is None else row.cost_nanos / NANOS,
        leaks=tuple(str(leak["excerpt"]) for leak in leaks.get("found", ())),
        error=row.error_message or "" if row.state in {"failed", "blocked", "pending"} else "",
    )
