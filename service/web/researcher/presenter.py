"""What templates of sighted pages need decided: sentences, rows of tables, and what is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.completion import SETTLED, CompletionState
from service.reporting import marks, tables
from service.reporting.states import called
from service.reporting.words import NONE, Words
from service.usecases.sighted.generation.causes import CauseView
from service.usecases.sighted.generation.estimates import DryRun
from service.usecases.sighted.results.read import MarksView
from service.usecases.sighted.studies.habits import HabitsView
from service.usecases.sighted.studies.heads import StudyHead
from service.usecases.sighted.studies.overviews import (
    MOST_RATERS,
    ConfigurationView,
    RaterView,
    StudySummary,
    StudyView,
)

_UNFINISHED = ("pending", "running", "recorded", "blocked", "quarantined")
_TROUBLE = ("failed", "quarantined", "blocked")


@dataclass(frozen=True)
class Fact:
    """A figure with its name."""

    name: str
    value: str


@dataclass(frozen=True)
class ConfigurationRow:
    """One configuration in the table of generation."""

    name: str
    is_retired: bool
    marks: tuple[tuple[str, str], ...]  # (class, words)
    approach: str
    model: str
    ready: str
    unfinished: str
    failed: str
    has_failed: bool
    cost: str
    of_cost: tuple[str, ...]
    latency: str


@dataclass(frozen=True)
class Generation:
    """How far the completions of a study are; the bar shows `ready` ones, never failures."""

    total: int
    ready: int
    is_moving: bool
    stands: str
    trouble: str
    rows: tuple[ConfigurationRow, ...]


@dataclass(frozen=True)
class Money:
    """What a study may spend and has spent, and what nobody knows of it."""

    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Raters:
    """Who rates, by pseudonym, and how many votes are wanted."""

    stands: str
    rows: tuple[tuple[str, str, str, str], ...]  # (pseudonym, name, votes, standing)


def is_sealed(study: StudyHead) -> bool:
    """Tell whether results of this study are hidden just now: sealed and not yet unsealed."""
    return study.is_sealed


def summary(study: StudySummary, words: Words) -> str:
    """Return what the list says of a study."""
    parts = [
        words.ngettext(
            "%(number)s configuration", "%(number)s configurations", study.configurations
        ),
        words.ngettext("%(number)s prompt", "%(number)s prompts", study.prompts),
    ]
    if study.completions_total:
        parts.append(_ready(study.completions_ready, study.completions_total, words))
    voted = _votes_by(study.votes, study.raters, words)
    return " · ".join([*parts, _counted_at(voted, study.votes_as_of, words)])


def _votes_by(number: int, people: int, words: Words) -> str:
    """Return how many votes there are and how many people have judged: the same on all pages."""
    votes = words.ngettext("%(number)s vote", "%(number)s votes", number)
    return words.ngettext(
        "%(votes)s by %(number)s rater", "%(votes)s by %(number)s raters", people, votes=votes
    )


def _counted_at(voted: str, moment: datetime | None, words: Words) -> str:
    """Return how many votes there are, and when they were counted where that was before."""
    if moment is None:
        return voted
    return words.gettext("%(votes)s (counted at %(time)s)", votes=voted, time=words.moment(moment))


def _ready(ready: int, total: int, words: Words) -> str:
    return words.ngettext(
        "%(part)s of %(number)s completion ready",
        "%(part)s of %(number)s completions ready",
        total,
        part=words.count(ready),
    )


def generation(study: StudyView, words: Words) -> Generation:
    """Return how far the completions of a study are."""
    states = study.states
    total = sum(states.values())
    return Generation(
        total=total,
        ready=study.completions_ready,
        is_moving=any(states.get(state) for state in CompletionState if state not in SETTLED),
        stands=_stands(study, total, words)
        if total
        else words.gettext("Nothing is generated before the study opens."),
        trouble=_counted(states, _TROUBLE, words),
        rows=tuple(_configuration(each, words) for each in study.configurations),
    )


def _stands(study: StudyView, total: int, words: Words) -> str:
    told = [_ready(study.states.get("ready", 0), total, words)]
    if study.calls_reused:
        reused = words.ngettext(
            "%(number)s call answered from the store",
            "%(number)s calls answered from the store",
            study.calls_reused,
        )
        if study.saved:
            saved = words.money(study.saved)
            reused = words.gettext("%(reused)s (%(sum)s saved)", reused=reused, sum=saved)
        told.append(reused)
    if study.is_paused:
        told.append(called("paused", words))
    if study.waiting_until:
        told.append(
            words.gettext(
                "waiting for the provider until %(time)s", time=words.moment(study.waiting_until)
            )
        )
    rateable = words.ngettext(
        "%(part)s of %(number)s prompt can be rated.",
        "%(part)s of %(number)s prompts can be rated.",
        study.prompts,
        part=words.count(study.prompts_dealable),
    )
    return f"{', '.join(told)}. {rateable}"


def _configuration(each: ConfigurationView, words: Words) -> ConfigurationRow:
    badges: list[tuple[str, str]] = []
    if each.is_retired:
        badges.append(("", words.gettext("revision %(number)s, retired", number=each.revision)))
    if each.leaks:
        leaks = words.ngettext("%(number)s leak", "%(number)s leaks", each.leaks)
        badges.append(("warn", leaks))
    if each.paused_because:
        badges.append(("bad", words.gettext("paused: %(reason)s", reason=each.paused_because)))
    if each.resting_because:
        badges.append(("warn", words.gettext("resting: %(reason)s", reason=each.resting_because)))
    if each.waiting_until and not each.paused_because:
        told = words.gettext(
            "waiting for the provider until %(time)s", time=words.moment(each.waiting_until)
        )
        badges.append(("warn", told))
    of_cost: list[str] = []
    if each.one_off_cost is not None:
        of_cost.append(words.gettext("and %(cost)s once", cost=words.money(each.one_off_cost)))
    if each.reused:
        of_cost.append(
            words.ngettext(
                "%(number)s call from the store", "%(number)s calls from the store", each.reused
            )
        )
    return ConfigurationRow(
        name=each.name,
        is_retired=each.is_retired,
        marks=tuple(badges),
        approach=each.approach,
        model=each.model or words.gettext("imported"),
        ready=words.count(each.states.get("ready", 0)),
        unfinished=_counted(each.states, _UNFINISHED, words) or NONE,
        failed=NONE if each.failure_rate is None else words.rate(each.failure_rate),
        has_failed=bool(each.failure_rate),
        cost=words.money(each.cost),
        of_cost=tuple(of_cost),
        latency=words.duration(each.latency_p50_ms),
    )


def _counted(states: dict[str, int], names: Sequence[str], words: Words) -> str:
    """Return how many are in each of these states: "3 failed, 1 blocked"."""
    return ", ".join(
        f"{words.count(states[name])} {called(name, words)}" for name in names if states.get(name)
    )


@dataclass(frozen=True)
class CauseRow:
    """One cause of failures as the table shows it; `cause` is what a retry sends."""

    cause: str
    number: str
    configurations: str
    said: tuple[str, ...]
    may_retry: bool


def cause(each: CauseView, words: Words) -> CauseRow:
    """Return what is said of one cause of failures."""
    said = [message for message in each.messages if message]
    if each.more_messages:
        said.append(words.gettext("and %(number)s more", number=words.count(each.more_messages)))
    return CauseRow(
        cause=each.cause,
        number=words.count(each.number),
        configurations=", ".join(f"{name} {words.count(of)}" for name, of in each.configurations),
        said=tuple(said),
        may_retry=each.can_retry > 0,
    )


def money(study: StudyView, words: Words) -> Money:
    """Return what a study may spend and has spent."""
    budget = study.budget
    calls, tokens = words.count(budget.spent_calls), words.count(budget.spent_tokens)
    if budget.cap_calls is not None:
        calls = _of(calls, words.count(budget.cap_calls), words)
    if budget.cap_tokens is not None:
        tokens = _of(tokens, words.count(budget.cap_tokens), words)
    warnings: list[str] = []
    if budget.unknown:
        warnings.append(
            words.ngettext(
                "Unknown: %(number)s completion of unknown price is not in these sums. "
                "Caps on calls and tokens hold it.",
                "Unknown: %(number)s completions of unknown price are not in these sums. "
                "Caps on calls and tokens hold them.",
                budget.unknown,
            )
        )
    if budget.maybe_paid:
        warnings.append(
            words.ngettext(
                "%(number)s call ended without an answer and may have been charged.",
                "%(number)s calls ended without an answer and may have been charged.",
                budget.maybe_paid,
            )
        )
    return Money(
        facts=(
            Fact(
                words.gettext("Cap in money"),
                words.gettext("none") if budget.cap is None else words.money(budget.cap),
            ),
            Fact(words.gettext("Spent"), words.money(budget.spent)),
            Fact(words.gettext("Held for running calls"), words.money(budget.held)),
            Fact(
                words.gettext("Left"),
                words.gettext("no cap") if budget.left is None else words.money(budget.left),
            ),
            Fact(words.gettext("Calls"), calls),
            Fact(words.gettext("Tokens"), tokens),
        ),
        warnings=tuple(warnings),
    )


def raters(study: StudyView, words: Words) -> Raters:
    """Return who rates, and how many votes are wanted."""
    votes = words.gettext(
        "%(votes)s so far, %(open)s more to be dealt.",
        votes=_counted_at(_votes_by(study.votes, study.people, words), study.votes_as_of, words),
        open=words.count(study.places_open),
    )
    if study.quota:
        votes += " " + words.ngettext(
            "Each rater is asked for %(number)s matchup.",
            "Each rater is asked for %(number)s matchups.",
            study.quota,
        )
    pseudonyms = words.gettext(
        "Raters are known by pseudonyms; this says nothing about who is ahead."
    )
    if len(study.raters) == MOST_RATERS:
        pseudonyms += " " + words.ngettext(
            "The first %(number)s who began is shown.",
            "The first %(number)s who began are shown.",
            MOST_RATERS,
        )
    return Raters(
        stands=f"{votes} {pseudonyms}"
        if study.raters
        else words.gettext("Nobody has started yet."),
        rows=tuple(
            (each.pseudonym, each.name, words.count(each.votes), standing(each, study, words))
            for each in study.raters
        ),
    )


def _of(part: str, whole: str, words: Words) -> str:
    return words.gettext("%(part)s of %(whole)s", part=part, whole=whole)


def standing(rater: RaterView | HabitsView, study: StudyHead, words: Words) -> str:
    """Return whether a rater is at work, and whether they have seen results."""
    told = words.gettext("finished") if rater.is_finished else words.gettext("rating")
    given = rater.judged if isinstance(rater, HabitsView) else rater.votes
    if study.quota and given >= study.quota and not rater.is_finished:
        told = words.gettext("has given all that was asked")
    if not rater.is_sighted:
        return told
    if study.counts_sighted:
        seen = words.gettext("has seen results")
    else:
        seen = words.gettext("has seen results: not counted")
    return f"{told}, {seen}"


def estimate(study: StudyHead, dry_run: DryRun, words: Words) -> list[str]:
    """Return what stands under the table of an estimate."""
    told: list[str] = []
    if dry_run.is_store_unasked:
        told.append(
            words.gettext(
                "For so many completions the store is not asked beforehand: calls that were made "
                "before will cost nothing."
            )
        )
    if dry_run.reused:
        told.append(
            words.ngettext(
                "%(number)s call more was made before: it is answered from the store and costs "
                "nothing.",
                "%(number)s calls more were made before: they are answered from the store and "
                "cost nothing.",
                dry_run.reused,
            )
        )
    if study.cap is not None:
        told.append(
            words.gettext(
                "The study's cap of %(sum)s holds in any case: money is held before it is spent.",
                sum=words.money(study.cap),
            )
        )
    return told


def unknown_prices(dry_run: DryRun, words: Words) -> str:
    """Return whose price nobody knows and what to do about it, "" where all are known."""
    if not (dry_run.unknown and dry_run.calls):
        return ""
    return words.gettext(
        "Unknown: nobody knows the price of %(names)s. "
        "Declare it with the configuration, or cap calls and tokens in the settings: "
        "%(calls)s calls and %(tokens)s tokens have room for all of it.",
        names=words.listed(dry_run.unknown),
        calls=words.count(dry_run.calls),
        tokens=words.count(dry_run.tokens),
    )


def cost_together(dry_run: DryRun, words: Words) -> str:
    """Return what all calls cost at most, as far as prices are known."""
    cost = words.money(dry_run.cost)
    return words.gettext("%(sum)s and more", sum=cost) if dry_run.unknown else cost


def of_marks(view: MarksView, words: Words) -> dict[str, Any]:
    """Return what the part of a page about criteria, grades and gold shows."""
    return {
        "marks": view,
        "of_grades": marks.of_grades(view.marks, words),
        "of_criteria": marks.cautions(view.marks, words),
        "grades_table": tables.grades(view.marks.grades, words, is_computed=view.is_computed),
        "gold_table": None if view.gold is None else tables.gold(view.gold, words),
    }
