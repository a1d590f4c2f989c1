"""Models and calls about prompt drafts; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .connection import Connection
from .sets import SetVersionMade
from .studies import Number


@dataclass(frozen=True)
class PromptDraftLine:
    """A draft in a list: asked for, `prepared` for a model, under review, or kept."""

    token: str
    kind: Literal["logs", "text"]
    title: str
    state: Literal["waiting", "running", "prepared", "asking", "review", "failed", "done"]
    version: int | None
    created_at: datetime


@dataclass(frozen=True)
class PromptDraftList:
    """The newest fifty drafts."""

    items: list[PromptDraftLine]


@dataclass(frozen=True)
class ProposedPrompt:
    """A proposed prompt, from place 1."""

    position: int
    turns: list[str]
    reference: str
    tags: list[str]
    difficulty: Literal["", "easy", "medium", "hard"]
    doubts: list[str]
    decided: Literal["open", "kept", "dropped"]
    is_edited: bool


@dataclass(frozen=True)
class PromptDraft:
    """A draft with what it proposes, 200 prompts at most."""

    token: str
    kind: Literal["logs", "text"]
    title: str
    state: Literal["waiting", "running", "prepared", "asking", "review", "failed", "done"]
    version: int | None
    created_at: datetime
    items: list[ProposedPrompt]


class Drafts(Connection):
    """Calls about prompt drafts."""

    def list_prompt_drafts(self) -> PromptDraftList:
        """List drafts of prompts."""
        return self._call(PromptDraftList, "list_prompt_drafts", "GET", "/prompt-drafts")

    def draft_from_log(
        self, *, filename: str, content: bytes, into: str, size: int | None = None
    ) -> PromptDraft:
        """Have a worker draft prompts out of a log of requests; ask until it is under review."""
        return self._call(
            PromptDraft,
            "draft_from_log",
            "POST",
            "/prompt-drafts/logs",
            body={"into": into, "size": size},
            file={"filename": filename, "content": content},
            needed=["into"],
        )

    def draft_from_text(
        self,
        *,
        into: str,
        model: str,
        size: int | None = None,
        endpoint: str | None = None,
        task: str | None = None,
        document: str | None = None,
    ) -> PromptDraft:
        """Prepare what a model would be shown of a document or a task.

        Begin it once it is prepared.
        """
        return self._call(
            PromptDraft,
            "draft_from_text",
            "POST",
            "/prompt-drafts/text",
            body={
                "into": into,
                "size": size,
                "model": model,
                "endpoint": endpoint,
                "task": task,
                "document": document,
            },
            needed=["into", "model"],
        )

    def get_prompt_draft(self, draft: str) -> PromptDraft:
        """Show where a draft stands, and what it proposes."""
        return self._call(
            PromptDraft, "get_prompt_draft", "GET", "/prompt-drafts/{draft}", path={"draft": draft}
        )

    def begin_prompt_draft(self, draft: str, *, usd: float) -> Number:
        """Have the model asked, under a cap; so many calls wait."""
        return self._call(
            Number,
            "begin_prompt_draft",
            "POST",
            "/prompt-drafts/{draft}/begin",
            path={"draft": draft},
            body={"usd": usd},
            needed=["usd"],
        )

    def decide_proposed_prompt(
        self,
        draft: str,
        at: int,
        *,
        decided: Literal["open", "kept", "dropped"] | None = None,
        difficulty: Literal["", "easy", "medium", "hard"] | None = None,
        turns: list[str] | None = None,
    ) -> ProposedPrompt:
        """Keep, drop or change a proposed prompt, or say how hard it is."""
        return self._call(
            ProposedPrompt,
            "decide_proposed_prompt",
            "PUT",
            "/prompt-drafts/{draft}/{at}",
            path={"draft": draft, "at": at},
            body={"decided": decided, "difficulty": difficulty, "turns": turns},
        )

    def keep_prompt_draft(self, draft: str) -> SetVersionMade:
        """Make what was kept the next version of its set."""
        return self._call(
            SetVersionMade,
            "keep_prompt_draft",
            "POST",
            "/prompt-drafts/{draft}/keep",
            path={"draft": draft},
        )
