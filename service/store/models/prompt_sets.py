"""Tables of prompt sets: names, versions that never change, and the prompts that they share."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class PromptSet(Model):
    """A named collection of prompts; what is in it stands in its versions."""

    __tablename__ = "prompt_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    created_at: Mapped[datetime]


class SetVersion(Model):
    """What a set held at one time; written once. `origin` is of what this version brought."""

    __tablename__ = "set_version"
    __table_args__ = (UniqueConstraint("set_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("prompt_set.id"))
    number: Mapped[int]
    digest: Mapped[str]
    prompts: Mapped[int]
    note: Mapped[str]
    origin: Mapped[dict[str, Any]]
    # Ids of prompts that somebody should look at, by what for.
    doubts: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    created_at: Mapped[datetime]


class SetPrompt(Model):
    """A prompt of a set, in as many of its versions as have it, with where it came from."""

    __tablename__ = "set_prompt"
    __table_args__ = (UniqueConstraint("set_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("prompt_set.id"))
    digest: Mapped[str]
    content: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class SetMember(Model):
    """A prompt's place in a version."""

    __tablename__ = "set_member"

    version_id: Mapped[int] = mapped_column(ForeignKey("set_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    prompt_id: Mapped[int] = mapped_column(BigId, ForeignKey("set_prompt.id"), index=True)
