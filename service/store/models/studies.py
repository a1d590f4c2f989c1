"""Tables of what is compared: studies, configurations, prompts, completions, attempts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model

# Whether a completion names its maker, in the words of each database: an index holds those.
LEAKS_FOUND = {
    "postgresql": "(leaks ->> 'found') <> '[]'",
    "sqlite": "json_extract(leaks, '$.found') <> '[]'",
}


class Study(Model):
    """Prompts × configurations × instructions, with its rules and its budget."""

    __tablename__ = "study"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    instructions: Mapped[str]
    state: Mapped[str]
    votes_per_matchup: Mapped[int]
    dealing: Mapped[str]
    render_mode: Mapped[str]
    leak_policy: Mapped[str]
    is_sealed: Mapped[bool]
    counts_sighted: Mapped[bool]
    is_demonstration: Mapped[bool]
    is_paused: Mapped[bool]
    # Whether a call that was made before, here or in another study, is answered from the store.
    reuses_calls: Mapped[bool] = mapped_column(default=False, server_default=false())
    options: Mapped[dict[str, Any]]
    # Of the pages' own words; NULL leaves it to each rater's browser.
    language: Mapped[str | None]
    # The name of the configuration that the others are compared with.
    incumbent: Mapped[str | None]
    # The end that was declared before anybody looked; all NULL where none was.
    end_votes: Mapped[int | None]
    end_date: Mapped[date | None]
    # What has to be decided to end it, what happens at the end, and how it was met, once.
    end_decided: Mapped[str | None]
    end_then: Mapped[str] = mapped_column(default="close", server_default="close")
    end_met: Mapped[dict[str, Any] | None]
    # What the researcher declares in words, as far as it is not the usual.
    intent: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # The version of a prompt set that its prompts are from; what else it has is its own.
    prompt_set: Mapped[dict[str, Any] | None]
    # When a sealed study was unsealed, once: at its stop rule (by nobody, ""), or by an admin.
    unsealed_at: Mapped[datetime | None]
    unsealed_by: Mapped[str | None]
    unsealed_because: Mapped[str | None]
    # Money in nanodollars; a cap that is NULL does not bind.
    cap_nanos: Mapped[int | None] = mapped_column(BigInteger)
    cap_calls: Mapped[int | None] = mapped_column(BigInteger)
    cap_tokens: Mapped[int | None] = mapped_column(BigInteger)
    held_nanos: Mapped[int] = mapped_column(BigInteger)
    held_calls: Mapped[int] = mapped_column(BigInteger)
    held_tokens: Mapped[int] = mapped_column(BigInteger)
    spent_nanos: Mapped[int] = mapped_column(BigInteger)
    spent_calls: Mapped[int] = mapped_column(BigInteger)
    spent_tokens: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Configuration(Model):
    """What competes; immutable: a change is a new revision and retires the old one."""

    __tablename__ = "configuration"
    __table_args__ = (UniqueConstraint("study_id", "name", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    name: Mapped[str]
    revision: Mapped[int]
    fingerprint: Mapped[str]
    approach: Mapped[str]
    model: Mapped[str | None]
    system_prompt: Mapped[str]
    template: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    endpoint: Mapped[str | None]
    # Nanodollars per million tokens; NULL where nobody knows.
    price_input: Mapped[int | None] = mapped_column(BigInteger)
    price_output: Mapped[int | None] = mapped_column(BigInteger)
    # Nanodollars per call, for agents.
    price_call: Mapped[int | None] = mapped_column(BigInteger)
    one_off_nanos: Mapped[int | None] = mapped_column(BigInteger)
    samples: Mapped[int]
    examples: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    retrieval: Mapped[dict[str, Any] | None]
    # The field of a structured answer that raters are shown; "" where they are shown all of it.
    shows: Mapped[str] = mapped_column(default="", server_default="")
    # Paused until somebody resumes it; resting until a moment, then it goes on by itself.
    paused_because: Mapped[str | None]
    failures_in_a_row: Mapped[int] = mapped_column(default=0, server_default="0")
    resting_until: Mapped[datetime | None]
    resting_because: Mapped[str | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Prompt(Model):
    """The input that every configuration answers, with the counters that dealing needs."""

    __tablename__ = "prompt"
    __table_args__ = (
        UniqueConstraint("study_id", "fingerprint"),
        UniqueConstraint("study_id", "key"),
        # Holds all that dealing asks of a prompt, whose row is long.
        Index(
            "ix_prompt_open",
            "study_id",
            "is_dealable",
            "places_open",
            "ready_configurations",
            "matchups_alike",
            "fingerprint",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    key: Mapped[str]
    fingerprint: Mapped[str]
    position: Mapped[int]
    turns: Mapped[list[str]]
    context: Mapped[str]
    reference: Mapped[str]
    tags: Mapped[list[str]]
    variables: Mapped[dict[str, Any]]
    html: Mapped[dict[str, Any]]
    # One of its answers was too much for the renderer, so all are shown as plain text.
    is_plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Dealing starts when all completions are ready or finally failed.
    is_dealable: Mapped[bool]
    ready_configurations: Mapped[int]
    # Matchups of these that are dealt to nobody, since both texts look the same to a rater.
    matchups_alike: Mapped[int] = mapped_column(default=0, server_default="0")
    # Votes still wanted, leases taken off; kept in the transaction that deals or frees.
    places_open: Mapped[int]
    created_at: Mapped[datetime]


class Completion(Model):
    """One configuration's answer to one prompt, as a row with a state."""

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("prompt_id", "configuration_id", "sample"),
        Index("ix_completion_claim", "state", "next_attempt_at"),
        Index("ix_completion_of_study", "study_id", "state"),
        # Holds what pages add up of completions, whose rows are long.
        Index(
            "ix_completion_took",
            *("study_id", "configuration_id", "latency_ms", "state", "kind"),
            *("cost_nanos", "saved_nanos", "reused_calls", "sample", "origin", "recorded_at"),
        ),
        Index(
            "ix_completion_leaky",
            *("study_id", "configuration_id", "state"),
            sqlite_where=text(LEAKS_FOUND["sqlite"]),
            postgresql_where=text(LEAKS_FOUND["postgresql"]),
        ),
        # Holds all that dealing asks of a completion, whose row is long.
        Index("ix_completion_dealt", "prompt_id", "state", "configuration_id", "text_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    configuration_id: Mapped[int] = mapped_column(ForeignKey("configuration.id"), index=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    # From 1; of a text that was replaced its own id, with a minus: out of the others' way.
    sample: Mapped[int]
    state: Mapped[str]
    kind: Mapped[str | None]
    origin: Mapped[str]
    # The lease: who claimed it is known by the fence, until when by the database's clock.
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    # How often it was tried alone to make the answer fit to show, after a first try that died.
    fittings: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[datetime]
    # The answer: raw texts per user turn, and what raters may be shown.
    turns: Mapped[list[str]]
    html: Mapped[list[str]]
    # Of what is shown, so that texts with the same hash look the same.
    text_hash: Mapped[str | None]
    leaks: Mapped[dict[str, Any]]
    finish_reason: Mapped[str | None]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    cost_nanos: Mapped[int | None] = mapped_column(BigInteger)
    # Calls answered from the store, and the part of the cost that was therefore not paid.
    reused_calls: Mapped[int] = mapped_column(default=0, server_default="0")
    saved_nanos: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    latency_ms: Mapped[int | None]
    error_class: Mapped[str | None]
    error_message: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]


class Attempt(Model):
    """One call that was or may have been made: written before it, ended after it."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("completion_id", "fence"),
        Index(
            "ix_attempt_open",
            "completion_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    fence: Mapped[int]
    held_nanos: Mapped[int | None] = mapped_column(BigInteger)
    held_calls: Mapped[int] = mapped_column(BigInteger)
    held_tokens: Mapped[int] = mapped_column(BigInteger)
    charged_nanos: Mapped[int | None] = mapped_column(BigInteger)
    charged_calls: Mapped[int | None] = mapped_column(BigInteger)
    charged_tokens: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]


class RateLimit(Model):
    """A provider or endpoint with a limit: what all workers together may still ask for."""

    __tablename__ = "lane"

    name: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[float] = mapped_column(Double)
    tokens: Mapped[float] = mapped_column(Double)
    filled_at: Mapped[datetime]


class Throttle(Model):
    """A provider or endpoint that has refused calls: how many at once it takes, and from when."""

    __tablename__ = "throttle"

    name: Mapped[str] = mapped_column(primary_key=True)
    # NULL: as many as there are.
    at_once: Mapped[float | None] = mapped_column(Double)
    # Closings in a row without an answer between them.
    refusals: Mapped[int]
    closed_until: Mapped[datetime | None]


class Reach(Model):
    """A provider, endpoint or agent that workers may call, and the key that they lack for it.

    Written by workers, for only they hold keys; the web tells people what it says.
    """

    __tablename__ = "reach"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # The name of the variable that is not set, "" where nothing is missing.
    missing: Mapped[str]
