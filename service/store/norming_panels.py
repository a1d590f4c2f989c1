"""Queries about norming: whether a panel may be drawn, what is in it, and who had what of it."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from service.domain.assignment import AssignmentKind, AssignmentState, Sides
from service.domain.completion import CompletionState
from service.domain.norming import Matchups
from service.store import marks, submissions
from service.store.completions import UNSETTLED
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Exclusion,
    Flag,
    Mark,
    NormingMatchup,
    NormingPanel,
    Prompt,
    Rater,
    Study,
    Vote,
)


def panel(session: Session, study_id: int, *, is_locked: bool = False) -> NormingPanel | None:
    """Return the panel of a study, as it is now; None before anybody needed one."""
    asked = select(NormingPanel).where(NormingPanel.study_id == study_id)
    if is_locked:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return session.scalars(asked).one_or_none()


def begin(session: Session, study_id: int) -> NormingPanel:
    """Return the panel of a study, locked; its row is made where there is none."""
    insert_or_not = (
        postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    made = insert_or_not(NormingPanel).values(study_id=study_id, size=0, released_by="")
    session.execute(made.on_conflict_do_nothing())
    found = panel(session, study_id, is_locked=True)
    assert found is not None  # noqa: S101 - it was made just now, or by somebody else before
    return found


def is_settled(session: Session, study_id: int) -> bool:
    """Tell whether no answer of a study is still to come."""
    comes = select(Completion.id).where(
        Completion.study_id == study_id, Completion.state.in_(UNSETTLED)
    )
    return session.scalar(comes.limit(1)) is None


def matchups(session: Session, study_id: int) -> list[Matchups]:
    """Return the finished prompts of a study with how many matchups each makes.

    In the order of the texts' hashes, which no id, name or author can sway. A prompt that waits for
    the answer of one configuration is left out whole: else the quick ones would come more often.
    """
    ready = Prompt.ready_configurations
    number = ready * (ready - 1) / 2 - Prompt.matchups_alike
    waits = exists().where(Completion.prompt_id == Prompt.id, Completion.state.in_(UNSETTLED))
    rows = session.execute(
        select(Prompt.id, number)
        .where(Prompt.study_id == study_id, Prompt.is_dealable.is_(True), number > 0, ~waits)
        .order_by(Prompt.fingerprint)
    )
    return [Matchups(prompt_id, int(number)) for prompt_id, number in rows]


def draw(session: Session, study_id: int, drawn: Collection[dict[str, Any]], now: datetime) -> None:
    """Write down what a panel consists of, the columns of each matchup by name; for ever."""
    if drawn:
        session.execute(insert(NormingMatchup), list(drawn))
    row = session.get_one(NormingPanel, study_id)
    row.drawn_at, row.size = now, len(drawn)
    session.flush()


class OnPanel(NamedTuple):
    """A matchup of a panel as one rater may get it, its texts by configuration and completion.

    `hashes` are of its texts, in the same order. `assignment` is what the rater has of it: id,
    token and state, None where they were never dealt it.
    """

    prompt_id: int
    fingerprint: str
    texts: tuple[tuple[int, int], tuple[int, int]]
    hashes: tuple[str, str]
    assignment: tuple[int, str, str] | None

    @property
    def is_had(self) -> bool:
        """Whether the rater was dealt it and did not let it lapse."""
        return self.assignment is not None and self.assignment[2] != AssignmentState.EXPIRED


# Built once: writing down the columns of five aliases takes longer than the query.
@cache
def _ends() -> tuple[type[Completion], type[Completion], type[Configuration], type[Configuration]]:
    return aliased(Completion), aliased(Completion), aliased(Configuration), aliased(Configuration)


def _with_ends(*columns: Any) -> Select[Any]:
    """Return a query of a panel's matchups with their prompts, and what `_ends` names."""
    one, two, first, second = _ends()
    return (
        select(*columns)
        .select_from(NormingMatchup)
        .join(Prompt, Prompt.id == NormingMatchup.prompt_id)
        .join(one, one.id == NormingMatchup.first_completion_id)
        .join(two, two.id == NormingMatchup.second_completion_id)
        .join(first, first.id == NormingMatchup.first_configuration_id)
        .join(second, second.id == NormingMatchup.second_configuration_id)
    )


@cache
def _is_withdrawn() -> ColumnElement[bool]:
    flagged = aliased(Assignment)
    return exists().where(
        Flag.assignment_id == flagged.id,
        Flag.withdraws.is_(True),
        flagged.prompt_id == NormingMatchup.prompt_id,
        flagged.first_configuration_id == NormingMatchup.first_configuration_id,
        flagged.second_configuration_id == NormingMatchup.second_configuration_id,
    )


def items(session: Session, study_id: int, rater_id: int) -> list[OnPanel]:
    """Return a panel's matchups that may be dealt or that a rater had, in no telling order.

    What flags withdrew, what another text has taken the place of and what went out of service is
    dealt to nobody, and what a rater suggested not to them, as of all kinds.
    """
    one, two, first, second = _ends()
    rows = session.execute(
        _with_ends(
            *(NormingMatchup.prompt_id, Prompt.fingerprint),
            *(one.configuration_id, one.id, two.configuration_id, two.id),
            *(one.text_hash, two.text_hash),
            *(Assignment.id, Assignment.token, Assignment.state),
        )
        .outerjoin(
            Assignment,
            (Assignment.rater_id == rater_id)
            & (Assignment.kind == AssignmentKind.NORMING)
            & (Assignment.prompt_id == NormingMatchup.prompt_id)
            & (Assignment.first_completion_id == NormingMatchup.first_completion_id)
            & (Assignment.second_completion_id == NormingMatchup.second_completion_id),
        )
        .where(
            NormingMatchup.study_id == study_id,
            or_(
                Assignment.id.is_not(None) & (Assignment.state != AssignmentState.EXPIRED),
                Prompt.is_dealable.is_(True)
                & Prompt.id.not_in(submissions.own_prompts_of(study_id, rater_id))
                & (one.state == CompletionState.READY)
                & (two.state == CompletionState.READY)
                & (one.text_hash != two.text_hash)
                & first.retired_at.is_(None)
                & second.retired_at.is_(None)
                & ~_is_withdrawn(),
            ),
        )
    )
    found = [_item(*row) for row in rows]
    return sorted(found, key=lambda item: (item.fingerprint, item.hashes))


def _item(prompt_id: int, fingerprint: str, *told: Any) -> OnPanel:
    """Return a row as an item, its texts in the order of their hashes and not of configurations."""
    one, one_id, two, two_id, one_hash, two_hash, identity, token, state = told
    ends = sorted([(one_hash or "", (one, one_id)), (two_hash or "", (two, two_id))])
    return OnPanel(
        prompt_id,
        fingerprint,
        (ends[0][1], ends[1][1]),
        (ends[0][0], ends[1][0]),
        None if identity is None else (identity, token, state),
    )


class Drawn(NamedTuple):
    """A matchup of a panel with its prompt, and its texts: first and second by configuration."""

    id: int
    prompt_key: str
    prompt_turns: list[str]
    first: str
    second: str
    first_turns: list[str]
    second_turns: list[str]
    first_hash: str | None
    second_hash: str | None


def drawn(session: Session, study_id: int) -> list[Drawn]:
    """Return what a study's panel consists of, in the order in which it was drawn."""
    one, two, first, second = _ends()
    rows = session.execute(
        _with_ends(
            *(NormingMatchup.id, Prompt.key, Prompt.turns, first.name, second.name),
            *(one.turns, two.turns, one.text_hash, two.text_hash),
        )
        .where(NormingMatchup.study_id == study_id)
        .order_by(NormingMatchup.id)
    )
    return [Drawn._make(row) for row in rows]


def texts(session: Session, study_id: int) -> set[tuple[int, int]]:
    """Return the completions of each matchup of a study's panel, first and second."""
    rows = session.execute(
        select(NormingMatchup.first_completion_id, NormingMatchup.second_completion_id).where(
            NormingMatchup.study_id == study_id
        )
    )
    return {(first, second) for first, second in rows}


class Said(NamedTuple):
    """What stands of what a rater said about a matchup of the panel, in words of sides."""

    matchup_id: int
    rater_id: int
    assignment_id: int
    choice: str | None
    left_grade: int | None
    right_grade: int | None
    sides: Sides


_JUDGED = (AssignmentState.VOTED, AssignmentState.GRADED, AssignmentState.LATE)


def said(session: Session, study: Study) -> tuple[list[Said], int]:
    """Return what counts of what was said about a panel, and how much more was said.

    As in results, what is late, excluded or of people who have seen results does not count.
    """
    newest = (
        select(func.max(Vote.id)).where(Vote.assignment_id == Assignment.id).correlate(Assignment)
    )
    is_excluded = exists().where(
        Exclusion.assignment_id == Assignment.id, Exclusion.lifted_at.is_(None)
    )
    counts = and_(Assignment.state != AssignmentState.LATE, ~is_excluded)
    if not study.counts_sighted:
        counts = and_(counts, Rater.is_sighted.is_(False))
    rows = session.execute(
        select(
            *(NormingMatchup.id, Rater.id, Assignment.id, Vote.choice),
            *(Mark.left_grade, Mark.right_grade, Assignment.sides, counts),
        )
        .select_from(NormingMatchup)
        .join(
            Assignment,
            (Assignment.kind == AssignmentKind.NORMING)
            & (Assignment.prompt_id == NormingMatchup.prompt_id)
            & (Assignment.first_completion_id == NormingMatchup.first_completion_id)
            & (Assignment.second_completion_id == NormingMatchup.second_completion_id),
        )
        .join(Rater, Rater.id == Assignment.rater_id)
        .outerjoin(Vote, Vote.id == newest.scalar_subquery())
        .outerjoin(
            Mark,
            (Mark.assignment_id == Assignment.id)
            & Mark.is_withdrawn.is_(False)
            & marks.is_newest(),
        )
        .where(NormingMatchup.study_id == study.id, Assignment.state.in_(_JUDGED))
        .order_by(NormingMatchup.id, Assignment.id)
    ).all()
    found = [Said._make(row[:7]) for row in rows if row[7]]
    return found, len(rows) - len(found)
