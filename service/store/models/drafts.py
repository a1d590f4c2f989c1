"""Tables of drafts of prompts: what each is made from, and the prompts that it proposes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class PromptDraft(Model):
    """A draft that somebody asked for; a worker makes it, somebody reviews it.

    `fence` grows with each worker that takes it, so that one that was thought dead writes nothing.
    """

    __tablename__ = "prompt_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # The set that gets a version, or the title of a new one.
    prompt_set: Mapped[str]
    title: Mapped[str]
    # How many are wanted, the seed, what columns mean, the model and the task.
    asked: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any]]
    # What it is made from; emptied once it is made.
    content: Mapped[bytes] = mapped_column(deferred=True)
    # The hidden row on which calls to a model hang; no key, for what packs a study has none of it.
    trial_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(index=True)
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]
    # How many rows were seen, left out and clustered; or why there is no draft.
    found: Mapped[dict[str, Any]]
    version: Mapped[int | None]
    made_by: Mapped[str]
    # When the review should end, where somebody said.
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DraftPrompt(Model):
    """A prompt that a draft proposes, with where it is from and what was decided."""

    __tablename__ = "draft_prompt"
    __table_args__ = (UniqueConstraint("draft_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("prompt_draft.id", ondelete="CASCADE"))
    position: Mapped[int]
    content: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any]]
    difficulty: Mapped[str]
    doubts: Mapped[list[str]]
    decided: Mapped[str]
    is_edited: Mapped[bool]
    decided_at: Mapped[datetime | None]
