"""Where a model is reached and with which key: the operator's endpoints, keys, and scrubbing."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from service.domain import configuration, rate_limit
from service.domain.rate_limit import Limit
from service.errors import Invalid
from service.settings import PROVIDER_KEY_SUFFIX, provider_key

DUMMY_KEY = "none"
MESSAGE_LENGTH = 200
_SHORTEST_SECRET = 6
_LOCAL = frozenset({"ollama", "ollama_chat", "offline"})
_KEY_VARIABLES = {
    "together_ai": "TOGETHERAI_API_KEY",
    "fireworks_ai": "FIREWORKS_AI_API_KEY",
    "google_ai_studio": "GEMINI_API_KEY",
    "text-completion-openai": "OPENAI_API_KEY",
    "text-completion-codestral": "CODESTRAL_API_KEY",
    "cohere_chat": "COHERE_API_KEY",
    "nvidia_nim": "NVIDIA_NIM_API_KEY",
    "perplexity": "PERPLEXITYAI_API_KEY",
    "zai": "ZAI_API_KEY",
}
# Said outright, so that OPENAI_BASE_URL and its like cannot send a key elsewhere.
_ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://localhost:11434",
    "ollama_chat": "http://localhost:11434",
}
_ENTRIES = frozenset(
    {"api_base", "agent", "key_env", "headers", "requests_per_minute", "tokens_per_minute"}
)
_SECRET_SHAPES = re.compile(
    r"(sk|pk|rk|gsk|xai|hf|AIza|key)[-_][A-Za-z0-9*_-]{8,}|(?i:bearer)\s+\S+|AIza[A-Za-z0-9_-]{20,}"
)


class EndpointsInvalid(Invalid):
    """The endpoints file cannot be used; the message names the entry."""


class EndpointUnknown(Invalid):
    """A configuration names an endpoint that the operator has not declared."""


class KeyMissing(Invalid):
    """The provider's key is not set; the message names the variable."""


@dataclass(frozen=True)
class Endpoint:
    """A server that the operator allows configurations to call by name.

    For an agent, `api_base` is its whole address.
    """

    api_base: str
    key_env: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    limit: Limit | None = None
    is_agent: bool = False


@dataclass(frozen=True)
class Route:
    """Where one call goes and what it carries."""

    api_base: str | None
    api_key: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Providers:
    """The operator's endpoints and keys; `environ` is None for the process's own variables."""

    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    environ: Mapping[str, str] | None = field(default=None, repr=False)
    limits: Mapping[str, Limit] = field(default_factory=dict)

    def route(self, provider: str, endpoint: str | None) -> Route:
        """Return where a provider's model is reached.

        An endpoint gets its own key or a dummy and never the provider's key; a plain provider
        gets the key named after it.

        Raises
        ------
        EndpointUnknown, KeyMissing
            Say what to declare or to set.
        """
        if endpoint:
            if endpoint in self.endpoints and self.endpoints[endpoint].is_agent:
                raise EndpointUnknown(
                    f"{endpoint} is an agent: write `agent: {endpoint}` instead of a model."
                )
            return self._to_endpoint(endpoint)
        address = _ADDRESSES.get(provider)
        if provider in _LOCAL:
            return Route(address, DUMMY_KEY, {})
        if provider == "hosted_vllm":
            raise EndpointUnknown(
                "hosted_vllm/… needs an endpoint: declare it in ENDPOINTS_FILE and name it."
            )
        variable = key_variable(provider)
        key = provider_key(variable, self.environ)
        if not key:
            raise KeyMissing(f"No key for {provider}: set {variable} and start the workers again.")
        return Route(address, key, {})

    def agent_route(self, name: str) -> Route:
        """Return where an agent is reached, with its own key or none.

        Raises
        ------
        EndpointUnknown, KeyMissing
        """
        if name in self.endpoints and not self.endpoints[name].is_agent:
            raise EndpointUnknown(
                f"{name} is no agent in ENDPOINTS_FILE: give it `agent:` and an address."
            )
        return self._to_endpoint(name)

    def _to_endpoint(self, name: str) -> Route:
        endpoint = self.endpoints.get(name)
        if endpoint is None:
            known = ", ".join(sorted(self.endpoints)) or "none"
            raise EndpointUnknown(
                f"There is no endpoint {name!r} in ENDPOINTS_FILE (declared: {known})."
            )
        key = provider_key(endpoint.key_env, self.environ) if endpoint.key_env else DUMMY_KEY
        if not key:
            raise KeyMissing(f"No key for endpoint {name}: set {endpoint.key_env}.")
        return Route(endpoint.api_base, key, dict(endpoint.headers))

    def missing_keys(self, provider_names: Iterable[str]) -> list[tuple[str, str, str]]:
        """Return what may be called, as (name of its rate limit, kind, variable that is not set).

        Kinds are provider, endpoint and agent; the variable is "" where nothing is missing.
        """
        found = [(each, "provider", self._variable_of(each)) for each in provider_names]
        for name, endpoint in self.endpoints.items():
            kind = "agent" if endpoint.is_agent else "endpoint"
            variable = endpoint.key_env or ""
            is_set = not variable or provider_key(variable, self.environ)
            found.append(
                (configuration.rate_limit_name("", name), kind, "" if is_set else variable)
            )
        return found

    def _variable_of(self, provider: str) -> str:
        if provider in _LOCAL or provider_key(key_variable(provider), self.environ):
            return ""
        return key_variable(provider)

    def rate_limit_name(self, model: str, endpoint: str | None) -> str:
        """Return the name under which calls share a limit: the endpoint, else the provider."""
        return configuration.rate_limit_name(model, endpoint)

    def secrets(self, route: Route) -> tuple[str, ...]:
        """Return what must never appear in a message about a call on this route."""
        return tuple(v for v in (route.api_key, *route.headers.values()) if v and v != DUMMY_KEY)


def key_variable(provider: str) -> str:
    """Return the name of the variable that holds a provider's key."""
    plain = re.sub(r"[^A-Z0-9]", "_", provider.upper())
    return _KEY_VARIABLES.get(provider, plain + PROVIDER_KEY_SUFFIX)


def load(
    path: Path | None, environ: Mapping[str, str] | None = None, limits: str = ""
) -> Providers:
    """Return the operator's endpoints from a YAML file, and the limits of all that is called.

    Raises
    ------
    EndpointsInvalid
        Names the entry that is wrong and how it should look.
    """
    read = rate_limit.read(limits)
    if path is None:
        return Providers({}, environ, read)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EndpointsInvalid(f"ENDPOINTS_FILE cannot be read: {type(error).__name__}.") from None
    if not isinstance(content, dict):
        raise EndpointsInvalid("ENDPOINTS_FILE must be a mapping of names to endpoints.")
    endpoints = {str(n): _endpoint(str(n), v) for n, v in content.items()}
    for name, endpoint in endpoints.items():
        if endpoint.limit is not None:
            read[configuration.rate_limit_name("", name)] = endpoint.limit
    return Providers(endpoints, environ, read)


def _endpoint(name: str, entry: Any) -> Endpoint:
    if not isinstance(entry, dict) or not set(entry) <= _ENTRIES:
        raise EndpointsInvalid(
            f"Endpoint {name}: give api_base, and if needed {', '.join(sorted(_ENTRIES))}."
        )
    variable, headers = entry.get("key_env"), entry.get("headers")
    given = [what for what in ("api_base", "agent") if what in entry]
    if len(given) != 1:
        raise EndpointsInvalid(
            f"Endpoint {name}: give either api_base, for a server of models, or agent."
        )
    address = entry[given[0]]
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        raise EndpointsInvalid(f"Endpoint {name}: {given[0]} must begin with http:// or https://.")
    if variable is not None and not str(variable).endswith(PROVIDER_KEY_SUFFIX):
        raise EndpointsInvalid(f"Endpoint {name}: key_env must end in {PROVIDER_KEY_SUFFIX}.")
    if headers is not None and not isinstance(headers, dict):
        raise EndpointsInvalid(f"Endpoint {name}: headers must be a mapping of names to values.")
    is_agent = given == ["agent"]
    return Endpoint(
        address if is_agent else address.rstrip("/"),
        str(variable) if variable else None,
        {str(k): str(v) for k, v in (headers or {}).items()},
        _limit(name, entry),
        is_agent=is_agent,
    )


def _limit(name: str, entry: Mapping[str, Any]) -> Limit | None:
    given = entry.get("requests_per_minute"), entry.get("tokens_per_minute")
    return None if given == (None, None) else rate_limit.limit(*given, f"Endpoint {name}")


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """Return text on one line without secrets, at most 200 characters of it."""
    text = without_secrets(text, secrets)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return text with secrets, and what looks like one, taken out."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            coded = base64.b64encode(secret.encode()).decode()
            for form in (secret, quote(secret, safe=""), coded, coded.rstrip("=")):
                text = text.replace(form, "[secret]")
    return _SECRET_SHAPES.sub("[secret]", text)
