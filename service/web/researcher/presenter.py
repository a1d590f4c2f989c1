"""What templates of sighted pages need decided: sentences, rows of tables, and what is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.completion import SETTLED, CompletionState
from service.reporting.words import NONE, Words
from service.usecases.sighted.generation.estimates import DryRun
from service.usecases.sighted.generation.evidence import CompletionLine, CompletionView
from service.usecases.sighted.studies.overviews import (
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
    """How far the completions of a study are."""

    total: int
    settled: int
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
    rows: tuple[tuple[str, str, str], ...]  # (pseudonym, votes, standing)


def is_sealed(study: StudyView) -> bool:
    """Tell whether results of this study are hidden just now: sealed and not yet at its end."""
    return study.is_sealed and study.state != "closed"


def summary(study: StudySummary, words: Words) -> str:
    """Return what the list says of a study."""
    parts = [
        words.plural(study.configurations, "configuration"),
        words.plural(study.prompts, "prompt"),
    ]
    if study.completions_total:
        total = words.plural(study.completions_total, "completion")
        parts.append(f"{words.count(study.completions_ready)} of {total} ready")
    raters = words.plural(study.raters, "rater")
    return " · ".join([*parts, f"{words.plural(study.votes, 'vote')} by {raters}"])


def generation(study: StudyView, words: Words) -> Generation:
    """Return how far the completions of a study are."""
    states = study.states
    total = sum(states.values())
    stands = f"{words.count(states.get('ready', 0))} of {words.plural(total, 'completion')} ready"
    if study.calls_reused:
        stands += f", {words.plural(study.calls_reused, 'call')} answered from the store"
        if study.saved:
            stands += f" ({words.money(study.saved)} saved)"
    if study.is_paused:
        stands += ", paused"
    prompts = words.plural(study.prompts, "prompt")
    stands += f". {words.count(study.prompts_dealable)} of {prompts} can be rated."
    return Generation(
        total=total,
        settled=sum(states.get(state, 0) for state in SETTLED),
        is_moving=any(states.get(state) for state in CompletionState if state not in SETTLED),
        stands=stands if total else "Nothing is generated before the study opens.",
        trouble=_counted(states, _TROUBLE, words),
        rows=tuple(_configuration(each, words) for each in study.configurations),
    )


def _configuration(each: ConfigurationView, words: Words) -> ConfigurationRow:
    marks: list[tuple[str, str]] = []
    if each.is_retired:
        marks.append(("", f"revision {each.revision}, retired"))
    if each.leaks:
        marks.append(("warn", words.plural(each.leaks, "leak")))
    if each.paused_because:
        marks.append(("bad", f"paused: {each.paused_because}"))
    if each.resting_because:
        marks.append(("warn", f"resting: {each.resting_because}"))
    of_cost: list[str] = []
    if each.one_off_cost is not None:
        of_cost.append(f"and {words.money(each.one_off_cost)} once")
    if each.reused:
        of_cost.append(f"{words.plural(each.reused, 'call')} from the store")
    return ConfigurationRow(
        name=each.name,
        is_retired=each.is_retired,
        marks=tuple(marks),
        approach=each.approach,
        model=each.model or "imported",
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
    return ", ".join(f"{words.count(states[name])} {name}" for name in names if states.get(name))


def money(study: StudyView, words: Words) -> Money:
    """Return what a study may spend and has spent."""
    budget = study.budget
    calls, tokens = words.count(budget.spent_calls), words.count(budget.spent_tokens)
    if budget.cap_calls is not None:
        calls += f" of {words.count(budget.cap_calls)}"
    if budget.cap_tokens is not None:
        tokens += f" of {words.count(budget.cap_tokens)}"
    warnings: list[str] = []
    if budget.unknown:
        verb = "is" if budget.unknown == 1 else "are"
        number = words.plural(budget.unknown, "completion")
        warnings.append(
            f"Unknown: {number} of unknown price {verb} not in these sums. "
            "Caps on calls and tokens hold them."
        )
    if budget.maybe_paid:
        number = words.plural(budget.maybe_paid, "call")
        warnings.append(f"{number} ended without an answer and may have been charged.")
    return Money(
        facts=(
            Fact("Cap", "none" if budget.cap is None else words.money(budget.cap)),
            Fact("Spent", words.money(budget.spent)),
            Fact("Held for running calls", words.money(budget.held)),
            Fact("Left", "no cap" if budget.left is None else words.money(budget.left)),
            Fact("Calls", calls),
            Fact("Tokens", tokens),
        ),
        warnings=tuple(warnings),
    )


def raters(study: StudyView, words: Words) -> Raters:
    """Return who rates, and how many votes are wanted."""
    stands = (
        f"{words.plural(study.votes, 'vote')} so far, {words.count(study.places_open)} still "
        "wanted. Raters are known by pseudonyms; this says nothing about who is ahead."
    )
    return Raters(
        stands=stands if study.raters else "Nobody has started yet.",
        rows=tuple(
            (each.pseudonym, words.count(each.votes), _standing(each, study))
            for each in study.raters
        ),
    )


def _standing(rater: RaterView, study: StudyView) -> str:
    told = "finished" if rater.is_finished else "rating"
    if rater.is_sighted:
        told += ", has seen results"
        if not study.counts_sighted:
            told += ": not counted"
    return told


def estimate(study: StudyView, dry_run: DryRun, words: Words) -> list[str]:
    """Return what stands under the table of an estimate."""
    told: list[str] = []
    if dry_run.reused == 1:
        told.append("1 call more was made before: it is answered from the store and costs nothing.")
    elif dry_run.reused:
        told.append(
            f"{words.count(dry_run.reused)} calls more were made before: "
            "they are answered from the store and cost nothing."
        )
    if study.budget.cap is not None:
        cap = words.money(study.budget.cap)
        told.append(
            f"The study's cap of {cap} holds in any case: money is held before it is spent."
        )
    return told


def unknown_prices(dry_run: DryRun, words: Words) -> str:
    """Return whose price nobody knows and what to do about it, "" where all are known."""
    if not dry_run.unknown:
        return ""
    return (
        f"Unknown: nobody knows the price of {words.listed(dry_run.unknown)}. "
        "Declare it in the study file, or cap calls and tokens."
    )


def cost_together(dry_run: DryRun, words: Words) -> str:
    """Return what all calls cost at most, as far as prices are known."""
    return words.money(dry_run.cost) + (" and more" if dry_run.unknown else "")


def completions(lines: Sequence[CompletionLine], words: Words, *, is_cut: bool) -> str:
    """Return what a list of completions says above them."""
    number = words.plural(len(lines), "completion")
    return (
        f"{'The first ' if is_cut else ''}{number}, prompt by prompt. Raters see the texts of "
        "those that are ready, and nothing else of what stands here."
    )


def completion_facts(shown: CompletionView, words: Words) -> tuple[Fact, ...]:
    """Return the figures of one completion."""
    cost = words.money(shown.cost)
    if shown.saved:
        cost += f", {words.money(shown.saved)} of it saved"
    tokens = f"{words.count(shown.prompt_tokens)}, {words.count(shown.completion_tokens)}"
    return (
        Fact("State", shown.line.state),
        Fact("Approach", shown.approach),
        Fact("Model", shown.model or "imported"),
        Fact("Sample", str(shown.line.sample)),
        Fact("Attempts", str(shown.attempts)),
        Fact("Cost", cost),
        Fact("Latency", words.duration(shown.latency_ms)),
        Fact("Tokens read, written", tokens),
        *_shown_plainly(shown),
    )


# What of a text was too much to be shown with headings, tables and formulas.
_TOO_MUCH = {
    "bytes": "it is longer than 64 KiB",
    "lines": "it has too many lines",
    "brackets": "it has too many brackets",
    "cells": "its table has too many cells",
    "steps": "its mark-up asks for too much work",
    "characters": "it would grow too large",
    "fault": "its mark-up could not be read",
    "another answer": "another answer to this prompt is",
}


def _shown_plainly(shown: CompletionView) -> Iterator[Fact]:
    if shown.shown_plainly:
        reason = _TOO_MUCH.get(shown.shown_plainly, shown.shown_plainly)
        yield Fact("Shown as", f"plain text, since {reason}")


@dataclass(frozen=True)
class Turn:
    """One turn of a completion: what was asked, answered, and traced; "" where there is none."""

    place: str
    prompt: str
    completion: str | None
    trace: str


def turns(shown: CompletionView) -> Iterator[Turn]:
    """Return the turns of a completion; a place is named only where there are several."""
    for index, prompt in enumerate(shown.prompt):
        yield Turn(
            place=f", turn {index + 1}" if len(shown.prompt) > 1 else "",
            prompt=prompt,
            completion=shown.turns[index] if index < len(shown.turns) else None,
            trace=shown.traces[index] if index < len(shown.traces) else "",
        )


def origins(shown: CompletionView) -> list[tuple[str, str, int]]:
    """Return for each reused answer a sentence, and the study and completion it is from."""
    return [
        (
            (f"Turn {origin.turn + 1} was" if len(shown.turns) > 1 else "Was")
            + " asked before, so no call was made: it is the answer of "
            + f"{origin.configuration} in",
            origin.study,
            origin.completion_id,
        )
        for origin in shown.origins
    ]
