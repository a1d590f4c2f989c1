"""Builds what a configuration is asked for a prompt: its template filled in, turn by turn."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.domain import budget, completion, retrieval
from service.domain.budget import Amount
from service.domain.completion import Turn
from service.domain.configuration import (
    DEFAULT_MAX_TOKENS,
    Example,
    Price,
    Retrieval,
    is_agent,
)
from service.domain.prompt import Prompt
from service.domain.retrieval import Lookup, Passages
from service.store import models
from service.usecases.sighted.generation import templates
from service.usecases.sighted.generation.prices import price_of
from service.usecases.sighted.generation.templates import TemplateInvalid

MARKUP_BYTES = 32  # what roles and separators add to each message, at most


def user_turns(template: str, prompt: Prompt, passages: Passages | None = None) -> tuple[str, ...]:
    """Return the user turns to send: the first one goes through the template.

    Without a template the passages and the prompt's context, if any, stand before the first
    turn. A template may use ``prompt``, ``context``, ``passages`` and the prompt's own variables.

    Raises
    ------
    TemplateInvalid
    """
    first, *others = prompt.turns
    if not template:
        parts = (str(passages or ""), prompt.context, first)
        return ("\n\n".join(part for part in parts if part), *others)
    known = {**_plain(prompt.variables), "prompt": first, "context": prompt.context}
    if passages is not None:
        known["passages"] = passages
    return (templates.fill(template, known), *others)


def turns_for(configuration: models.Configuration, prompt: Prompt) -> tuple[str, ...]:
    """Return the user turns that a configuration is sent for a stored prompt.

    Where passages are retrieved they are not known yet: the longest that there can be stand
    for them.
    """
    told = retrieval_of(configuration)
    passages = None if told is None else retrieval.placeholder(told)
    return user_turns(configuration.template, prompt, passages)


def lookup_for(configuration: models.Configuration, prompt: Prompt) -> Lookup | None:
    """Return what a worker has to retrieve and fill in, None where there is nothing."""
    told = retrieval_of(configuration)
    if told is None:
        return None
    plain = prompt
    fillings = (retrieval.placeholder(told), Passages())
    most = max(
        len(user_turns(configuration.template, plain, each)[0].encode()) for each in fillings
    )
    return Lookup(told, configuration.template, plain, most)


def filled(lookup: Lookup, user_turns_before: tuple[str, ...], found: Passages) -> tuple[str, ...]:
    """Return user turns with what was retrieved in the first one.

    Raises
    ------
    TemplateInvalid
        Also where it became longer than what money was held for.
    """
    first = user_turns(lookup.template, lookup.prompt, found)[0]
    if len(first.encode()) > lookup.most_bytes:
        raise TemplateInvalid(
            "With these passages the template makes a longer prompt than was thought to be the "
            "most. Let it use the passages as they are."
        )
    return (first, *user_turns_before[1:])


def retrieval_of(configuration: models.Configuration) -> Retrieval | None:
    """Return what a stored configuration retrieves, None where it does not."""
    return Retrieval(**configuration.retrieval) if configuration.retrieval else None


def examples_of(configuration: models.Configuration) -> tuple[Example, ...]:
    """Return the examples that a stored configuration shows before the prompt."""
    return tuple(Example(**example) for example in configuration.examples)


def call_fingerprints(
    configuration: models.Configuration, prompt: Prompt, sample: int, answers: tuple[str, ...]
) -> list[str]:
    """Return by what the calls of a completion are known: those answered, and the next one.

    A first message with passages is known by what it is made from, which is known beforehand.

    Raises
    ------
    TemplateInvalid
    """
    told, plain = retrieval_of(configuration), prompt
    asked: list[Any]
    if told is None:
        asked = list(user_turns(configuration.template, plain))
    else:
        made_from = retrieval.recipe(told, configuration.template, plain)
        asked = [made_from, *plain.turns[1:]]
    messages: list[dict[str, Any]] = []
    messages += completion.opening(configuration.system_prompt, examples_of(configuration))
    found = []
    for at, turn in enumerate(asked):
        messages.append({"role": "user", "content": turn})
        found.append(
            completion.call_fingerprint(
                (str(configuration.model), configuration.endpoint),
                messages,
                parameters(configuration, sample),
                sample,
            )
        )
        if at >= len(answers):
            break
        messages.append({"role": "assistant", "content": answers[at]})
    return found


def upper_bound(
    session: Session,
    configuration: models.Configuration,
    prompt: Prompt,
    answered: tuple[Turn, ...] = (),
) -> Amount:
    """Return the most that one completion of a stored prompt can take."""
    return bound_of(session, configuration, turns_for(configuration, prompt), answered)


def bound_of(
    session: Session,
    configuration: models.Configuration,
    turns: tuple[str, ...],
    answered: tuple[Turn, ...] = (),
) -> Amount:
    """Return the most that one completion can take, for the turns it will be sent.

    Turns that the store has answered are read by the calls that follow, and cost no call.
    """
    price, calls = price_of(session, configuration), len(turns) - len(answered)
    if is_agent(configuration.model):
        return budget.agent_bound(price, calls)
    shown = [text for one in configuration.examples for text in (one["user"], one["assistant"])]
    texts = (configuration.system_prompt, *shown, *turns, *(turn.text for turn in answered))
    return budget.upper_bound(
        price,
        input_bytes=sum(len(text.encode()) for text in texts) + MARKUP_BYTES * len(texts),
        max_tokens=max_tokens(configuration),
        turns=calls,
    )


class Sizes:
    """How long what configurations send for many prompts is; those alike are measured once."""

    def __init__(self, asked: Mapping[int, Prompt]) -> None:
        """Keep the prompts, by id; nothing is filled in yet."""
        self._asked = asked
        self._found: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}

    def bound(
        self,
        price: Price | None,
        configuration: models.Configuration,
        prompt_ids: Collection[int],
    ) -> Amount:
        """Return the most that these completions can take together, rounded once.

        Apart from rounding it is the sum of what `upper_bound` says of each.
        """
        shown = [text for one in configuration.examples for text in (one["user"], one["assistant"])]
        before = (configuration.system_prompt, *shown)
        fixed = sum(len(text.encode()) for text in before) + MARKUP_BYTES * len(before)
        is_called, most = is_agent(configuration.model), max_tokens(configuration)
        inputs = outputs = calls = 0
        for size, turns in self._of(configuration, prompt_ids):
            calls += turns
            inputs += turns * (fixed + size) + most * 4 * (turns * (turns - 1) // 2)
            outputs += turns * most
        if is_called:
            return budget.agent_bound(price, calls)
        return Amount(budget.cost_nanos(price, inputs, outputs), calls, inputs + outputs)

    def _of(
        self, configuration: models.Configuration, prompt_ids: Collection[int]
    ) -> list[tuple[int, int]]:
        """Return the bytes and the number of the user turns of these prompts."""
        key = (configuration.template, json.dumps(configuration.retrieval, sort_keys=True))
        known = self._found.setdefault(key, {})
        for identity in prompt_ids:
            if identity not in known:
                turns = turns_for(configuration, self._asked[identity])
                size = sum(len(turn.encode()) for turn in turns) + MARKUP_BYTES * len(turns)
                known[identity] = (size, len(turns))
        return [known[identity] for identity in prompt_ids]


def max_tokens(configuration: models.Configuration) -> int:
    """Return the bound on one answer's length, always set."""
    given = configuration.parameters
    return int(given.get("max_tokens") or given.get("max_completion_tokens") or DEFAULT_MAX_TOKENS)


def parameters(configuration: models.Configuration, sample: int = 1) -> dict[str, Any]:
    """Return what is sent with every call: the configuration's own, and always a bound.

    Some models take the bound by its newer name only; where that is the one given, it is sent.
    A given seed counts up with the samples, so that they differ and each can be repeated. An
    agent gets what is given and nothing else.
    """
    given = dict(configuration.parameters)
    if "seed" in given:
        given["seed"] = _seed(given["seed"], sample)
    if is_agent(configuration.model):
        return given
    if given.get("max_completion_tokens") and not given.get("max_tokens"):
        given.pop("max_tokens", None)
        return given
    return {**given, "max_tokens": max_tokens(configuration)}


def _seed(given: int, sample: int) -> int:
    """Return a sample's seed; behind the largest one it begins at 0 again."""
    seed = int(given) + sample - 1
    return seed if seed < 2**63 else seed - 2**63


def _plain(variables: dict[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in variables.items()}
