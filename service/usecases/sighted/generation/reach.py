"""Tells before a study opens which of its models cannot be reached: no key, no such name.

Only workers hold keys. So a worker publishes at its start what it may call and which keys it lacks,
and pages and commands read that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy.orm import Session

from service.domain.configuration import AGENT_PREFIX, ENDPOINT_WORD, calls_out, rate_limit_name
from service.domain.doubt import Doubt
from service.errors import Invalid
from service.store import prices, reach, studies
from service.store.models import Configuration
from service.usecases.sighted.lookup import find

# Their models are named by whoever runs them, so no list can know a name to be wrong.
_NAMED_BY_OTHERS = frozenset(
    {
        "azure", "azure_ai", "azure_text", "databricks", "docker_model_runner", "hosted_vllm",
        "litellm_proxy", "llamafile", "lm_studio", "ollama", "ollama_chat", "snowflake",
        "xinference",
    }
)  # fmt: skip
_MOST_NAMED = 3
# A list to choose from, not the price list: a few providers with all their models.
_MOST_OFFERED = 1000


class ModelUnknown(Invalid):
    """A configuration names a model, endpoint or agent that no worker may call."""


class EndpointUnknown(ModelUnknown):
    """A configuration names an endpoint that the operator has not declared."""


@dataclass(frozen=True)
class Offered:
    """Models whose provider's key is set, and endpoints that the operator declared with theirs."""

    models: tuple[str, ...]
    endpoints: tuple[str, ...]


def offered(session: Session) -> Offered:
    """Return what a form may propose; nothing before a worker has said what it may call."""
    ready = {name: kind for name, (kind, missing) in reach.known(session).items() if not missing}
    providers = sorted(n for n, kind in ready.items() if kind == "provider")
    models = [
        model
        for provider in providers
        if provider not in _NAMED_BY_OTHERS
        for model in prices.models_of(session, provider)
    ]
    endpoints = sorted(
        n.removeprefix(ENDPOINT_WORD) for n, kind in ready.items() if kind == "endpoint"
    )
    return Offered(tuple(models[:_MOST_OFFERED]), tuple(endpoints[:_MOST_OFFERED]))


def publish(session: Session, rows: Iterable[tuple[str, str, str]]) -> None:
    """Keep what a worker may call, as `providers.Providers.missing_keys` gives it."""
    told = {name: (kind, missing) for name, kind, missing in rows}
    if told != reach.known(session):
        reach.replace(session, told)


def doubts(session: Session, name: str) -> tuple[Doubt, ...]:
    """Return what is known to stand in the way of a study's models, in the order of the file."""
    present = [
        one
        for one in studies.configurations(session, find(session, name).id)
        if one.retired_at is None and calls_out(one.model)
    ]
    known = reach.known(session)
    if present and not known:
        return (Doubt("unchecked"),)
    return tuple(doubt for one in present for doubt in _of(session, one, known))


def check(session: Session, one: Configuration) -> None:
    """Refuse a configuration that names what no worker may call, with the nearest names.

    A model that the price list does not know passes where its price is declared: who knows that
    knows the model. Nothing is refused before a worker has said what it may call.

    Raises
    ------
    ModelUnknown
    """
    known = reach.known(session) if calls_out(one.model) else {}
    for doubt in _of(session, one, known) if known else ():
        is_priced = doubt.code == "unknown_model" and one.price_input is not None
        if doubt.code.startswith("unknown_") and not is_priced:
            raise _refusal(doubt)


def _refusal(doubt: Doubt) -> ModelUnknown:
    near = ", ".join(doubt.names) or "–"
    told = {"who": doubt.configuration, "name": doubt.name, "names": near}
    if doubt.code == "unknown_endpoint":
        return EndpointUnknown(
            "%(who)s cannot be reached: ENDPOINTS_FILE declares no endpoint %(name)s. "
            "Nearest: %(names)s.",
            **told,
        )
    if doubt.code == "unknown_agent":
        return ModelUnknown(
            "%(who)s cannot be reached: ENDPOINTS_FILE declares no agent %(name)s. "
            "Nearest: %(names)s.",
            **told,
        )
    if doubt.code == "unknown_provider":
        return ModelUnknown(
            "%(who)s cannot be reached: %(name)s is no provider that is called. Write "
            "provider/model, or name an endpoint. Nearest: %(names)s.",
            **told,
        )
    return ModelUnknown(
        "%(who)s: nobody knows the model %(name)s. Nearest: %(names)s. Where it is very new, "
        "declare its price.",
        **told,
    )


def _of(session: Session, one: Configuration, known: dict[str, tuple[str, str]]) -> Iterable[Doubt]:
    model = str(one.model)
    name = rate_limit_name(model, one.endpoint)
    if one.endpoint is None and "/" not in model:
        found = prices.of_model(session, model)
        name = found.provider if found is not None else model
    kind, missing = known.get(name, ("", ""))
    if missing:
        yield Doubt("no_key", one.name, missing)
    if one.endpoint is not None:
        wanted = "agent" if model.startswith(AGENT_PREFIX) else "endpoint"
        if kind != wanted:
            declared = [
                each.removeprefix(ENDPOINT_WORD) for each, (it, _) in known.items() if it == wanted
            ]
            code = f"unknown_{wanted}"
            near = _near(one.endpoint, declared) or tuple(sorted(declared)[:_MOST_NAMED])
            yield Doubt(code, one.name, one.endpoint, near)
    elif not kind:
        them = [each for each, (it, _) in known.items() if it == "provider"]
        yield Doubt("unknown_provider", one.name, name, _near(name, them))
    elif name not in _NAMED_BY_OTHERS and "/" in model and prices.of_model(session, model) is None:
        models = prices.models_of(session, name)
        if models:
            yield Doubt("unknown_model", one.name, model, _near(model, models))


def _near(name: str, names: list[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name, names, _MOST_NAMED))
