"""What is sent and given about studies."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, RootModel

from service.usecases.sighted.studies import plans
from service.web.api.operations import Answer, Asked
from service.web.api.paging import Page

State = Literal["draft", "open", "closed"]


class Token(Answer):
    """What the token of this call is, and whom it acts for."""

    label: str
    scope: Literal["read", "write"]
    account: str
    role: Literal["viewer", "researcher", "admin"]
    study: str | None = Field(description="The only study it is for; null where it is for all.")
    expires_at: datetime


class StudyLine(Answer):
    """A study in a list."""

    name: str
    title: str
    state: State
    prompts: int
    configurations: int
    completions_ready: int
    completions_total: int
    votes: int
    votes_as_of: datetime | None = Field(description="When votes were counted; null: just now.")
    raters: int
    is_sealed: bool
    created_at: datetime


class StudyPage(Page):
    """Some of all studies."""

    items: list[StudyLine]


class ConfigurationLine(Answer):
    """A configuration with what its completions took; money in USD."""

    name: str
    revision: int
    approach: str
    model: str | None
    is_retired: bool
    paused_because: str | None
    resting_because: str | None
    states: dict[str, int] = Field(description="Its completions by state.")
    failure_rate: float | None
    cost: float | None
    cost_per_1000: float | None
    latency_p50_ms: float | None
    leaks: int


class Budget(Answer):
    """Caps, and what is held and spent; money in USD, a cap of null does not bind."""

    cap: float | None
    cap_calls: int | None
    cap_tokens: int | None
    held: float
    spent: float
    spent_calls: int
    spent_tokens: int
    left: float | None


class Failure(Answer):
    """A completion that failed, was stopped or is kept back."""

    completion_id: int
    prompt_key: str
    configuration: str
    state: str
    error_class: str
    message: str
    attempts: int
    may_retry: bool


class Study(Answer):
    """All that is known of one study but its results."""

    name: str
    title: str
    instructions: str
    state: State
    is_paused: bool
    is_sealed: bool
    is_stuck: bool = Field(description="Nothing can be rated and nothing more will come by itself.")
    votes_per_matchup: int
    prompts: int
    prompts_dealable: int
    places_open: int = Field(description="Votes still wanted.")
    states: dict[str, int] = Field(description="Completions by state.")
    completions_ready: int
    completions_total: int
    configurations: list[ConfigurationLine]
    budget: Budget
    failures: list[Failure] = Field(description="The first 200.")
    people: int = Field(description="Raters who have judged something.")
    votes: int
    votes_as_of: datetime | None = Field(description="When votes were counted; null: just now.")
    pending_votes: int = Field(description="Votes that the leaderboard has not seen yet.")
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class StudyDefinition(RootModel[dict[str, Any]]):
    """What a study file says. Files beside it cannot be named here: import them."""


class Applied(Answer):
    """What applying a definition did."""

    name: str
    created: bool
    added_prompts: int
    added_configurations: list[str]
    retired: list[str]
    changed: list[str]
    pending: int = Field(description="Completions that wait to be generated.")
    doubts: list[str] = Field(description="What nothing forbids and somebody should know.")


class Confirmation(Asked):
    """The name of what is deleted for good, once more."""

    confirm: str = Field(max_length=200, description="The study's name, once more.")


class NewTitle(Asked):
    """What a copy is called."""

    title: str = Field(min_length=1, max_length=200)


class Named(Answer):
    """The name by which a study is found."""

    name: str


class Opened(Answer):
    """What opening a study set going."""

    name: str
    pending: int = Field(description="Completions that wait to be generated.")


class Retry(Asked):
    """Which failed completions are tried again; without a field all are."""

    completion_id: int | None = Field(None, ge=1, le=2_147_483_647)


class Number(Answer):
    """How many it were."""

    number: int


class EstimateLine(Answer):
    """What generating one configuration may take at most; a cost of null is unknown."""

    configuration: str
    model: str | None
    calls: int
    tokens: int
    cost: float | None
    reused: int


class Estimate(Answer):
    """What opening would set going, before a single call; money in USD."""

    rows: list[EstimateLine]
    calls: int
    tokens: int
    cost: float
    reused: int
    unknown: list[str] = Field(description="Configurations whose price nobody knows.")


class PlanAsked(Asked):
    """For how many raters, and what is to be told apart."""

    raters: int | None = Field(None, ge=1, le=plans.MOST_RATERS, description="How many will rate.")
    tell: int = Field(60, ge=51, le=95, description="In votes of a hundred for the better one.")


class PlanSize(Answer):
    """How large a study is."""

    configurations: int
    raters: int
    prompts: int
    votes: int


class PlanNeed(Answer):
    """The least growth of a plan that tells it apart; null where none does."""

    plan: PlanSize | None
    short: list[str] = Field(description="What there is too little of.")


class Outlook(Answer):
    """What a plan can tell apart, before anybody votes."""

    plan: PlanSize
    wanted: float
    told: float | None = Field(description="Share of votes; null above 95 %.")
    with_end: float | None = Field(description="The same with a declared end.")
    need: PlanNeed
    minutes: int | None = Field(description="Of one rater.")


class PlanAnswer(Answer):
    """The outlook; null while a study has fewer than two configurations or no prompt."""

    outlook: Outlook | None
