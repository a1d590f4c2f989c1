"""Routes of prompt sets: named collections of prompts whose versions never change."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import Field

from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind, SetVersion
from service.usecases.sighted.studies import applying, prompt_sets, set_files, taking
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.paging import Page, Paged
from service.web.api.parts import MOST_PROMPTS, PromptDefinition
from service.web.api.study_shapes import Applied

chapter = Chapter("Prompt sets", "Prompts that are kept by name, for studies to use by version.")
MOST_VERSIONS = 2_147_483_647


class SetVersionLine(Answer):
    """One version of a set; `doubts` are keys of prompts by what is doubted."""

    number: int
    digest: str
    prompts: int
    note: str
    doubts: dict[str, list[str]]
    made_by: str
    created_at: datetime


class SetLine(Answer):
    """A set in a list, with its newest version and how many studies use it."""

    name: str
    title: str
    newest: SetVersionLine
    studies: int


class SetList(Answer):
    """All prompt sets, by title."""

    items: list[SetLine]


class PromptSet(Answer):
    """A set with its versions, the newest first."""

    name: str
    title: str
    versions: list[SetVersionLine]


class SetVersionMade(Answer):
    """Which version of which set that is."""

    name: str
    version: int
    digest: str


class SetPrompt(Answer):
    """A prompt of a set; `turns` are what the user says, one text a turn."""

    key: str
    turns: list[str]
    context: str
    reference: str
    tags: list[str]
    variables: dict[str, Any]


class SetPromptPage(Page):
    """Some prompts of a version."""

    items: list[SetPrompt]


class SetPromptsAsked(Paged):
    """Which version is wanted."""

    version: int | None = Field(None, ge=1, le=MOST_VERSIONS, description="The newest if absent.")


class NewSet(Asked):
    """A set to make."""

    title: str = Field(min_length=1, max_length=200)
    prompts: list[PromptDefinition] = Field(min_length=1, max_length=MOST_PROMPTS)


class NewVersion(Asked):
    """The next version of a set."""

    prompts: list[PromptDefinition] = Field(min_length=1, max_length=MOST_PROMPTS)
    adds: bool = Field(default=True, description="To what there is; else in place of it.")
    note: str = Field("", max_length=prompt_sets.MAX_NOTE)
    after: int | None = Field(
        None, ge=1, le=MOST_VERSIONS, description="Refuse it where a newer version than this is."
    )


class SetUse(Asked):
    """Which version of which set a study takes its prompts from."""

    prompt_set: str = Field(min_length=1, max_length=200)
    version: int | None = Field(None, ge=1, le=MOST_VERSIONS, description="The newest if absent.")


class Keeping(Asked):
    """What of a study's prompts is kept, as a new set or as the next version of one."""

    title: str = Field("", max_length=200, description="Of a new set.")
    prompt_set: str = Field("", max_length=200, description="Of which this is the next version.")
    chosen: Chosen = Chosen.ALL


@chapter.get("/prompt-sets", gives=SetList, beyond=True)
def list_prompt_sets(call: Call) -> SetList:
    """List prompt sets with their newest versions."""
    return SetList(items=[SetLine.model_validate(one) for one in prompt_sets.every(call.session)])


@chapter.post(
    "/prompt-sets", gives=SetVersionMade, takes=NewSet, status=HTTPStatus.CREATED, beyond=True
)
def create_prompt_set(call: Call) -> SetVersion:
    """Make a set with its first version."""
    sent = call.sent(NewSet)
    origin, by = Origin(OriginKind.HAND), call.holder.account.name
    return prompt_sets.make(call.session, sent.title, _read(sent.prompts), origin, by, call.now)


@chapter.get("/prompt-sets/<prompt_set>", gives=PromptSet, beyond=True)
def get_prompt_set(call: Call, prompt_set: str) -> prompt_sets.SetView:
    """Show a set with its versions."""
    return prompt_sets.of_name(call.session, prompt_set)


@chapter.get(
    "/prompt-sets/<prompt_set>/prompts", gives=SetPromptPage, asks=SetPromptsAsked, beyond=True
)
def list_set_prompts(call: Call, prompt_set: str) -> SetPromptPage:
    """List the prompts of a version in their order."""
    asked = call.asked(SetPromptsAsked)
    first = min(paging.read(asked.cursor), MOST_VERSIONS)
    found = prompt_sets.prompts_of(call.session, prompt_set, asked.version, first, asked.limit + 1)
    items = [
        SetPrompt(
            key=one.handle,
            turns=list(one.turns),
            context=one.context,
            reference=one.reference,
            tags=list(one.tags),
            variables=dict(one.variables),
        )
        for one in found[: asked.limit]
    ]
    has_more = len(found) > asked.limit
    return SetPromptPage(items=items, next=paging.write(first + asked.limit if has_more else None))


@chapter.post(
    "/prompt-sets/<prompt_set>/versions",
    gives=SetVersionMade,
    takes=NewVersion,
    status=HTTPStatus.CREATED,
    beyond=True,
)
def add_set_version(call: Call, prompt_set: str) -> SetVersion:
    """Make the next version of a set; the same prompts as in the newest one make none."""
    sent = call.sent(NewVersion)
    found = _read(sent.prompts)
    if sent.adds:
        found = [*prompt_sets.prompts_of(call.session, prompt_set), *found]
    return prompt_sets.add_version(
        call.session,
        prompt_set,
        found,
        Origin(OriginKind.HAND),
        sent.note,
        call.holder.account.name,
        call.now,
        sent.after,
    )


@chapter.post("/studies/<name>/prompts/use-set", gives=Applied, takes=SetUse, beyond=True)
def use_prompt_set(call: Call, name: str) -> applying.Applied:
    """Add the prompts of a version of a set to a study, which then names that version."""
    sent = call.sent(SetUse)
    done = taking.into_study(call.session, name, sent.prompt_set, sent.version, call.now)
    if done.pending:
        call.after.append(call.services.ring_generation)
    return done


@chapter.post(
    "/studies/<name>/prompts/keep",
    gives=SetVersionMade,
    takes=Keeping,
    status=HTTPStatus.CREATED,
    beyond=True,
)
def keep_prompts(call: Call, name: str) -> SetVersion:
    """Keep a study's prompts, or those that were hard or divided people, as a set."""
    sent, by = call.sent(Keeping), call.holder.account.name
    found, origin = taking.from_study(call.session, name, sent.chosen)
    own = taking.suggested(call.session, name)
    if sent.prompt_set:
        return prompt_sets.add_version(
            call.session, sent.prompt_set, found, origin, "", by, call.now, origins=own
        )
    return prompt_sets.make(call.session, sent.title, found, origin, by, call.now, own)


def _read(given: list[PromptDefinition]) -> list[Prompt]:
    entries = [{"text": one.root} if isinstance(one.root, str) else one.root for one in given]
    return list(set_files.edited("\n".join(json.dumps(entry) for entry in entries)))
