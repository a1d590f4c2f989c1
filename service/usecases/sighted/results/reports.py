"""Gathers what a report tells: a study, one of its leaderboards, and what was decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.domain import budget, marks, sitting
from service.domain.completion import CompletionState
from service.domain.report import Competitor, Decided, Declared, Report, Texts
from service.domain.study import Dealing
from service.errors import Conflict
from service.store import completions, decisions, flags, models, prompts, raters, studies, votes
from service.usecases.sighted.generation import retirements
from service.usecases.sighted.results import preregistrations, read

# A report is read by people: more texts would only make it too large to open.
MOST_PROMPTS = 50
MOST_CHARACTERS = 4000


class NothingToReport(Conflict):
    """The study has no leaderboard that could be reported."""


def of_study(
    session: Session,
    study_name: str,
    leaderboard_id: int | None = None,
    *,
    with_texts: bool = False,
) -> Report:
    """Return what a report of a study tells, on its newest leaderboard or the one named.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownLeaderboard, NothingToReport
    """
    view = read.at(session, study_name, leaderboard_id)
    if view is None:
        raise NothingToReport("There is no leaderboard yet that could be reported.")
    if view.board is None:
        raise NothingToReport(
            "This leaderboard was stored by an earlier Evenhand, which alone can report it."
        )
    study = studies.by_id(session, view.study_id)
    rows = studies.configurations(session, study.id)
    retires = retirements.of_study(session, study.name)
    reported = flags.of_study(session, study.id)
    made = decisions.of_study(session, study.id)
    on_this = [row for row in made if row.leaderboard_id == view.id]
    return Report(
        study=study.name,
        title=study.title,
        instructions=study.instructions,
        state=study.state,
        opened_at=study.opened_at,
        closed_at=study.closed_at,
        is_sealed=study.is_sealed,
        counts_sighted=study.counts_sighted,
        is_adaptive=study.dealing == Dealing.ADAPTIVE,
        incumbent=study.incumbent,
        votes_per_matchup=study.votes_per_matchup,
        leak_policy=study.leak_policy,
        asks_authors=sitting.from_stored(study.options).asks_authors,
        prompts=prompts.count(session, study.id),
        takes_votes=not marks.wanted_of(study.options).replaces_vote,
        imported_votes=sum(votes.of_raters(session, raters.imported(session, study.id)).values()),
        competitors=tuple(_competitor(row, retires) for row in rows),
        flags=Counter(one.kind for one in reported if one.lifted_at is None),
        withdrawn=len({one.matchup for one in reported if one.withdraws}),
        board=view.board,
        leaderboard_id=view.id,
        digest=view.digest,
        computed_at=view.created_at,
        pending=view.pending,
        decided=next((_decided(row) for row in (*on_this, *made)), None),
        declared=_declared(session, study.name),
        texts=_texts(session, study.id, rows) if with_texts else None,
    )


def _declared(session: Session, study_name: str) -> Declared | None:
    found = preregistrations.of_study(session, study_name)
    if found is None:
        return None
    return Declared(found.document, found.digest, found.created_at, found.deviations)


def _competitor(row: models.Configuration, retires: Mapping[str, date]) -> Competitor:
    return Competitor(
        name=row.name,
        approach=row.approach,
        model=row.model,
        is_retired=row.retired_at is not None,
        one_off_cost=None if row.one_off_nanos is None else row.one_off_nanos / budget.NANOS,
        retires_on=None if row.retired_at is not None else retires.get(row.name),
    )


def _decided(row: models.Decision) -> Decided:
    return Decided(
        chosen=row.chosen,
        decided_by=row.decided_by,
        reason=row.reason,
        is_against=row.is_against,
        leaderboard_id=row.leaderboard_id,
        digest=row.digest,
        at=row.created_at,
    )


def _texts(
    session: Session, study_id: int, rows: Sequence[models.Configuration]
) -> tuple[Texts, ...]:
    """Return the first prompts with the answers that raters may have read, cut where long."""
    names = {row.id: row.name for row in rows if row.retired_at is None}
    shown = prompts.of_study(session, study_id)[:MOST_PROMPTS]
    answers: dict[int, list[tuple[str, str]]] = {prompt.id: [] for prompt in shown}
    for one in completions.of_prompts(session, list(answers), CompletionState.READY):
        if one.configuration_id in names and one.sample == 1:
            told = (names[one.configuration_id], _cut("\n\n".join(one.turns)))
            answers[one.prompt_id].append(told)
    return tuple(
        Texts(_cut("\n\n".join(prompt.turns)), tuple(sorted(answers[prompt.id])))
        for prompt in shown
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"
