"""New rows of a study: prompts with their safe HTML, configurations, pending completions."""

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


def prompt_row(study: models.Study, prompt: Prompt, position: int, now: datetime) -> models.Prompt:
    """Return a prompt's row with its safe HTML, made once and the same for every rater."""
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
        html=prompt_html(study, prompt),
        is_dealable=False,
        ready_configurations=0,
        places_open=0,
        created_at=now,
    )


def prompt_html(study: models.Study, prompt: Prompt) -> dict[str, Any]:
    """Return a prompt as raters see it: turns and context, with variables where they are shown."""
    context = shown_context(study, prompt)
    return {
        "turns": [_safe(study, turn) for turn in prompt.turns],
        "context": _safe(study, context),
    }


def shown_context(study: models.Study, prompt: Prompt) -> str:
    """Return the text that stands with a prompt: its context, and its variables by name."""
    parts = [prompt.context] if prompt.context else []
    if sitting.from_stored(study.options).shows_variables:
        parts += [f"{name}: {value}" for name, value in sorted(prompt.variables.items())]
    return "\n\n".join(parts)


def _safe(study: models.Study, text: str) -> str:
    mode = publishing.MODES[study.render_mode]
    return rendering.render(canonical.canonical(text), mode) if text else ""


def configuration_row(
    study_id: int, configuration: Configuration, revision: int, now: datetime
) -> models.Configuration:
    """Return a configuration's row."""
    price, retrieval = configuration.price, configuration.retrieval
    by_token = price is not None and not configuration.is_agent
    return models.Configuration(
        study_id=study_id,
        name=configuration.name,
        revision=revision,
        fingerprint=configuration.fingerprint,
        approach=configuration.approach,
        model=configuration.model,
        system_prompt=configuration.system_prompt,
        template=configuration.template,
        parameters=configuration.parameters,
        endpoint=configuration.endpoint,
        price_input=budget.to_nanos(price.input) if price and by_token else None,
        price_output=budget.to_nanos(price.output) if price and by_token else None,
        price_call=budget.to_nanos(price.call) if price and not by_token else None,
        one_off_nanos=None
        if configuration.one_off_cost is None
        else budget.to_nanos(configuration.one_off_cost),
        samples=configuration.samples,
        examples=[asdict(example) for example in configuration.examples],
        retrieval=None if retrieval is None else asdict(retrieval),
        created_at=now,
    )
