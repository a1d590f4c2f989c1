"""Models and calls about prompt sets; written by `make openapi`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .connection import Connection
from .studies import Applied


@dataclass(frozen=True)
class SetVersionLine:
    """One version of a set; `doubts` are keys of prompts by what is doubted."""

    number: int
    digest: str
    prompts: int
    note: str
    doubts: dict[str, list[str]]
    made_by: str
    created_at: datetime


@dataclass(frozen=True)
class SetLine:
    """A set in a list, with its newest version and how many studies use it."""

    name: str
    title: str
    newest: SetVersionLine
    studies: int


@dataclass(frozen=True)
class SetList:
    """All prompt sets, by title."""

    items: list[SetLine]


@dataclass(frozen=True)
class SetVersionMade:
    """Which version of which set that is."""

    name: str
    version: int
    digest: str


@dataclass(frozen=True)
class PromptSet:
    """A set with its versions, the newest first."""

    name: str
    title: str
    versions: list[SetVersionLine]


@dataclass(frozen=True)
class SetPrompt:
    """A prompt of a set; `turns` are what the user says, one text a turn."""

    key: str
    turns: list[str]
    context: str
    reference: str
    tags: list[str]
    variables: dict[str, Any]


@dataclass(frozen=True)
class SetPromptPage:
    """Some prompts of a version."""

    next: str | None
    items: list[SetPrompt]


class Sets(Connection):
    """Calls about prompt sets."""

    def list_prompt_sets(self) -> SetList:
        """List prompt sets with their newest versions."""
        return self._call(SetList, "list_prompt_sets", "GET", "/prompt-sets")

    def create_prompt_set(
        self, *, title: str, prompts: list[dict[str, Any] | str]
    ) -> SetVersionMade:
        """Make a set with its first version."""
        return self._call(
            SetVersionMade,
            "create_prompt_set",
            "POST",
            "/prompt-sets",
            body={"title": title, "prompts": prompts},
            needed=["title", "prompts"],
        )

    def get_prompt_set(self, prompt_set: str) -> PromptSet:
        """Show a set with its versions."""
        return self._call(
            PromptSet,
            "get_prompt_set",
            "GET",
            "/prompt-sets/{prompt_set}",
            path={"prompt_set": prompt_set},
        )

    def list_set_prompts(
        self, prompt_set: str, *, limit: int | None = None, version: int | None = None
    ) -> Iterator[SetPrompt]:
        """List the prompts of a version in their order."""
        return self._pages(
            SetPrompt,
            "list_set_prompts",
            "GET",
            "/prompt-sets/{prompt_set}/prompts",
            path={"prompt_set": prompt_set},
            query={"limit": limit, "version": version},
        )

    def add_set_version(
        self,
        prompt_set: str,
        *,
        prompts: list[dict[str, Any] | str],
        adds: bool | None = None,
        note: str | None = None,
        after: int | None = None,
    ) -> SetVersionMade:
        """Make the next version of a set; the same prompts as in the newest one make none."""
        return self._call(
            SetVersionMade,
            "add_set_version",
            "POST",
            "/prompt-sets/{prompt_set}/versions",
            path={"prompt_set": prompt_set},
            body={"prompts": prompts, "adds": adds, "note": note, "after": after},
            needed=["prompts"],
        )

    def use_prompt_set(self, name: str, *, prompt_set: str, version: int | None = None) -> Applied:
        """Add the prompts of a version of a set to a study, which then names that version."""
        return self._call(
            Applied,
            "use_prompt_set",
            "POST",
            "/studies/{name}/prompts/use-set",
            path={"name": name},
            body={"prompt_set": prompt_set, "version": version},
            needed=["prompt_set"],
        )

    def keep_prompts(
        self,
        name: str,
        *,
        title: str | None = None,
        prompt_set: str | None = None,
        chosen: str | None = None,
    ) -> SetVersionMade:
        """Keep a study's prompts, or those that were hard or divided people, as a set."""
        return self._call(
            SetVersionMade,
            "keep_prompts",
            "POST",
            "/studies/{name}/prompts/keep",
            path={"name": name},
            body={"title": title, "prompt_set": prompt_set, "chosen": chosen},
        )
