"""Tells how far a judge is: its versions, what they were asked, what came, and what it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.judge import Pool, family_of
from service.domain.judge_answer import Calls, Said
from service.store import judgements, judges, models, studies
from service.usecases.sighted.judges import finding, pools
from service.usecases.sighted.judges.pools import AuditStands
from service.usecases.sighted.results import read

_WAITING = ("pending", "running", "recorded")
_VERDICTS = (Said.A, Said.B, Said.TIE)


@dataclass(frozen=True)
class Version:
    """One version of a judge, with what it was told and where its calls stand."""

    number: int
    fingerprint: str
    model: str
    endpoint: str
    rubric: str
    scale: str
    examples: tuple[int, ...]
    price: tuple[float, float] | None
    made_by: str
    created_at: datetime
    calls: Calls
    cost: float
    unknown_costs: int


@dataclass(frozen=True)
class JudgeView:
    """A judge as its page and command show it. Money in USD; a cap that is None does not bind.

    `kin` are configurations whose model is of the judge's own family.
    """

    study: str
    title: str
    name: str
    criterion: str
    versions: tuple[Version, ...]
    spent: float
    held: float
    cap: float | None
    cap_calls: int | None
    cap_tokens: int | None
    is_paused: bool
    rests_because: str
    items: Mapping[str, int]
    audit: AuditStands
    kin: tuple[str, ...]
    failures: tuple[tuple[str, str, int], ...]
    is_sealed: bool

    @property
    def newest(self) -> Version:
        """The version that runs."""
        return self.versions[0]

    @property
    def is_moving(self) -> bool:
        """Whether calls are still to come by themselves."""
        return self.newest.calls.waiting > 0 and not self.is_paused and not self.rests_because


def of(session: Session, study_name: str, name: str) -> JudgeView:
    """Return a judge with all its versions, the newest first.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    found = finding.find(session, study_name, name)
    shelf = studies.by_id(session, found.judge.shelf_id)
    every = judges.versions(session, found.judge.id)
    rows = studies.configurations_by_id(session, {one.configuration_id for one in every})
    newest = rows[found.version.configuration_id]
    family = family_of(newest.model or "")
    counts = judges.counts(session, found.judge.id)
    return JudgeView(
        study=found.study.name,
        title=found.study.title,
        name=found.judge.name,
        criterion=found.judge.criterion,
        versions=tuple(_version(session, one, rows[one.configuration_id]) for one in every),
        spent=shelf.spent_nanos / budget.NANOS,
        held=shelf.held_nanos / budget.NANOS,
        cap=None if shelf.cap_nanos is None else shelf.cap_nanos / budget.NANOS,
        cap_calls=shelf.cap_calls,
        cap_tokens=shelf.cap_tokens,
        is_paused=shelf.is_paused,
        rests_because=newest.paused_because or "",
        items={
            "calibration": counts.get(Pool.CALIBRATION, 0),
            "audit": counts.get(Pool.AUDIT, 0),
            "graded": counts["graded"],
        },
        audit=pools.stands(session, study_name, name),
        kin=tuple(
            row.name
            for row in studies.configurations(session, found.study.id)
            if row.retired_at is None and family and family_of(row.model or "") == family
        ),
        failures=tuple(judgements.failures(session, found.version.id)),
        is_sealed=read.is_sealed(found.study),
    )


def _version(session: Session, version: models.JudgeVersion, row: models.Configuration) -> Version:
    states = judgements.states(session, version.id)
    cost, unknown = judgements.spent(session, version.id)
    priced = row.price_input is not None and row.price_output is not None
    return Version(
        number=version.number,
        fingerprint=version.fingerprint,
        model=row.model or "",
        endpoint=row.endpoint or "",
        rubric=version.rubric,
        scale=version.scale,
        examples=tuple(one.id for one in judges.examples(session, version.id)),
        price=((row.price_input or 0) / budget.NANOS, (row.price_output or 0) / budget.NANOS)
        if priced
        else None,
        made_by=version.made_by,
        created_at=version.created_at,
        calls=Calls(
            answered=sum(states[one] for one in _VERDICTS),
            refused=states[Said.REFUSED],
            malformed=states[Said.MALFORMED],
            failed=states["failed"],
            blocked=states["blocked"],
            waiting=sum(states[one] for one in _WAITING),
        ),
        cost=cost / budget.NANOS,
        unknown_costs=unknown,
    )
