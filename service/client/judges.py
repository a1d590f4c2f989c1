"""Models and calls about judges; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .connection import Connection
from .studies import Number


@dataclass(frozen=True)
class JudgeLine:
    """A judge in a list; money in USD."""

    name: str
    criterion: str
    version: int
    model: str
    judged: int
    waiting: int
    spent: float
    cap: float | None


@dataclass(frozen=True)
class JudgeList:
    """A study's judges in the order in which they came."""

    items: list[JudgeLine]


@dataclass(frozen=True)
class JudgeCalls:
    """Where the calls of a version stand; each matchup takes two."""

    answered: int
    refused: int
    malformed: int
    failed: int
    blocked: int
    waiting: int


@dataclass(frozen=True)
class JudgeVersion:
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
    unknown_costs: int


@dataclass(frozen=True)
class JudgeAudit:
    """How far the matchups are that measure a judge."""

    items: int
    added: int
    voted: int


@dataclass(frozen=True)
class Judge:
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
    is_moving: bool
    rests_because: str
    items: dict[str, int]
    audit: JudgeAudit
    kin: list[str]
    is_sealed: bool


@dataclass(frozen=True)
class JudgeAsked:
    """What a run set going: new matchups, each of which is asked twice."""

    matchups: int
    seen: int
    again: int


@dataclass(frozen=True)
class JudgeGrade:
    """A graded matchup, which may be an example."""

    number: int
    prompt: str
    grades: list[int]
    reason: str
    graded_by: str


@dataclass(frozen=True)
class JudgeGradeList:
    """What people gave the matchups that calibrate a judge."""

    items: list[JudgeGrade]


@dataclass(frozen=True)
class JudgeTrust:
    """Whether a judge may be trusted: figures and boards, and the same in sentences."""

    says: list[str]
    is_old: bool
    created_at: datetime | None
    report: dict[str, Any] | None


@dataclass(frozen=True)
class Statement:
    """A statement on a study: whether it may be made now, and what it would take."""

    name: str
    state: Literal["supported", "blocked"]
    about: list[str]
    judge: str
    why: str
    claim: str
    remark: str


@dataclass(frozen=True)
class Diagnosis:
    """What can be claimed of a study now, what cannot, and what would unblock it."""

    study: str
    says: str
    items: list[Statement]


class Judges(Connection):
    """Calls about judges."""

    def list_judges(self, name: str) -> JudgeList:
        """List a study's judges."""
        return self._call(
            JudgeList, "list_judges", "GET", "/studies/{name}/judges", path={"name": name}
        )

    def create_judge(
        self,
        name: str,
        *,
        judge: str,
        criterion: str,
        model: str,
        usd: float | None = None,
        calls: int | None = None,
        tokens: int | None = None,
        endpoint: str | None = None,
        rubric: str | None = None,
        scale: Literal["grades", "verdict"] | None = None,
        price: dict[str, Any] | None = None,
    ) -> Judge:
        """Make a judge with its first version; nothing is called before it is run."""
        return self._call(
            Judge,
            "create_judge",
            "POST",
            "/studies/{name}/judges",
            path={"name": name},
            body={
                "usd": usd,
                "calls": calls,
                "tokens": tokens,
                "judge": judge,
                "criterion": criterion,
                "model": model,
                "endpoint": endpoint,
                "rubric": rubric,
                "scale": scale,
                "price": price,
            },
            needed=["judge", "criterion", "model"],
        )

    def get_judge(self, name: str, judge: str) -> Judge:
        """Show how far a judge is, what it was told and what it took; nothing of its verdicts."""
        return self._call(
            Judge,
            "get_judge",
            "GET",
            "/studies/{name}/judges/{judge}",
            path={"name": name, "judge": judge},
        )

    def edit_judge(
        self,
        name: str,
        judge: str,
        *,
        criterion: str | None = None,
        model: str | None = None,
        endpoint: str | None = None,
        rubric: str | None = None,
        examples: list[int] | None = None,
        price: dict[str, Any] | None = None,
    ) -> Judge:
        """Make the next version of a judge; what the last one said stays said."""
        return self._call(
            Judge,
            "edit_judge",
            "POST",
            "/studies/{name}/judges/{judge}/versions",
            path={"name": name, "judge": judge},
            body={
                "criterion": criterion,
                "model": model,
                "endpoint": endpoint,
                "rubric": rubric,
                "examples": examples,
                "price": price,
            },
        )

    def cap_judge(
        self,
        name: str,
        judge: str,
        *,
        usd: float | None = None,
        calls: int | None = None,
        tokens: int | None = None,
    ) -> Number:
        """Set what a judge may take in all; so many calls that had stopped go on."""
        return self._call(
            Number,
            "cap_judge",
            "PUT",
            "/studies/{name}/judges/{judge}/cap",
            path={"name": name, "judge": judge},
            body={"usd": usd, "calls": calls, "tokens": tokens},
        )

    def run_judge(self, name: str, judge: str, *, matchups: int | None = None) -> JudgeAsked:
        """Put matchups before a judge, in both orders: its two pools first, then drawn ones."""
        return self._call(
            JudgeAsked,
            "run_judge",
            "POST",
            "/studies/{name}/judges/{judge}/run",
            path={"name": name, "judge": judge},
            body={"matchups": matchups},
        )

    def pause_judge(self, name: str, judge: str) -> None:
        """Have a judge rest; calls that run are finished."""
        self._call(
            None,
            "pause_judge",
            "POST",
            "/studies/{name}/judges/{judge}/pause",
            path={"name": name, "judge": judge},
        )

    def resume_judge(self, name: str, judge: str) -> None:
        """Let a judge go on, whatever held it up."""
        self._call(
            None,
            "resume_judge",
            "POST",
            "/studies/{name}/judges/{judge}/resume",
            path={"name": name, "judge": judge},
        )

    def choose_matchups(
        self,
        name: str,
        judge: str,
        *,
        source: Literal["drawn", "hard", "divided", "hand"] | None = None,
        number: int | None = None,
        prompt: str | None = None,
    ) -> Number:
        """Choose matchups that people grade, to calibrate a judge; so many were found."""
        return self._call(
            Number,
            "choose_matchups",
            "POST",
            "/studies/{name}/judges/{judge}/choose",
            path={"name": name, "judge": judge},
            body={"source": source, "number": number, "prompt": prompt},
        )

    def draw_audit(self, name: str, judge: str, *, number: int | None = None) -> JudgeAudit:
        """Draw matchups that measure a judge; people's votes on them do."""
        return self._call(
            JudgeAudit,
            "draw_audit",
            "POST",
            "/studies/{name}/judges/{judge}/audit",
            path={"name": name, "judge": judge},
            body={"number": number},
        )

    def list_judge_grades(self, name: str, judge: str) -> JudgeGradeList:
        """List the graded matchups that calibrate a judge; people give grades on its page."""
        return self._call(
            JudgeGradeList,
            "list_judge_grades",
            "GET",
            "/studies/{name}/judges/{judge}/grades",
            path={"name": name, "judge": judge},
        )

    def get_judge_report(self, name: str, judge: str) -> JudgeTrust:
        """Say how far the newest version of a judge may be trusted.

        Not while a study is sealed.
        """
        return self._call(
            JudgeTrust,
            "get_judge_report",
            "GET",
            "/studies/{name}/judges/{judge}/report",
            path={"name": name, "judge": judge},
        )

    def diagnose_study(self, name: str) -> Diagnosis:
        """Say what can be claimed of a study now, and how much more would unblock the rest."""
        return self._call(
            Diagnosis, "diagnose_study", "GET", "/studies/{name}/doctor", path={"name": name}
        )
