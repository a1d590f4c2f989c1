"""What is sent and given about judges and about what can be claimed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.domain import judge_question
from service.domain.judge_report import JudgeReport
from service.usecases.sighted.judges import asking, making, pools
from service.web.api.operations import Answer, Asked

MOST_COUNT = 10**12
Examples = Annotated[
    list[Annotated[int, Field(ge=1, le=2_147_483_647)]],
    Field(max_length=judge_question.MOST_EXAMPLES),
]


class JudgePrice(Asked):
    """What a model takes, in USD for a million tokens."""

    read: float = Field(ge=0, le=making.MOST_USD)
    written: float = Field(ge=0, le=making.MOST_USD)


class JudgeCap(Asked):
    """The most that a judge may take in all; what is null does not bind."""

    usd: float | None = Field(None, ge=0, le=making.MOST_USD)
    calls: int | None = Field(None, ge=0, le=MOST_COUNT, description="Where no price is known.")
    tokens: int | None = Field(None, ge=0, le=MOST_COUNT, description="Where no price is known.")


class NewJudge(JudgeCap):
    """A judge to make: a model, one criterion, and a cap of its own."""

    judge: str = Field(
        min_length=1, max_length=40, description="What it is called, such as `tone-of-voice`."
    )
    criterion: str = Field(min_length=1, max_length=judge_question.MOST_CRITERION)
    model: str = Field(min_length=1, max_length=200)
    endpoint: str | None = Field(None, max_length=200)
    rubric: str = Field("", max_length=judge_question.MOST_RUBRIC)
    scale: Literal["grades", "verdict"] = Field("grades", description="Grades beside the verdict?")
    price: JudgePrice | None = None


class JudgeVersionAsked(Asked):
    """What the next version changes; what is absent or null stays as it is."""

    criterion: str | None = Field(None, min_length=1, max_length=judge_question.MOST_CRITERION)
    model: str | None = Field(None, min_length=1, max_length=200)
    endpoint: str | None = Field(None, max_length=200, description='"" for none.')
    rubric: str | None = Field(None, max_length=judge_question.MOST_RUBRIC)
    examples: Examples | None = Field(None, description="Numbers of graded matchups.")
    price: JudgePrice | None = None


class JudgeRun(Asked):
    """How many new matchups a judge is asked about; 0 lets what stopped go on."""

    matchups: int = Field(200, ge=0, le=asking.MOST_A_RUN)


class JudgeChoice(Asked):
    """Which matchups calibrate a judge."""

    source: Literal["drawn", "hard", "divided", "hand"] = "drawn"
    number: int = Field(10, ge=1, le=pools.MOST_ITEMS)
    prompt: str = Field("", max_length=200, description="The prompt's key, chosen by `hand`.")


class JudgeDraw(Asked):
    """How many matchups more measure a judge."""

    number: int = Field(30, ge=1, le=pools.MOST_ITEMS)


class JudgeLine(Answer):
    """A judge in a list; money in USD."""

    name: str
    criterion: str
    version: int
    model: str
    judged: int
    waiting: int
    spent: float
    cap: float | None


class JudgeList(Answer):
    """A study's judges in the order in which they came."""

    items: list[JudgeLine]


class JudgeCalls(Answer):
    """Where the calls of a version stand; each matchup takes two."""

    answered: int
    refused: int
    malformed: int
    failed: int
    blocked: int
    waiting: int


class JudgeVersion(Answer):
    """One version of a judge, with what it was told; money in USD."""

    number: int
    fingerprint: str
    model: str
    endpoint: str
    rubric: str
    scale: str
    examples: list[int]
    made_by: str
    created_at: datetime
    calls: JudgeCalls
    cost: float
    unknown_costs: int = Field(description="Calls of which nobody knows what they cost.")


class JudgeAudit(Answer):
    """How far the matchups are that measure a judge."""

    items: int
    added: int
    voted: int = Field(description="Of these somebody has voted on.")


class Judge(Answer):
    """A judge with its versions, the newest first; money in USD, a cap of null does not bind."""

    study: str
    name: str
    criterion: str
    versions: list[JudgeVersion]
    spent: float
    held: float
    cap: float | None
    cap_calls: int | None
    cap_tokens: int | None
    is_paused: bool
    is_moving: bool = Field(description="Calls are still to come by themselves.")
    rests_because: str
    items: dict[str, int] = Field(description="Of each pool; `graded` of those that calibrate.")
    audit: JudgeAudit
    kin: list[str] = Field(description="Configurations whose model is of the judge's own family.")
    is_sealed: bool


class JudgeAsked(Answer):
    """What a run set going: new matchups, each of which is asked twice."""

    matchups: int
    seen: int = Field(description="Left out: the judge has their texts among its examples.")
    again: int = Field(description="Calls that had stopped or failed, and go on.")


class JudgeGrade(Answer):
    """A graded matchup, which may be an example."""

    number: int
    prompt: str = Field(description="The key of its prompt.")
    grades: list[int] = Field(description="Of its two texts, from 1 to 5.")
    reason: str
    graded_by: str


class JudgeGradeList(Answer):
    """What people gave the matchups that calibrate a judge."""

    items: list[JudgeGrade]


class JudgeTrust(Answer):
    """Whether a judge may be trusted: figures and boards, and the same in sentences."""

    says: list[str]
    is_old: bool = Field(description="Something has come since: a worker computes it anew.")
    created_at: datetime | None
    report: JudgeReport | None = Field(
        description="Null before a worker has computed one. Its `boards` are people's alone, "
        "corrected by the judge, and the judge's alone, never mixed."
    )


class Statement(Answer):
    """A statement on a study: whether it may be made now, and what it would take."""

    name: str
    state: Literal["supported", "blocked"]
    about: list[str] = Field(description="Configurations, or tags.")
    judge: str
    why: str
    claim: str = Field(description="The statement in words.")
    remark: str = Field(description="What it holds under, or would take.")


class Diagnosis(Answer):
    """What can be claimed of a study now, what cannot, and what would unblock it."""

    study: str
    says: str
    items: list[Statement]
