"""Builds what a configuration is asked for a prompt: its template filled in, turn by turn."""

from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.budget import Amount
from service.domain.configuration import DEFAULT_MAX_TOKENS
from service.domain.prompt import Prompt
from service.errors import Invalid
from service.store.models import Configuration
from service.store.models import Prompt as PromptRow
from service.usecases.sighted.prices import price_of

# No loader, no globals: a template sees the prompt and nothing else.
_ENVIRONMENT = SandboxedEnvironment(autoescape=False, keep_trailing_newline=True)
_ENVIRONMENT.globals.clear()
MAX_FILLED = 2 * 1024 * 1024
MARKUP_BYTES = 32  # what roles and separators add to each message, at most


class TemplateInvalid(Invalid):
    """A configuration's template cannot be filled in."""


def user_turns(template: str, prompt: Prompt) -> tuple[str, ...]:
    """Return the user turns to send: the first one goes through the template.

    Without a template the prompt's context, if any, stands before the first turn. A template
    may use ``prompt``, ``context`` and the prompt's own variables.

    Raises
    ------
    TemplateInvalid
    """
    first, *others = prompt.turns
    if not template:
        opening = f"{prompt.context}\n\n{first}" if prompt.context else first
        return (opening, *others)
    try:
        filled = _ENVIRONMENT.from_string(template).render(
            {**_plain(prompt.variables), "prompt": first, "context": prompt.context}
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, MemoryError) as error:
        raise TemplateInvalid(f"The template cannot be filled in: {error}.") from None
    if len(filled) > MAX_FILLED:
        raise TemplateInvalid("The template makes a prompt of more than 2 MB.")
    return (filled, *others)


def turns_for(configuration: Configuration, prompt: PromptRow) -> tuple[str, ...]:
    """Return the user turns that a configuration is sent for a stored prompt."""
    return user_turns(
        configuration.template,
        Prompt(turns=tuple(prompt.turns), context=prompt.context, variables=prompt.variables),
    )


def upper_bound(session: Session, configuration: Configuration, prompt: PromptRow) -> Amount:
    """Return the most that one completion of a stored prompt can take."""
    return bound_of(session, configuration, turns_for(configuration, prompt))


def bound_of(session: Session, configuration: Configuration, turns: tuple[str, ...]) -> Amount:
    """Return the most that one completion can take, for the turns it will be sent."""
    texts = (configuration.system_prompt, *turns)
    return budget.upper_bound(
        price_of(session, configuration),
        input_bytes=sum(len(text.encode()) for text in texts) + MARKUP_BYTES * len(texts),
        max_tokens=max_tokens(configuration),
        turns=len(turns),
    )


def max_tokens(configuration: Configuration) -> int:
    """Return the bound on one answer's length, always set."""
    given = configuration.parameters
    return int(given.get("max_tokens") or given.get("max_completion_tokens") or DEFAULT_MAX_TOKENS)


def parameters(configuration: Configuration) -> dict[str, Any]:
    """Return what is sent with every call: the configuration's own, and always a bound.

    Some models take the bound by its newer name only; where that is the one given, it is sent.
    """
    given = dict(configuration.parameters)
    if given.get("max_completion_tokens") and not given.get("max_tokens"):
        given.pop("max_tokens", None)
        return given
    return {**given, "max_tokens": max_tokens(configuration)}


def _plain(variables: dict[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in variables.items()}
