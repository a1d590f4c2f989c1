"""Routes of prompts that raters suggested: list them, take them into a study, decline them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.domain import submission
from service.domain.submission import SubmissionState
from service.usecases.sighted.studies import submissions
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter

chapter = Chapter("Submissions", "Prompts that raters suggested, each to be taken or declined.")
_Number = Annotated[int, Field(ge=1, le=2147483647)]


class Submission(Answer):
    """A prompt that a rater suggested; `text` as they wrote it."""

    number: int
    text: str
    pseudonym: str
    state: Literal["waiting", "accepted", "declined"]
    doubts: list[str] = Field(
        description="`asks_who`, `personal`, or `known`: the study has a prompt of this text."
    )
    prompt: str = Field(description="The id of the prompt it became; empty where there is none.")
    became: str = Field(description="The prompt's text where it was changed, else empty.")
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    because: str = Field(description="Why it was declined; raters never read it.")


class SubmissionPage(Answer):
    """Some of what was suggested, the oldest first; pages have a size of their own."""

    items: list[Submission]
    next: str | None


class SubmissionPageAsked(Asked):
    """Which of them are wanted."""

    cursor: str | None = Field(None, max_length=64, description="`next` of the page before.")
    state: Literal["waiting", "accepted", "declined"] | None = None


class Accepting(Asked):
    """Which to take, and with what."""

    numbers: list[_Number] = Field(min_length=1, max_length=submissions.MOST_AT_ONCE)
    tags: list[Annotated[str, Field(max_length=submissions.LONGEST_TAG)]] = Field(
        default_factory=list, max_length=submissions.MOST_TAGS
    )
    text: str | None = Field(
        None,
        min_length=1,
        max_length=submission.LONGEST,
        description="What a single one becomes; what the rater wrote is kept.",
    )


class Declining(Asked):
    """Which to decline."""

    numbers: list[_Number] = Field(min_length=1, max_length=submissions.MOST_AT_ONCE)
    because: str = Field("", max_length=submissions.LONGEST_REASON)


class Taken(Answer):
    """How many prompts were made, and how many suggestions that settled."""

    prompts: int
    settled: int


class Declined(Answer):
    """How many of them waited."""

    number: int


@chapter.get("/studies/<name>/submissions", gives=SubmissionPage, asks=SubmissionPageAsked)
def list_submissions(call: Call, name: str) -> SubmissionPage:
    """List prompts that raters suggested."""
    asked = call.asked(SubmissionPageAsked)
    state = None if asked.state is None else SubmissionState(asked.state)
    found = submissions.of_study(call.session, name, state, paging.read(asked.cursor) or 0)
    last = found[-1].number if len(found) == submissions.PAGE else None
    items = [Submission.model_validate(each) for each in found]
    return SubmissionPage(items=items, next=paging.write(last))


@chapter.post("/studies/<name>/submissions/accept", gives=Taken, takes=Accepting)
def accept_submissions(call: Call, name: str) -> submissions.Accepted:
    """Make prompts of them; their answers are generated under the cap and dealt to others."""
    sent, by = call.sent(Accepting), call.holder.account.name
    done = submissions.accept(call.session, name, sent.numbers, sent.tags, by, call.now, sent.text)
    if done.prompts:
        call.after.append(call.services.ring_generation)
    return done


@chapter.post("/studies/<name>/submissions/decline", gives=Declined, takes=Declining)
def decline_submissions(call: Call, name: str) -> Declined:
    """Decline those that wait; nothing is deleted."""
    sent, by = call.sent(Declining), call.holder.account.name
    number = submissions.decline(call.session, name, sent.numbers, by, call.now, sent.because)
    return Declined(number=number)
