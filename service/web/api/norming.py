"""Routes of norming: how people split on a panel, going on after it, splitting a criterion."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from service.domain import normed
from service.reporting import norming_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies import norming_results
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.study_shapes import Named

chapter = Chapter("Norming", "A panel that every rater judges first, and what people make of it.")
_Stage = Literal[
    "not_asked",
    "draft",
    "waits",
    "never",
    "too_few",
    "no_votes",
    "one_rater",
    "alone",
    "ties",
    "agreed",
    "divided",
]


class PanelAgreement(Answer):
    """Krippendorff's alpha with its interval, of so many matchups that several people judged."""

    units: int
    value: float | None = Field(description="1 is perfect, 0 is chance; null where none is told.")
    low: float | None
    high: float | None


class PanelReason(Answer):
    """How often a reason was given with the one text, with the other, and with neither."""

    kind: str
    one: int
    other: int
    neither: int


class PanelSplit(Answer):
    """What people said of a matchup; while the study is sealed, not of which text."""

    prompt: str = Field(description="The prompt's id.")
    prompt_text: str
    texts: list[str] = Field(description="Both texts, in the order of their hashes.")
    names: list[str] = Field(description="Their configurations; empty texts while sealed.")
    one: int = Field(description="Preferred the first; while sealed, the larger number.")
    neither: int
    other: int
    divides: bool
    reasons: list[PanelReason]
    notes: list[str]


class Norming(Answer):
    """All that the panel of a study tells, the matchups that divide people first."""

    study: str
    stage: _Stage
    wanted: int
    size: int
    raters: int
    done: int = Field(description="How many have judged all of it.")
    holds: bool = Field(description="Nothing else is dealt until somebody lets the study go on.")
    is_sealed: bool
    left_out: int
    released_by: str
    agreement: PanelAgreement
    dividing: int
    splits: list[PanelSplit]
    says: str
    criteria_proposed: list[str] = Field(description="What a new study might ask for, one by one.")


class CriteriaAsked(Asked):
    """A title, and what raters of the new study are asked for one by one."""

    title: str = Field(min_length=1, max_length=200)
    criteria: list[Annotated[str, Field(min_length=1, max_length=1000)]] = Field(
        min_length=1, max_length=normed.MOST_CRITERIA
    )


@chapter.get("/studies/<name>/norming", gives=Norming)
def get_norming(call: Call, name: str) -> Norming:
    """Say how people split on the panel, and what they give as reasons."""
    return _told(call, name)


@chapter.post("/studies/<name>/norming/go-on", gives=Norming)
def let_go_on(call: Call, name: str) -> Norming:
    """Deal more than the panel, or draw it from what is finished where answers are to come."""
    norming_results.go_on(call.session, name, call.holder.account.name, call.now)
    return _told(call, name)


@chapter.post(
    "/studies/<name>/norming/split",
    gives=Named,
    takes=CriteriaAsked,
    status=HTTPStatus.CREATED,
)
def split_criterion(call: Call, name: str) -> Named:
    """Make a draft of the same configurations and prompts, which asks for these criteria."""
    sent = call.sent(CriteriaAsked)
    call.after.append(call.services.ring_generation)
    made = norming_results.split(call.session, name, sent.title, sent.criteria, call.now)
    return Named(name=made)


def _told(call: Call, name: str) -> Norming:
    found = norming_results.of_study(call.session, name)
    words = ENGLISH.naming(
        dict.fromkeys(one for split in found.splits for one in split.names if one)
    )
    return Norming(
        study=found.study,
        stage=found.stage.value,
        wanted=found.wanted,
        size=found.size,
        raters=found.raters,
        done=found.done,
        holds=found.holds,
        is_sealed=found.is_sealed,
        left_out=found.left_out,
        released_by=found.released_by,
        agreement=PanelAgreement.model_validate(found.agreement),
        dividing=found.dividing,
        splits=[PanelSplit.model_validate(one) for one in found.splits],
        says=norming_words.says(found, words),
        criteria_proposed=norming_words.criteria(found, words),
    )
