"""Routes of drafts of prompts: out of a log or by a model, reviewed prompt by prompt, and kept."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from service.domain import draft
from service.domain.draft import Decided, Difficulty
from service.domain.prompt_set import SetVersion
from service.reporting import draft_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import drafts, proposing
from service.web.api import imports
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.sets import SetVersionMade
from service.web.api.study_shapes import Number

chapter = Chapter("Prompt drafts", "Prompts that are proposed, for somebody to keep or drop.")
MOST_PLACE = 1_000_000
Turn = Annotated[str, Field(max_length=900_000)]
Hard = Literal["", "easy", "medium", "hard"]


class DraftAsked(Asked):
    """What a draft becomes: the next version of a set, or a new one."""

    into: str = Field(
        min_length=1, max_length=200, description="A set's name, or the title of a new one."
    )
    size: int = Field(draft.USUAL_SIZE, ge=1, le=draft.MOST_SIZE, description="So many prompts.")


class DraftOfLog(DraftAsked):
    """A draft out of a log of requests, which is the part `file` of the form."""


class DraftOfText(DraftAsked):
    """A draft that a model proposes; nothing is called before it is begun."""

    model: str = Field(min_length=1, max_length=200)
    endpoint: str | None = Field(None, max_length=200)
    task: str = Field("", max_length=20_000, description="What people will ask for.")
    document: str = Field("", max_length=900_000, description="What they will ask about.")


class DraftCap(Asked):
    """What a draft may take at most, in USD."""

    usd: float = Field(ge=0, le=proposing.MOST_USD)


class DraftDecision(Asked):
    """What becomes of a proposed prompt; what is null stays as it is."""

    decided: Literal["open", "kept", "dropped"] | None = None
    difficulty: Hard | None = None
    turns: list[Turn] | None = Field(
        None, min_length=1, max_length=100, description="What the user says instead; that keeps it."
    )


class ProposedPrompt(Answer):
    """A proposed prompt, from place 1."""

    position: int
    turns: list[str]
    reference: str
    tags: list[str]
    difficulty: Hard
    doubts: list[str] = Field(description="What somebody should look at.")
    decided: Literal["open", "kept", "dropped"]
    is_edited: bool


class PromptDraftLine(Answer):
    """A draft in a list: asked for, `prepared` for a model, under review, or kept."""

    token: str
    kind: Literal["logs", "text"]
    title: str
    state: Literal["waiting", "running", "prepared", "asking", "review", "failed", "done"]
    version: int | None = Field(description="Of the set that it became.")
    created_at: datetime


class PromptDraft(PromptDraftLine):
    """A draft with what it proposes, 200 prompts at most."""

    items: list[ProposedPrompt]


class PromptDraftList(Answer):
    """The newest fifty drafts."""

    items: list[PromptDraftLine]


@chapter.get("/prompt-drafts", gives=PromptDraftList, beyond=True)
def list_prompt_drafts(call: Call) -> PromptDraftList:
    """List drafts of prompts."""
    found = drafts.every(call.session)
    return PromptDraftList(items=[PromptDraftLine.model_validate(each) for each in found])


def _read_log(call: Call) -> None:
    filename, open_file = imports.sent_file()
    with open_file() as file:
        call.prepared["file"] = filename, file.read()


@chapter.post(
    "/prompt-drafts/logs",
    gives=PromptDraft,
    takes=DraftOfLog,
    body="file",
    status=HTTPStatus.ACCEPTED,
    prepare=_read_log,
    beyond=True,
)
def draft_from_log(call: Call) -> PromptDraft:
    """Have a worker draft prompts out of a log of requests; ask until it is under review."""
    sent = call.sent(DraftOfLog)
    filename, content = call.prepared["file"]
    who = call.holder.account.name
    token = drafts.ask_for_logs(
        call.session, filename, content, sent.into, sent.size, who, call.now
    )
    call.after.append(call.services.ring_drafts)
    return _told(call, token)


@chapter.post(
    "/prompt-drafts/text",
    gives=PromptDraft,
    takes=DraftOfText,
    status=HTTPStatus.ACCEPTED,
    beyond=True,
)
def draft_from_text(call: Call) -> PromptDraft:
    """Prepare what a model would be shown of a document or a task; begin it once it is prepared."""
    sent = call.sent(DraftOfText)
    token = proposing.ask(
        call.session,
        sent.into,
        sent.size,
        sent.model,
        call.holder.account.name,
        call.now,
        files=[("document.txt", sent.document.encode())],
        task=sent.task,
        endpoint=sent.endpoint or None,
    )
    call.after.append(call.services.ring_drafts)
    return _told(call, token)


@chapter.get("/prompt-drafts/<draft>", gives=PromptDraft, beyond=True)
def get_prompt_draft(call: Call, draft: str) -> PromptDraft:
    """Show where a draft stands, and what it proposes."""
    return _told(call, draft)


@chapter.post("/prompt-drafts/<draft>/begin", gives=Number, takes=DraftCap, beyond=True)
def begin_prompt_draft(call: Call, draft: str) -> Number:
    """Have the model asked, under a cap; so many calls wait."""
    number = proposing.begin(call.session, draft, call.sent(DraftCap).usd, call.now)
    call.after.append(call.services.ring_generation)
    return Number(number=number)


@chapter.put(
    f"/prompt-drafts/<draft>/<int(max={MOST_PLACE}):at>",
    gives=ProposedPrompt,
    takes=DraftDecision,
    beyond=True,
)
def decide_proposed_prompt(call: Call, draft: str, at: int) -> ProposedPrompt:
    """Keep, drop or change a proposed prompt, or say how hard it is."""
    sent = call.sent(DraftDecision)
    before = _at(call, draft, at)
    if sent.turns is not None:
        drafts.edit(call.session, draft, at, sent.turns, before.tags, before.reference, call.now)
    if sent.decided is not None:
        drafts.decide(call.session, draft, at, Decided(sent.decided), call.now)
    if sent.difficulty is not None:
        drafts.rate(call.session, draft, at, Difficulty(sent.difficulty))
    return _at(call, draft, at)


@chapter.post(
    "/prompt-drafts/<draft>/keep",
    gives=SetVersionMade,
    status=HTTPStatus.CREATED,
    beyond=True,
)
def keep_prompt_draft(call: Call, draft: str) -> SetVersion:
    """Make what was kept the next version of its set."""
    return drafts.finish(call.session, draft, call.holder.account.name, call.now)


def _at(call: Call, token: str, at: int) -> ProposedPrompt:
    for each in _told(call, token).items:
        if each.position == at:
            return each
    raise drafts.UnknownDraft("The draft has no such prompt.")


def _told(call: Call, token: str) -> PromptDraft:
    found = drafts.of_token(call.session, token)
    items = [
        ProposedPrompt(
            position=each.position,
            turns=list(each.prompt.turns),
            reference=each.prompt.reference,
            tags=list(each.prompt.tags),
            difficulty=each.difficulty.value,
            doubts=[draft_words.doubt(doubt, ENGLISH) for doubt in each.doubts],
            decided=each.decided.value,
            is_edited=each.is_edited,
        )
        for each in drafts.items(call.session, token)
    ]
    return PromptDraft(
        **PromptDraftLine.model_validate(found).model_dump(),
        items=items,
    )
