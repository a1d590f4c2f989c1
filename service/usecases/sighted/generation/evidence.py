"""Shows completions one by one: what was asked and answered, where from, and what stood behind."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.domain.budget import NANOS
from service.errors import NotFound
from service.store import calls, completions, prompts, studies
from service.store.calls import Origin
from service.store.models import Completion, Configuration
from service.usecases.sighted.lookup import find


class UnknownCompletion(NotFound):
    """The study has no such completion."""


@dataclass(frozen=True)
class CompletionLine:
    """A completion in a list."""

    completion_id: int
    prompt_key: str
    configuration: str
    sample: int
    state: str
    reused_calls: int


@dataclass(frozen=True)
class CompletionView:
    """All that is known of one completion; money in USD, traces as text."""

    line: CompletionLine
    model: str | None
    approach: str
    collection: str
    prompt: tuple[str, ...]
    turns: tuple[str, ...]
    # The answer as it came, where only a field of it is shown.
    whole: tuple[str, ...]
    error: str
    attempts: int
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int | None
    cost: float | None
    saved: float
    origins: tuple[Origin, ...]
    passages: tuple[dict[str, Any], ...]
    traces: tuple[str, ...]
    # Why raters see it as plain text although the study asks for more; empty where they do not.
    shown_plainly: str = ""


def every(
    session: Session, study_name: str, configuration: str, limit: int, after: int = 0
) -> list[CompletionLine]:
    """Return a study's completions (those of one configuration, if named), prompt by prompt.

    From the one after that completion on, so many at most.
    """
    study = find(session, study_name)
    return [
        _line(row, key, name)
        for row, key, name in calls.listed(session, study.id, configuration, after, limit)
    ]


def completion(session: Session, study_name: str, completion_id: int) -> CompletionView:
    """Return one completion with its evidence.

    Raises
    ------
    UnknownStudy, UnknownCompletion
    """
    study = find(session, study_name)
    row = completions.by_id(session, completion_id)
    if row is None or row.study_id != study.id:
        raise UnknownCompletion("The study has no such completion.")
    configuration = studies.configuration(session, row.configuration_id)
    prompt = prompts.by_id(session, row.prompt_id)
    behind = calls.evidence(session, row.id)
    return CompletionView(
        line=_line(row, prompt.key, configuration.name),
        model=configuration.model,
        approach=configuration.approach,
        collection=_collection(configuration),
        prompt=tuple(prompt.turns),
        turns=tuple(row.turns),
        whole=tuple(row.details.get(calls.WHOLE, ())),
        error=": ".join(filter(None, (row.error_class, row.error_message))),
        attempts=row.attempts,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        latency_ms=row.latency_ms,
        cost=None if row.cost_nanos is None else row.cost_nanos / NANOS,
        saved=row.saved_nanos / NANOS,
        origins=tuple(calls.origins(session, row.id)) if row.reused_calls else (),
        passages=() if behind is None else tuple(behind.passages),
        traces=() if behind is None else tuple(_shown(trace) for trace in behind.traces),
        shown_plainly=str(row.details.get("shown_plainly", "")),
    )


def _line(row: Completion, key: str, name: str) -> CompletionLine:
    return CompletionLine(row.id, key, name, row.sample, row.state, row.reused_calls)


def _collection(configuration: Configuration) -> str:
    return str((configuration.retrieval or {}).get("name", ""))


def _shown(trace: Any) -> str:
    if trace is None:
        return ""
    return trace if isinstance(trace, str) else json.dumps(trace, indent=2, ensure_ascii=False)
