"""Shows how studies stand: their list, and all that the page of one study says."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.budget import NANOS
from service.domain.completion import CompletionState
from service.domain.measured import Measured
from service.store import (
    attempts,
    completions,
    judging,
    prompts,
    raters,
    studies,
    study_lines,
    tallies,
    took,
    votes,
)
from service.store.models import Study
from service.store.study_lines import Numbers
from service.usecases.sighted.generation import brakes
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import read, sums
from service.usecases.sighted.studies import heads, vote_counts
from service.usecases.sighted.studies.heads import ConfigurationHead, StudyHead

MOST_FAILURES = 200
# So many studies stand on a page of their list.
PAGE = 50
# So many raters the page of a study shows.
MOST_RATERS = 50
_TO_COME = (CompletionState.PENDING, CompletionState.RUNNING, CompletionState.RECORDED)
_ENDED_BADLY = (CompletionState.FAILED, CompletionState.BLOCKED, CompletionState.QUARANTINED)


@dataclass(frozen=True)
class StudySummary:
    """One line of the list of studies."""

    name: str
    title: str
    state: str
    prompts: int
    configurations: int
    completions_ready: int
    completions_total: int
    votes: int
    # Who has judged something: whoever has a link alone is none.
    raters: int
    is_invited: bool
    is_sealed: bool
    is_demonstration: bool
    created_at: datetime
    is_stuck: bool = False
    votes_as_of: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ConfigurationView(ConfigurationHead):
    """A configuration with what its completions took."""

    paused_because: str | None
    resting_because: str | None
    # Until when its provider asked to wait, where it has answered nothing since.
    waiting_until: datetime | None
    states: dict[str, int]
    failure_rate: float | None
    cost: float | None
    cost_per_1000: float | None
    latency_p50_ms: float | None
    leaks: int
    reused: int = 0
    saved: float = 0.0


@dataclass(frozen=True)
class FailureView:
    """A completion that failed, as the researcher sees it."""

    completion_id: int
    prompt_key: str
    configuration: str
    state: str
    error_class: str
    message: str
    attempts: int
    may_retry: bool


@dataclass(frozen=True)
class BudgetView:
    """Caps and what is held and spent, money in USD; a cap of None does not bind."""

    cap: float | None
    cap_calls: int | None
    cap_tokens: int | None
    held: float
    spent: float
    held_calls: int
    spent_calls: int
    held_tokens: int
    spent_tokens: int
    unknown: int
    maybe_paid: int

    @property
    def left(self) -> float | None:
        """What the cap leaves, None without one."""
        return None if self.cap is None else self.cap - self.held - self.spent


@dataclass(frozen=True)
class RaterView:
    """A rater's progress: who it is and numbers, nothing that shows a winner."""

    pseudonym: str
    name: str
    votes: int
    is_sighted: bool
    is_finished: bool


@dataclass(frozen=True, kw_only=True)
class StudyView(StudyHead):
    """All that the page of one study shows."""

    configurations: tuple[ConfigurationView, ...]
    prompts: int
    prompts_dealable: int
    places_open: int
    states: dict[str, int]
    budget: BudgetView
    failures: tuple[FailureView, ...]
    pending_votes: int
    # The first who have begun; all of them have a page of their own.
    raters: tuple[RaterView, ...]
    people: int
    votes: int
    # When they were counted, where that was not just now.
    votes_as_of: datetime | None = None

    @property
    def completions_total(self) -> int:
        """All completions of configurations in service."""
        return sum(self.states.values())

    @property
    def completions_ready(self) -> int:
        """Completions that may be dealt."""
        return self.states.get("ready", 0)

    @property
    def waiting_until(self) -> datetime | None:
        """Until when the first provider asked to wait, None where none did."""
        waits = [each.waiting_until for each in self.configurations if each.waiting_until]
        return min(waits, default=None)

    @property
    def is_stuck(self) -> bool:
        """Whether nothing can be rated and nothing more will come by itself."""
        return self.state == "open" and is_stuck(self.states, self.prompts_dealable)

    @property
    def calls_reused(self) -> int:
        """Calls that the store answered."""
        return sum(each.reused for each in self.configurations)

    @property
    def saved(self) -> float:
        """What they would have cost in USD, as far as it is known."""
        return sum(each.saved for each in self.configurations)


def is_stuck(states: Mapping[str, int], dealable: int) -> bool:
    """Tell whether completions failed or were stopped, none is to come, and no prompt is rated."""
    to_come = sum(states.get(state, 0) for state in _TO_COME)
    ended_badly = sum(states.get(state, 0) for state in _ENDED_BADLY)
    return ended_badly > 0 and not to_come and not dealable


def every(session: Session) -> list[StudySummary]:
    """Return all studies, the newest first."""
    return summaries(session, studies.every(session))


@dataclass(frozen=True)
class Page:
    """Some studies, the newest first; `next_before` is where the next page begins, if any."""

    items: list[StudySummary]
    next_before: int | None


def page(session: Session, before: int | None) -> Page:
    """Return the newest studies, or those made before one; `PAGE` of them at most."""
    rows = study_lines.before(session, before, PAGE + 1)
    shown = rows[:PAGE]
    return Page(summaries(session, shown), shown[-1].id if len(rows) > PAGE else None)


def names(session: Session) -> list[str]:
    """Return the names of all studies, the newest first."""
    return study_lines.names(session)


def study(session: Session, name: str) -> StudyView:
    """Return all that the page of a study shows.

    Raises
    ------
    UnknownStudy
    """
    row = find(session, name)
    counted_votes = vote_counts.of_study(session, row.id)
    present = configurations(session, name)
    totals: Counter[str] = Counter()
    for each in present:
        totals.update(each.states)
    counted = prompts.counted(session, row.id)
    return StudyView(
        **heads.of_row(row),
        configurations=present,
        prompts=counted.prompts,
        prompts_dealable=counted.dealable,
        places_open=counted.places,
        states=dict(totals),
        budget=_budget(session, row),
        failures=tuple(
            FailureView(
                completion_id=completion.id,
                prompt_key=key,
                configuration=configuration,
                state=completion.state,
                error_class=completion.error_class or completion.state,
                message=completion.error_message or "It names its maker, so it is not shown.",
                attempts=completion.attempts,
                may_retry=completion.state == CompletionState.FAILED
                and completion.origin == "generated",
            )
            for completion, key, configuration in completions.failures(
                session, row.id, MOST_FAILURES
            )
        ),
        pending_votes=tallies.dirty_count(session, row.id),
        raters=_raters(session, row),
        people=votes.people(session, row.id),
        votes=counted_votes.number,
        votes_as_of=counted_votes.as_of,
    )


def _raters(session: Session, row: Study) -> tuple[RaterView, ...]:
    """Return the first of a study's raters who have begun."""
    begun = judging.begun(session, row.id, 0, MOST_RATERS)
    names = raters.names(session, row.id)
    given = votes.of_raters(session, [rater.id for rater in begun])
    return tuple(
        RaterView(
            pseudonym=rater.pseudonym,
            name=names.get(rater.id, ""),
            votes=given.get(rater.id, 0),
            is_sighted=rater.is_sighted,
            is_finished=rater.finished_at is not None,
        )
        for rater in begun
    )


def configurations(session: Session, name: str) -> tuple[ConfigurationView, ...]:
    """Return the configurations of a study, retired ones included, with what they took so far.

    Raises
    ------
    UnknownStudy
    """
    row = find(session, name)
    groups = took.groups(session, row.id)
    measured = defaultdict(Measured, sums.of_groups(groups, took.medians(session, row.id)))
    leaks = took.leaks(session, row.id)
    present = studies.configurations(session, row.id)
    waits = brakes.waits(session, present)
    states: dict[int, Counter[str]] = {each.id: Counter() for each in present}
    for group in groups:
        states[group.configuration_id][group.state] += group.number
    return tuple(
        ConfigurationView(
            **heads.of_configuration(each),
            paused_because=each.paused_because,
            resting_because=each.resting_because,
            waiting_until=waits.get(each.id) if states[each.id][CompletionState.PENDING] else None,
            states=dict(states[each.id]),
            failure_rate=measured[each.id].rates.failed,
            cost=measured[each.id].cost,
            cost_per_1000=measured[each.id].cost_per_1000,
            latency_p50_ms=measured[each.id].latency_p50_ms,
            leaks=leaks.get(each.id, 0),
            reused=measured[each.id].reused,
            saved=measured[each.id].saved,
        )
        for each in present
    )


def summaries(session: Session, rows: Sequence[Study]) -> list[StudySummary]:
    """Return the lines of studies; the database is asked as often for many as for one."""
    told = study_lines.of_studies(session, [row.id for row in rows])
    return [_summary(row, told[row.id]) for row in rows]


def _summary(row: Study, told: Numbers) -> StudySummary:
    return StudySummary(
        name=row.name,
        title=row.title,
        state=row.state,
        prompts=told.prompts,
        configurations=told.configurations,
        completions_ready=told.states.get(CompletionState.READY, 0),
        completions_total=sum(told.states.values()),
        votes=told.votes if told.kept is None else told.kept.votes,
        votes_as_of=None if told.kept is None else told.kept.counted_at,
        raters=told.people,
        is_invited=told.is_invited,
        is_sealed=read.is_sealed(row),
        is_demonstration=row.is_demonstration,
        created_at=row.created_at,
        is_stuck=row.state == "open" and is_stuck(told.states, told.dealable),
    )


def _budget(session: Session, row: Study) -> BudgetView:
    unknown, maybe_paid = attempts.money_unknown(session, row.id)
    return BudgetView(
        cap=None if row.cap_nanos is None else row.cap_nanos / NANOS,
        cap_calls=row.cap_calls,
        cap_tokens=row.cap_tokens,
        held=row.held_nanos / NANOS,
        spent=row.spent_nanos / NANOS,
        held_calls=row.held_calls,
        spent_calls=row.spent_calls,
        held_tokens=row.held_tokens,
        spent_tokens=row.spent_tokens,
        unknown=unknown,
        maybe_paid=maybe_paid,
    )
