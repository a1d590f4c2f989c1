"""Views of completions one by one: texts, where they come from, passages and traces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template, request

from service.reporting.states import called
from service.reporting.words import Words, msgid
from service.usecases.sighted.generation import evidence
from service.usecases.sighted.generation.evidence import CompletionLine, CompletionView
from service.usecases.sighted.studies import heads
from service.web import forms, languages, services
from service.web.researcher import access, presenter
from service.web.researcher.blueprint import studio

MOST_SHOWN = 200
MOST_ROWS = 2_147_483_647  # what the database numbers rows by


@studio.get("/studio/<name>/completions/")
@access.role("viewer")
def list_completions(name: str) -> str:
    """List the completions of a study, or of one of its configurations."""
    wanted = request.args.get("configuration", "")
    after = forms.whole(request.args.get("after", ""), 9) or 0
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        lines = evidence.every(session, name, wanted, MOST_SHOWN + 1, after)
    is_cut, lines = len(lines) > MOST_SHOWN, lines[:MOST_SHOWN]
    words = languages.words()
    return render_template(
        "studio/completions.html",
        study=study,
        heading=words.gettext("Completions of %(name)s", name=wanted)
        if wanted
        else words.gettext("Completions"),
        lines=lines,
        shown=_says(lines, words, is_cut=is_cut or after > 0),
        next_after=lines[-1].completion_id if is_cut else None,
        wanted=wanted or None,
    )


@studio.get(f"/studio/<name>/completions/<int(max={MOST_ROWS}):completion_id>")
@access.role("viewer")
def show_completion(name: str, completion_id: int) -> str:
    """Show one completion with all that stood behind it."""
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        shown = evidence.completion(session, name, completion_id)
    words = languages.words()
    return render_template(
        "studio/completion.html",
        study=study,
        shown=shown,
        heading=words.gettext(
            "%(prompt)s by %(name)s",
            prompt=shown.line.prompt_key,
            name=shown.line.configuration,
        ),
        origins=_origins(shown, words),
        completion_facts=_facts(shown, words),
        turns=list(_turns(shown, words)),
    )


def _says(lines: Sequence[CompletionLine], words: Words, *, is_cut: bool) -> str:
    """Return what a list of completions says above them."""
    number = len(lines)
    if is_cut:
        told = words.gettext(
            "%(number)s completions on this page, prompt by prompt.", number=words.count(number)
        )
    else:
        told = words.ngettext(
            "%(number)s completion, prompt by prompt.",
            "%(number)s completions, prompt by prompt.",
            number,
        )
    shown = words.gettext(
        "Raters see the texts of those that are ready, and nothing else of what stands here."
    )
    return f"{told} {shown}"


def _facts(shown: CompletionView, words: Words) -> tuple[presenter.Fact, ...]:
    """Return the figures of one completion."""
    cost = words.money(shown.cost)
    if shown.saved:
        saved = words.money(shown.saved)
        cost = words.gettext("%(cost)s, %(saved)s of it saved", cost=cost, saved=saved)
    tokens = f"{words.count(shown.prompt_tokens)}, {words.count(shown.completion_tokens)}"
    return (
        presenter.Fact(words.gettext("State"), called(shown.line.state, words)),
        presenter.Fact(words.gettext("Approach"), shown.approach),
        presenter.Fact(words.gettext("Model"), shown.model or words.gettext("imported")),
        presenter.Fact(words.gettext("Sample"), str(shown.line.sample)),
        presenter.Fact(words.gettext("Attempts"), str(shown.attempts)),
        presenter.Fact(words.gettext("Cost"), cost),
        presenter.Fact(words.gettext("Latency"), words.duration(shown.latency_ms)),
        presenter.Fact(words.gettext("Tokens read, written"), tokens),
        *_shown_plainly(shown, words),
    )


# What of a text was too much to be shown with headings, tables and formulas.
_TOO_MUCH = {
    "bytes": msgid("plain text, since it is longer than 64 KiB"),
    "lines": msgid("plain text, since it has too many lines"),
    "brackets": msgid("plain text, since it has too many brackets"),
    "cells": msgid("plain text, since its table has too many cells"),
    "steps": msgid("plain text, since its mark-up asks for too much work"),
    "characters": msgid("plain text, since it would grow too large"),
    "fault": msgid("plain text, since its mark-up could not be read"),
    "another answer": msgid("plain text, since another answer to this prompt is"),
}


def _shown_plainly(shown: CompletionView, words: Words) -> Iterator[presenter.Fact]:
    if shown.shown_plainly:
        reason = _TOO_MUCH.get(shown.shown_plainly, shown.shown_plainly)
        yield presenter.Fact(words.gettext("Shown as"), words.gettext(reason))


@dataclass(frozen=True)
class _Turn:
    """One turn of a completion with its three headings; "" or None where there is nothing."""

    asked: str
    prompt: str
    answered: str
    completion: str | None
    traced: str
    trace: str


def _turns(shown: CompletionView, words: Words) -> Iterator[_Turn]:
    """Return the turns of a completion; headings number them where there are several."""
    has_several = len(shown.prompt) > 1
    for index, prompt in enumerate(shown.prompt):
        if has_several:
            asked = words.gettext("Prompt, turn %(turn)s", turn=index + 1)
            answered = words.gettext("Completion, turn %(turn)s", turn=index + 1)
            traced = words.gettext("The agent's trace, turn %(turn)s", turn=index + 1)
        else:
            asked = words.gettext("Prompt")
            answered = words.gettext("Completion")
            traced = words.gettext("The agent's trace")
        yield _Turn(
            asked=asked,
            prompt=prompt,
            answered=answered,
            completion=shown.turns[index] if index < len(shown.turns) else None,
            traced=traced,
            trace=shown.traces[index] if index < len(shown.traces) else "",
        )


def _origins(shown: CompletionView, words: Words) -> list[tuple[str, str, int]]:
    """Return for each reused answer a sentence, and the study and completion it is from."""
    return [
        (
            words.gettext(
                "Turn %(turn)s was asked before, so no call was made: "
                "it is the answer of %(configuration)s in",
                turn=origin.turn + 1,
                configuration=origin.configuration,
            )
            if len(shown.turns) > 1
            else words.gettext(
                "Was asked before, so no call was made: it is the answer of %(configuration)s in",
                configuration=origin.configuration,
            ),
            origin.study,
            origin.completion_id,
        )
        for origin in shown.origins
    ]
