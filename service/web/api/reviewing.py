"""Routes of what somebody looks at before raters do: tries, and answers that name their maker."""

import random
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from service.domain.trial import Trial
from service.usecases.sighted.generation import leak_reviews
from service.usecases.sighted.studies import trying
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.study_shapes import Number

chapter = Chapter("Reviewing", "Tries before a study opens, and answers that are kept back.")
MOST_ID = 2_147_483_647


class NewTry(Asked):
    """What is tried: nothing of it is in the study."""

    configurations: list[str] = Field(
        [], max_length=trying.MOST_CONFIGURATIONS, description="The first ten where it is empty."
    )
    prompts: int = Field(trying.USUAL_PROMPTS, ge=1, le=trying.MOST_PROMPTS)
    drawn: bool = Field(default=False, description="By chance, not the first ones.")
    usd: float = Field(trying.USUAL_USD, ge=0, le=trying.MOST_USD, description="At most.")


class TriedAnswer(Answer):
    """What one configuration answered to one prompt; cost in USD."""

    configuration: str
    state: str
    html: list[str] = Field(description="What a rater would see, turn by turn.")
    latency_ms: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    leaks: list[str] = Field(description="What names its maker.")
    error: str


class TriedPrompt(Answer):
    """A prompt with all its answers, in the order of the configurations."""

    key: str
    turns: list[str] = Field(description="As a rater would see them.")
    cells: list[TriedAnswer]


class TryLast(Answer):
    """What was tried, and what all tries of the study took together, in USD."""

    configurations: list[str]
    rows: list[TriedPrompt]
    spent: float
    cap: float
    waiting: int = Field(description="Answers that are still to come.")
    begun_at: datetime


class Try(Answer):
    """The last try of a study; null where there was none."""

    trial: TryLast | None


class Leak(Answer):
    """An answer that is kept back, with the places that name its maker."""

    completion_id: int
    prompt_key: str
    configuration: str
    excerpts: list[str]


class LeakList(Answer):
    """The first fifty answers that wait for a decision."""

    items: list[Leak]


class LeakDecision(Asked):
    """What becomes of an answer that is kept back; it stays with the answer, with who said so."""

    verdict: Literal["accept", "mask", "keep_out"]


@chapter.post("/studies/<name>/try", gives=Try, takes=NewTry, status=HTTPStatus.ACCEPTED)
def begin_try(call: Call, name: str) -> Try:
    """Try configurations on some prompts, in place of the last try; ask until nothing waits."""
    sent = call.sent(NewTry)
    rng = random.SystemRandom() if sent.drawn else None
    trying.begin(call.session, name, sent.configurations, sent.prompts, sent.usd, call.now, rng)
    call.after.append(call.services.ring_generation)
    return _told(trying.last(call.session, name))


@chapter.get("/studies/<name>/try", gives=Try, role="researcher")
def get_try(call: Call, name: str) -> Try:
    """Show the last try, as far as it has come."""
    return _told(trying.last(call.session, name))


@chapter.post("/studies/<name>/try/stop", gives=Number)
def stop_try(call: Call, name: str) -> Number:
    """Stop the last try: so many calls that nobody has begun are never made."""
    return Number(number=trying.stop(call.session, name))


@chapter.get("/studies/<name>/leaks", gives=LeakList, role="researcher")
def list_leaks(call: Call, name: str) -> LeakList:
    """List answers that are kept back since they name their maker."""
    found = leak_reviews.waiting(call.session, name)
    return LeakList(items=[Leak.model_validate(each) for each in found])


@chapter.post(
    f"/studies/<name>/completions/<int(max={MOST_ID}):completion>/review",
    takes=LeakDecision,
    status=HTTPStatus.NO_CONTENT,
)
def review_leak(call: Call, name: str, completion: int) -> None:
    """Show an answer that was kept back, as it is or masked, or keep it out for good."""
    verdict, by = call.sent(LeakDecision).verdict, call.holder.account.name
    leak_reviews.decide(call.session, name, completion, verdict, by, call.now)


def _told(trial: Trial | None) -> Try:
    return Try(trial=None if trial is None else TryLast.model_validate(trial))
