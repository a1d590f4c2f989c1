"""Models and calls about studies; written by `make openapi`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .connection import Connection


@dataclass(frozen=True)
class Token:
    """What the token of this call is, and whom it acts for."""

    label: str
    scope: Literal["read", "write"]
    account: str
    role: Literal["viewer", "researcher", "admin"]
    study: str | None
    expires_at: datetime


@dataclass(frozen=True)
class StudyLine:
    """A study in a list."""

    name: str
    title: str
    state: Literal["draft", "open", "closed"]
    prompts: int
    configurations: int
    completions_ready: int
    completions_total: int
    votes: int
    votes_as_of: datetime | None
    raters: int
    is_sealed: bool
    created_at: datetime


@dataclass(frozen=True)
class StudyPage:
    """Some of all studies."""

    next: str | None
    items: list[StudyLine]


@dataclass(frozen=True)
class Applied:
    """What applying a definition did."""

    name: str
    created: bool
    added_prompts: int
    added_configurations: list[str]
    retired: list[str]
    changed: list[str]
    pending: int
    doubts: list[str]


@dataclass(frozen=True)
class ConfigurationLine:
    """A configuration with what its completions took; money in USD."""

    name: str
    revision: int
    approach: str
    model: str | None
    is_retired: bool
    paused_because: str | None
    resting_because: str | None
    states: dict[str, int]
    failure_rate: float | None
    cost: float | None
    cost_per_1000: float | None
    latency_p50_ms: float | None
    leaks: int


@dataclass(frozen=True)
class Budget:
    """Caps, and what is held and spent; money in USD, a cap of null does not bind."""

    cap: float | None
    cap_calls: int | None
    cap_tokens: int | None
    held: float
    spent: float
    spent_calls: int
    spent_tokens: int
    left: float | None


@dataclass(frozen=True)
class Failure:
    """A completion that failed, was stopped or is kept back."""

    completion_id: int
    prompt_key: str
    configuration: str
    state: str
    error_class: str
    message: str
    attempts: int
    may_retry: bool


@dataclass(frozen=True)
class Study:
    """All that is known of one study but its results."""

    name: str
    title: str
    instructions: str
    state: Literal["draft", "open", "closed"]
    is_paused: bool
    is_sealed: bool
    is_stuck: bool
    votes_per_matchup: int
    prompts: int
    prompts_dealable: int
    places_open: int
    states: dict[str, int]
    completions_ready: int
    completions_total: int
    configurations: list[ConfigurationLine]
    budget: Budget
    failures: list[Failure]
    people: int
    votes: int
    votes_as_of: datetime | None
    pending_votes: int
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Named:
    """The name by which a study is found."""

    name: str


@dataclass(frozen=True)
class Opened:
    """What opening a study set going."""

    name: str
    pending: int


@dataclass(frozen=True)
class Number:
    """How many it were."""

    number: int


@dataclass(frozen=True)
class EstimateLine:
    """What generating one configuration may take at most; a cost of null is unknown."""

    configuration: str
    model: str | None
    calls: int
    tokens: int
    cost: float | None
    reused: int


@dataclass(frozen=True)
class Estimate:
    """What opening would set going, before a single call; money in USD."""

    rows: list[EstimateLine]
    calls: int
    tokens: int
    cost: float
    reused: int
    unknown: list[str]


@dataclass(frozen=True)
class PlanSize:
    """How large a study is."""

    configurations: int
    raters: int
    prompts: int
    votes: int


@dataclass(frozen=True)
class PlanNeed:
    """The least growth of a plan that tells it apart; null where none does."""

    plan: PlanSize | None
    short: list[str]


@dataclass(frozen=True)
class Outlook:
    """What a plan can tell apart, before anybody votes."""

    plan: PlanSize
    wanted: float
    told: float | None
    with_end: float | None
    need: PlanNeed
    minutes: int | None


@dataclass(frozen=True)
class PlanAnswer:
    """The outlook; null while a study has fewer than two configurations or no prompt."""

    outlook: Outlook | None


class Studies(Connection):
    """Calls about studies."""

    def get_token(self) -> Token:
        """Tell what the token of this call may do, and for whom."""
        return self._call(Token, "get_token", "GET", "/token")

    def list_studies(self, *, limit: int | None = None) -> Iterator[StudyLine]:
        """List studies, the oldest first."""
        return self._pages(StudyLine, "list_studies", "GET", "/studies", query={"limit": limit})

    def create_study(self, definition: dict[str, Any] | str) -> Applied:
        """Make a draft out of a definition.

        It is JSON, or the text of a study file (`application/yaml`). A name that is
        taken is refused.
        """
        return self._call(Applied, "create_study", "POST", "/studies", definition=definition)

    def get_study(self, name: str) -> Study:
        """Show one study: its state, completions, budget and progress; no results."""
        return self._call(Study, "get_study", "GET", "/studies/{name}", path={"name": name})

    def delete_study(self, name: str, *, confirm: str, if_match: str | None = None) -> None:
        """Delete a draft with all that hangs on it; one that was open or holds votes is kept."""
        self._call(
            None,
            "delete_study",
            "DELETE",
            "/studies/{name}",
            path={"name": name},
            query={"confirm": confirm},
            header={"if_match": if_match},
        )

    def get_definition(self, name: str) -> dict[str, Any]:
        """Return the definition that makes this study: what its study file says, as JSON."""
        return self._plain(
            "get_definition", "GET", "/studies/{name}/definition", path={"name": name}
        )

    def apply_definition(
        self, name: str, definition: dict[str, Any] | str, *, if_match: str | None = None
    ) -> Applied:
        """Bring a study to what a definition says; applying it twice changes nothing.

        An open study takes new prompts and configurations; a changed configuration is
        added and the old one retired from dealing, its votes kept.
        """
        return self._call(
            Applied,
            "apply_definition",
            "PUT",
            "/studies/{name}/definition",
            path={"name": name},
            definition=definition,
            header={"if_match": if_match},
        )

    def duplicate_study(self, name: str, *, title: str) -> Named:
        """Make a draft with the same configurations, prompts and settings under another title."""
        return self._call(
            Named,
            "duplicate_study",
            "POST",
            "/studies/{name}/duplicate",
            path={"name": name},
            body={"title": title},
            needed=["title"],
        )

    def open_study(self, name: str) -> Opened:
        """Open a study: what is missing is generated, and raters are let in."""
        return self._call(Opened, "open_study", "POST", "/studies/{name}/open", path={"name": name})

    def close_study(self, name: str) -> Named:
        """Close a study for good: votes end, nothing is lost."""
        return self._call(
            Named, "close_study", "POST", "/studies/{name}/close", path={"name": name}
        )

    def pause_generation(self, name: str) -> Named:
        """Stop generating; what is running ends, nothing new is called, and rating goes on."""
        return self._call(
            Named, "pause_generation", "POST", "/studies/{name}/pause", path={"name": name}
        )

    def resume_generation(self, name: str) -> Named:
        """Go on generating, also with configurations that were paused, rest or wait."""
        return self._call(
            Named, "resume_generation", "POST", "/studies/{name}/resume", path={"name": name}
        )

    def retry_completions(self, name: str, *, completion_id: int | None = None) -> Number:
        """Put failed completions back to work: one of them, or all."""
        return self._call(
            Number,
            "retry_completions",
            "POST",
            "/studies/{name}/retry",
            path={"name": name},
            body={"completion_id": completion_id},
        )

    def give_up_completions(self, name: str) -> Number:
        """Count what the cap stopped as failed, so that the rest of its prompts can be rated."""
        return self._call(
            Number, "give_up_completions", "POST", "/studies/{name}/give-up", path={"name": name}
        )

    def estimate_generation(self, name: str) -> Estimate:
        """Tell what generating all that is missing may take at most; nothing is called."""
        return self._call(
            Estimate, "estimate_generation", "GET", "/studies/{name}/estimate", path={"name": name}
        )

    def get_plan(
        self, name: str, *, raters: int | None = None, tell: int | None = None
    ) -> PlanAnswer:
        """Tell what so many raters can tell apart in a study as it is set up."""
        return self._call(
            PlanAnswer,
            "get_plan",
            "GET",
            "/studies/{name}/plan",
            path={"name": name},
            query={"raters": raters, "tell": tell},
        )
