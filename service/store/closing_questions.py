"""Queries about the questions after finishing, and the texts they may be asked about."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import AssignmentState
from service.store import exclusions, submissions, votes
from service.store.models import (
    Assignment,
    ClosingAnswer,
    ClosingQuestion,
    Completion,
    Configuration,
    Prompt,
    Rater,
    Study,
)

SAME_AUTHOR = "same_author"
LABEL = "label"


class Text(NamedTuple):
    """A ready text, as choosing needs it."""

    id: int
    configuration_id: int
    prompt_id: int
    text_hash: str


class About(NamedTuple):
    """Which text was asked about, and whose it is."""

    id: int
    configuration_id: int
    prompt_id: int


class Answered(NamedTuple):
    """What somebody said of one text, or of two."""

    kind: str
    first: About
    second: About | None
    answer: str


def texts(session: Session, study_id: int) -> list[Text]:
    """Return a study's ready texts in the order of their hashes, which no id or name can sway."""
    rows = session.execute(
        select(
            Completion.id, Completion.configuration_id, Completion.prompt_id, Completion.text_hash
        )
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(
            Completion.study_id == study_id,
            Completion.state == "ready",
            Completion.text_hash.is_not(None),
            Configuration.retired_at.is_(None),
        )
        .order_by(Completion.text_hash, Prompt.fingerprint)
    )
    return [Text(row[0], row[1], row[2], row[3] or "") for row in rows]


def some_texts(session: Session, study_id: int, number: int) -> list[tuple[str, str]]:
    """Return the prompt of a few ready completions and their safe HTML: what raters read of them.

    They are the first by the hashes of what is shown.
    """
    order = (Completion.text_hash, Prompt.fingerprint)
    # Which they are is found without the texts, that would be sorted as well.
    first = (
        select(Completion.id)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(
            Completion.study_id == study_id,
            Completion.state == "ready",
            Completion.text_hash.is_not(None),
        )
        .order_by(*order)
        .limit(number)
    )
    rows = session.execute(
        select(Prompt.turns, Completion.html)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(Completion.id.in_(session.scalars(first).all()))
        .order_by(*order)
    )
    return [(" ".join(prompt), " ".join(html)) for prompt, html in rows]


def of_rater(session: Session, rater_id: int) -> Sequence[ClosingAnswer]:
    """Return the questions a rater was ever asked, in that order."""
    return session.scalars(
        select(ClosingAnswer).where(ClosingAnswer.rater_id == rater_id).order_by(ClosingAnswer.id)
    ).all()


def panel(session: Session, study_id: int) -> list[ClosingQuestion]:
    """Return the pairs of texts that a study asks about, in the order in which they were drawn."""
    return list(
        session.scalars(
            select(ClosingQuestion)
            .where(ClosingQuestion.study_id == study_id)
            .order_by(ClosingQuestion.id)
        )
    )


def count_judged(session: Session, rater_id: int) -> int:
    """Return how many matchups a rater has judged; what was skipped or let lie is none."""
    judged = (AssignmentState.VOTED, AssignmentState.GRADED, AssignmentState.LATE)
    return (
        session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(Assignment.rater_id == rater_id, Assignment.state.in_(judged))
        )
        or 0
    )


def count_matchups(session: Session, study_id: int, rater_id: int) -> int:
    """Return how many matchups the prompts of a study hold that may be dealt to a rater."""
    ready = Prompt.ready_configurations
    return int(
        session.scalar(
            select(
                func.coalesce(func.sum(ready * (ready - 1) / 2 - Prompt.matchups_alike), 0)
            ).where(
                Prompt.study_id == study_id,
                Prompt.is_dealable,
                Prompt.id.not_in(submissions.own_prompts_of(study_id, rater_id)),
            )
        )
        or 0
    )


def shown(session: Session, completion_id: int) -> tuple[dict[str, list[str]], list[str]]:
    """Return the safe HTML of a text's prompt and of the text."""
    row = session.execute(
        select(Prompt.html, Completion.html)
        .join(Completion, Completion.prompt_id == Prompt.id)
        .where(Completion.id == completion_id)
    ).one()
    return row[0], row[1]


def mark_dirty(session: Session, rater: Rater) -> None:
    """Have the study's leaderboard looked at again, by what the rater was dealt last."""
    newest = select(func.max(Assignment.id)).where(Assignment.rater_id == rater.id)
    identity = session.scalar(newest)
    if identity is not None:
        votes.mark_dirty(session, rater.study_id, [identity])


def answered(session: Session, study: Study) -> list[Answered]:
    """Return what raters answered whose votes count, the oldest answer first.

    That leaves out who had seen results, unless the study counts them, and who was excluded.
    """
    first, second = aliased(Completion), aliased(Completion)
    rows = session.execute(
        select(
            ClosingAnswer.kind,
            ClosingAnswer.answer,
            *(first.id, first.configuration_id, first.prompt_id),
            *(second.id, second.configuration_id, second.prompt_id),
        )
        .join(Rater, Rater.id == ClosingAnswer.rater_id)
        .join(first, first.id == ClosingAnswer.first_completion_id)
        .outerjoin(second, second.id == ClosingAnswer.second_completion_id)
        .where(
            Rater.study_id == study.id,
            # What was asked before pairs were drawn once for each study is kept and not counted.
            ClosingAnswer.kind.in_([SAME_AUTHOR, LABEL]),
            ClosingAnswer.answer.is_not(None),
            exclusions.counts_rater(study),
        )
        .order_by(ClosingAnswer.answered_at, ClosingAnswer.id)
    )
    return [
        Answered(
            row[0], About(*row[2:5]), None if row[5] is None else About(*row[5:8]), row[1] or ""
        )
        for row in rows
    ]


def texts_beside(session: Session, study_id: int, answers: Sequence[Answered]) -> list[About]:
    """Return the texts for the prompts that answers are about, in the order of their ids."""
    asked = [about for one in answers for about in (one.first, one.second) if about is not None]
    prompts = {about.prompt_id for about in asked}
    ready = texts(session, study_id) if asked else []
    beside = {About(*text[:3]) for text in ready if text.prompt_id in prompts}
    return sorted(beside.union(asked))


def can_pair(session: Session, study_id: int) -> bool:
    """Tell whether there are texts for two prompts, which asking about authors takes."""
    prompts = (
        select(Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.study_id == study_id,
            Completion.state == "ready",
            Configuration.retired_at.is_(None),
        )
        .distinct()
        .limit(2)
        .subquery()
    )
    return (session.scalar(select(func.count()).select_from(prompts)) or 0) > 1
