"""Routes of what a study is made of: configurations, prompts, completions."""

from http import HTTPStatus
from typing import Any

from pydantic import Field, RootModel

from service.usecases.sighted import listings
from service.usecases.sighted.generation import evidence
from service.usecases.sighted.studies import applying, editing, overviews
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.paging import Page, Paged
from service.web.api.problems import BadRequest, Fault
from service.web.api.study_shapes import Applied, ConfigurationLine

configurations = Chapter("Configurations", "What competes: models, parameters, prompts, retrieval.")
prompts = Chapter("Prompts", "What every configuration answers.")
completions = Chapter("Completions", "What configurations answered. Files of them are imported.")

MOST_PROMPTS = 1000


class ConfigurationDefinition(RootModel[dict[str, Any]]):
    """A configuration as a study file says it."""


class ConfigurationList(Answer):
    """All configurations of a study, retired ones among them."""

    items: list[ConfigurationLine]


class PromptLine(Answer):
    """A prompt; `turns` are what the user says, one text a turn."""

    key: str
    turns: list[str]
    context: str
    reference: str
    tags: list[str]
    variables: dict[str, Any]
    is_dealable: bool


class PromptPage(Page):
    """Some of a study's prompts."""

    items: list[PromptLine]


class NewPrompts(Asked):
    """Prompts to add, each as a study file says it."""

    prompts: list["PromptDefinition"] = Field(min_length=1, max_length=MOST_PROMPTS)


class PromptDefinition(RootModel[dict[str, Any] | str]):
    """A prompt as a study file says it: its text alone, or with what stands beside it."""


class CompletionsAsked(Paged):
    """Which completions are wanted."""

    configuration: str = Field("", max_length=200, description="Of this configuration alone.")


class CompletionLine(Answer):
    """A completion with its texts, one a turn; money in USD."""

    id: int
    prompt: str = Field(description="The key of its prompt.")
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


class CompletionPage(Page):
    """Some of a study's completions."""

    items: list[CompletionLine]


class CompletionEvidence(Answer):
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


@configurations.get("/studies/<name>/configurations", gives=ConfigurationList)
def list_configurations(call: Call, name: str) -> ConfigurationList:
    """List what competes, with what it took so far."""
    found = overviews.configurations(call.session, name)
    return ConfigurationList(items=[ConfigurationLine.model_validate(each) for each in found])


@configurations.get(
    "/studies/<name>/configurations/<path:configuration>", gives=ConfigurationDefinition
)
def get_configuration(call: Call, name: str, configuration: str) -> ConfigurationDefinition:
    """Return what a configuration in service is."""
    every = editing.definition(call.session, name).get("configurations", [])
    for each in every:
        if each["name"] == configuration:
            return ConfigurationDefinition(each)
    raise editing.UnknownPart("The study has no configuration of that name in service.")


@configurations.put(
    "/studies/<name>/configurations/<path:configuration>",
    gives=Applied,
    takes=ConfigurationDefinition,
    stands=get_configuration,
)
def put_configuration(call: Call, name: str, configuration: str) -> applying.Applied:
    """Add a configuration, or make the one of that name be as it is said.

    In an open study the changed one is added and the old one retired, its votes kept.
    """
    entry = {"name": configuration, **call.sent(ConfigurationDefinition).root}
    if entry["name"] != configuration:
        fault = Fault(detail="It is not the name in the address.", pointer="/name")
        raise BadRequest("The address names another configuration.", [fault])
    every = editing.definition(call.session, name).get("configurations", [])
    is_known = any(each["name"] == configuration for each in every)
    done = editing.set_configuration(
        call.session, name, configuration if is_known else None, entry, call.now
    )
    if done.pending:
        call.after.append(call.services.ring_generation)
    return done


@configurations.delete(
    "/studies/<name>/configurations/<path:configuration>", stands=get_configuration
)
def remove_configuration(call: Call, name: str, configuration: str) -> None:
    """Take a configuration out of a draft for good, or out of service once the study is open."""
    editing.remove_configuration(call.session, name, configuration, call.now)


@prompts.get("/studies/<name>/prompts", gives=PromptPage, asks=Paged)
def list_prompts(call: Call, name: str) -> PromptPage:
    """List prompts in the order in which they were added."""
    page = call.asked(Paged)
    found = listings.prompts(call.session, name, paging.read(page.cursor), page.limit)
    return PromptPage(
        items=[PromptLine.model_validate(each) for each in found.items],
        next=paging.write(found.next_after),
    )


@prompts.post("/studies/<name>/prompts", gives=Applied, takes=NewPrompts, status=HTTPStatus.CREATED)
def add_prompts(call: Call, name: str) -> applying.Applied:
    """Add prompts; one that is there already is not added again."""
    given = [each.root for each in call.sent(NewPrompts).prompts]
    entries = [{"text": each} if isinstance(each, str) else each for each in given]
    done = editing.add_prompts(call.session, name, entries, call.now)
    if done.pending:
        call.after.append(call.services.ring_generation)
    return done


@prompts.delete("/studies/<name>/prompts/<path:prompt>")
def remove_prompt(call: Call, name: str, prompt: str) -> None:
    """Take a prompt out of a draft, by its key."""
    editing.remove_prompt(call.session, name, prompt)


@completions.get("/studies/<name>/completions", gives=CompletionPage, asks=CompletionsAsked)
def list_completions(call: Call, name: str) -> CompletionPage:
    """List completions with their texts, of all configurations or of one."""
    asked = call.asked(CompletionsAsked)
    after = paging.read(asked.cursor)
    found = listings.completions(call.session, name, asked.configuration, after, asked.limit)
    return CompletionPage(
        items=[CompletionLine.model_validate(each) for each in found.items],
        next=paging.write(found.next_after),
    )


@completions.get(
    "/studies/<name>/completions/<int(max=2147483647):completion>", gives=CompletionEvidence
)
def get_completion(call: Call, name: str, completion: int) -> evidence.CompletionView:
    """Show one completion with all that stood behind it: passages, traces, what it took."""
    return evidence.completion(call.session, name, completion)
