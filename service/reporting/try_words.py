"""Says what a try brought: each answer with its time, tokens, price and leaks; what still waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.trial import STOPPED, Cell, Trial
from service.reporting.words import Words, msgid

_STOPPED = msgid("The cap of this try left no room for the call. Let it take more.")
_ENDED = msgid("Stopped before it was called.")
_EMPTY = msgid("The study has no answer of it to this prompt.")


@dataclass(frozen=True)
class CellSaid:
    """An answer as a page says it: safe HTML, figures in one line, and what is wrong with it."""

    configuration: str
    html: tuple[str, ...]
    figures: str
    leaks: str
    problem: str
    note: str


@dataclass(frozen=True)
class RowSaid:
    """A prompt in safe HTML, with all its answers."""

    turns: tuple[str, ...]
    context: str
    cells: tuple[CellSaid, ...]


def missing(configurations: int, prompts: int, words: Words) -> str:
    """Return what a study lacks before anything can be tried, "" where it lacks nothing."""
    if not configurations:
        return words.gettext("Needs a configuration: add one first.")
    return "" if prompts else words.gettext("Needs a prompt: add one first.")


def stands(trial: Trial, words: Words) -> str:
    """Return how far a try is and what all tries of the study took."""
    if trial.waiting:
        told = words.ngettext(
            "%(number)s answer is still to come.",
            "%(number)s answers are still to come.",
            trial.waiting,
        )
    elif any(cell.state == STOPPED for row in trial.rows for cell in row.cells):
        told = words.gettext("The try was stopped.")
    else:
        told = words.gettext("All answers are there.")
    spent = words.gettext(
        "All tries of this study took %(money)s together; nothing of them is in the study.",
        money=words.money(trial.spent),
    )
    return f"{told} {spent}"


def rows(trial: Trial, words: Words) -> list[RowSaid]:
    """Return the answers of a try, prompt by prompt, each configuration by its label."""
    return [
        RowSaid(row.turns, row.context, tuple(_cell(cell, words) for cell in row.cells))
        for row in trial.rows
    ]


def figures(cell: Cell, words: Words) -> str:
    """Return time, tokens and price of an answer in one line, "" where nothing is known."""
    parts = []
    if cell.latency_ms is not None:
        parts.append(words.duration(cell.latency_ms))
    if cell.prompt_tokens is not None or cell.completion_tokens is not None:
        parts.append(
            words.gettext(
                "%(read)s tokens read, %(written)s written",
                read=words.count(cell.prompt_tokens),
                written=words.count(cell.completion_tokens),
            )
        )
        parts.append(words.money(cell.cost))
    return " · ".join(parts)


def _cell(cell: Cell, words: Words) -> CellSaid:
    problem = cell.error
    if cell.state == "blocked":
        problem = words.gettext(_STOPPED)
    note = ""
    if cell.is_waiting:
        note = words.gettext("Still to come …")
    elif cell.state == STOPPED:
        note = words.gettext(_ENDED)
    elif cell.state == "none":
        note = words.gettext(_EMPTY)
    return CellSaid(
        configuration=cell.configuration,
        html=cell.html,
        figures=figures(cell, words),
        leaks=_leaks(cell.leaks, words),
        problem=problem,
        note=note,
    )


def _leaks(found: Iterable[str], words: Words) -> str:
    named = list(dict.fromkeys(found))
    if not named:
        return ""
    return words.gettext(
        "Names its maker: %(leaks)s", leaks=words.listed(f"“{one}”" for one in named)
    )
