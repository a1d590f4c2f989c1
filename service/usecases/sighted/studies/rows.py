"""New rows of a study: prompts with their safe HTML, configurations, pending completions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.blinding import canonical, rendering
from service.domain import budget, sitting
from service.domain.configuration import Configuration
from service.domain.prompt import Prompt
from service.store import completions, models, prompts, studies
from service.usecases.sighted.generation import publishing


def study_row(name: str, state: str, now: datetime, **fields: Any) -> models.Study:
    """Return a study's row that holds and has spent nothing yet."""
    return models.Study(
        name=name,
        state=state,
        is_demonstration=False,
        is_paused=False,
        held_nanos=0,
        held_calls=0,
        held_tokens=0,
        spent_nanos=0,
        spent_calls=0,
        spent_tokens=0,
        created_at=now,
        **fields,
    )


def add_pending(session: Session, study: models.Study, now: datetime) -> int:
    """Write a pending row for every completion that is missing; returns how many."""
    existing = completions.existing(session, study.id)
    added = 0
    active = [
        row
        for row in studies.configurations(session, study.id)
        if row.retired_at is None and row.model is not None
    ]
    for prompt in prompts.of_study(session, study.id):
        for configuration in active:
            for sample in range(1, configuration.samples + 1):
                if (prompt.id, configuration.id, sample) not in existing:
                    session.add(
                        pending_completion(study.id, configuration.id, prompt.id, sample, now)
                    )
                    added += 1
    session.flush()
    return added


def pending_completion(
    study_id: int, configuration_id: int, prompt_id: int, sample: int, now: datetime
) -> models.Completion:
    """Return a completion's row before anything happened to it."""
    return models.Completion(
        study_id=study_id,
        configuration_id=configuration_id,
        prompt_id=prompt_id,
        sample=sample,
        state="pending",
        origin="generated",
        fence=0,
        attempts=0,
        next_attempt_at=now,
        turns=[],
        html=[],
        leaks={},
        reused_calls=0,
        saved_nanos=0,
        details={},
        created_at=now,
    )


def ask_for(
    session: Session, study: models.Study, prompt_ids: Iterable[int], now: datetime
) -> None:
    """Write a pending row for every completion of prompts that are new."""
    active = [
        row
        for row in studies.configurations(session, study.id)
        if row.retired_at is None and row.model is not None
    ]
    session.add_all(
        pending_completion(study.id, configuration.id, prompt_id, sample, now)
        for prompt_id in prompt_ids
        for configuration in active
        for sample in range(1, configuration.samples + 1)
    )
    session.flush()


def prompt_html(
    prompt: Prompt, render_mode: str, *, shows_variables: bool = False
) -> dict[str, Any]:
    """Return a prompt's safe HTML, the same for every rater; takes a while, holds nothing."""
    mode = publishing.MODES[render_mode]
    context = shown_context(prompt, shows_variables=shows_variables)
    return {
        "turns": [rendering.render(canonical.canonical(turn), mode) for turn in prompt.turns],
        "context": rendering.render(canonical.canonical(context), mode) if context else "",
    }


def shown_context(prompt: Prompt, *, shows_variables: bool) -> str:
    """Return the text that stands with a prompt: its context, and its variables by name."""
    parts = [prompt.context] if prompt.context else []
    if shows_variables:
        parts += [f"{name}: {value}" for name, value in sorted(prompt.variables.items())]
    return "\n\n".join(parts)


def shows_variables(study: models.Study) -> bool:
    """Tell whether raters read the variables of a study's prompts."""
    return sitting.from_stored(study.options).shows_variables


def prompt_row(
    study: models.Study,
    prompt: Prompt,
    position: int,
    now: datetime,
    html: Mapping[str, Any] | None = None,
) -> models.Prompt:
    """Return a prompt's row; `html` is what `prompt_html` makes of it, where that is done."""
    return models.Prompt(
        study_id=study.id,
        key=prompt.handle,
        fingerprint=prompt.fingerprint,
        position=position,
        turns=list(prompt.turns),
        context=prompt.context,
        reference=prompt.reference,
        tags=list(prompt.tags),
        variables=prompt.variables,
        html=dict(
            html or prompt_html(prompt, study.render_mode, shows_variables=shows_variables(study))
        ),
        is_dealable=False,
        ready_configurations=0,
        places_open=0,
        created_at=now,
    )


def configuration_row(
    study_id: int, configuration: Configuration, revision: int, now: datetime
) -> models.Configuration:
    """Return a configuration's row."""
    return models.Configuration(
        study_id=study_id, revision=revision, created_at=now, **_columns(configuration)
    )


def rewrite(row: models.Configuration, configuration: Configuration) -> None:
    """Make a draft's row say something else; what was imported for it stays."""
    for name, value in _columns(configuration).items():
        setattr(row, name, value)


def _columns(configuration: Configuration) -> dict[str, Any]:
    price, retrieval = configuration.price, configuration.retrieval
    by_token = price is not None and not configuration.is_agent
    return {
        "name": configuration.name,
        "fingerprint": configuration.fingerprint,
        "approach": configuration.approach,
        "model": configuration.model,
        "system_prompt": configuration.system_prompt,
        "template": configuration.template,
        "parameters": configuration.parameters,
        "endpoint": configuration.endpoint,
        "price_input": budget.to_nanos(price.input) if price and by_token else None,
        "price_output": budget.to_nanos(price.output) if price and by_token else None,
        "price_call": budget.to_nanos(price.call) if price and not by_token else None,
        "one_off_nanos": None
        if configuration.one_off_cost is None
        else budget.to_nanos(configuration.one_off_cost),
        "samples": configuration.samples,
        "examples": [asdict(example) for example in configuration.examples],
        "retrieval": None if retrieval is None else asdict(retrieval),
        "shows": configuration.shows,
    }
