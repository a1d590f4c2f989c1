"""Models and calls about configurations, prompts, completions; written by `make openapi`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .connection import Connection
from .studies import Applied, ConfigurationLine


@dataclass(frozen=True)
class ConfigurationList:
    """All configurations of a study, retired ones among them."""

    items: list[ConfigurationLine]


@dataclass(frozen=True)
class PromptLine:
    """A prompt; `turns` are what the user says, one text a turn."""

    key: str
    turns: list[str]
    context: str
    reference: str
    tags: list[str]
    variables: dict[str, Any]
    is_dealable: bool


@dataclass(frozen=True)
class PromptPage:
    """Some of a study's prompts."""

    next: str | None
    items: list[PromptLine]


@dataclass(frozen=True)
class CompletionLine:
    """A completion with its texts, one a turn; money in USD."""

    id: int
    prompt: str
    configuration: str
    revision: int
    sample: int
    origin: str
    state: str
    turns: list[str]
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int | None
    cost: float | None
    error: str


@dataclass(frozen=True)
class CompletionPage:
    """Some of a study's completions."""

    next: str | None
    items: list[CompletionLine]


@dataclass(frozen=True)
class CompletionEvidence:
    """One completion with all that stood behind it; money in USD, traces as text."""

    model: str | None
    approach: str
    collection: str
    prompt: list[str]
    turns: list[str]
    error: str
    attempts: int
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int | None
    cost: float | None
    saved: float
    passages: list[dict[str, Any]]
    traces: list[str]


class Parts(Connection):
    """Calls about configurations, prompts, completions."""

    def list_configurations(self, name: str) -> ConfigurationList:
        """List what competes, with what it took so far."""
        return self._call(
            ConfigurationList,
            "list_configurations",
            "GET",
            "/studies/{name}/configurations",
            path={"name": name},
        )

    def get_configuration(self, name: str, configuration: str) -> dict[str, Any]:
        """Return what a configuration in service is."""
        return self._plain(
            "get_configuration",
            "GET",
            "/studies/{name}/configurations/{configuration}",
            path={"name": name, "configuration": configuration},
        )

    def put_configuration(
        self,
        name: str,
        configuration: str,
        definition: dict[str, Any],
        *,
        if_match: str | None = None,
    ) -> Applied:
        """Add a configuration, or make the one of that name be as it is said.

        In an open study the changed one is added and the old one retired, its votes
        kept.
        """
        return self._call(
            Applied,
            "put_configuration",
            "PUT",
            "/studies/{name}/configurations/{configuration}",
            path={"name": name, "configuration": configuration},
            definition=definition,
            header={"if_match": if_match},
        )

    def remove_configuration(
        self, name: str, configuration: str, *, if_match: str | None = None
    ) -> None:
        """Take a configuration out of a draft for good.

        Or out of service once the study is open.
        """
        self._call(
            None,
            "remove_configuration",
            "DELETE",
            "/studies/{name}/configurations/{configuration}",
            path={"name": name, "configuration": configuration},
            header={"if_match": if_match},
        )

    def list_prompts(self, name: str, *, limit: int | None = None) -> Iterator[PromptLine]:
        """List prompts in the order in which they were added."""
        return self._pages(
            PromptLine,
            "list_prompts",
            "GET",
            "/studies/{name}/prompts",
            path={"name": name},
            query={"limit": limit},
        )

    def add_prompts(self, name: str, *, prompts: list[dict[str, Any] | str]) -> Applied:
        """Add prompts; one that is there already is not added again."""
        return self._call(
            Applied,
            "add_prompts",
            "POST",
            "/studies/{name}/prompts",
            path={"name": name},
            body={"prompts": prompts},
            needed=["prompts"],
        )

    def remove_prompt(self, name: str, prompt: str) -> None:
        """Take a prompt out of a draft, by its key."""
        self._call(
            None,
            "remove_prompt",
            "DELETE",
            "/studies/{name}/prompts/{prompt}",
            path={"name": name, "prompt": prompt},
        )

    def list_completions(
        self, name: str, *, limit: int | None = None, configuration: str | None = None
    ) -> Iterator[CompletionLine]:
        """List completions with their texts, of all configurations or of one."""
        return self._pages(
            CompletionLine,
            "list_completions",
            "GET",
            "/studies/{name}/completions",
            path={"name": name},
            query={"limit": limit, "configuration": configuration},
        )

    def get_completion(self, name: str, completion: int) -> CompletionEvidence:
        """Show one completion with all that stood behind it: passages, traces, what it took."""
        return self._call(
            CompletionEvidence,
            "get_completion",
            "GET",
            "/studies/{name}/completions/{completion}",
            path={"name": name, "completion": completion},
        )
