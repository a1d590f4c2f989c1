"""What an import of votes must know of a study: prompts, configurations, completions, raters."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.domain.prompt import Prompt
from service.domain.vote_keys import NO_FILE, FileVotes
from service.store import models


class NamedVote(Protocol):
    """What names a vote's prompt in a file."""

    @property
    def prompt(self) -> str:
        """The id or the text of the prompt."""
        ...

    @property
    def prompt_is_id(self) -> bool:
        """Whether `prompt` is an id."""
        ...


class RaterNames(dict[str, int]):
    """Ids of raters by the name a file gives them; their rows hold pseudonyms alone."""

    def __contains__(self, who: object) -> bool:
        return super().__contains__(pseudonym(str(who)))

    def __getitem__(self, who: str) -> int:
        return super().__getitem__(pseudonym(who))

    def __setitem__(self, who: str, rater_id: int) -> None:
        super().__setitem__(pseudonym(who), rater_id)


@dataclass(frozen=True)
class Known:
    """A study's prompts, configurations and completions, by the names that files use."""

    prompts_by_key: dict[str, int]
    prompts_by_fingerprint: dict[str, int]
    configurations: dict[str, int]
    completions: dict[tuple[int, int], int]
    # How many turns prompts of several turns have.
    turns: dict[int, int]

    def find_prompt(self, row: NamedVote) -> int | None:
        """Return the prompt a row names, by its id or by its text."""
        if row.prompt_is_id:
            return self.prompts_by_key.get(row.prompt)
        found = self.prompts_by_fingerprint.get(Prompt(turns=(row.prompt,)).fingerprint)
        return self.prompts_by_key.get(row.prompt) if found is None else found


def completions(session: Session, study_id: int) -> Known:
    """Return what names in a file can stand for; of several samples, the first."""
    prompts = session.execute(
        select(
            models.Prompt.id,
            models.Prompt.key,
            models.Prompt.fingerprint,
            func.json_array_length(models.Prompt.turns).label("turns"),
        ).where(models.Prompt.study_id == study_id)
    ).all()
    rows = session.execute(
        select(
            models.Completion.prompt_id, models.Completion.configuration_id, models.Completion.id
        )
        .where(
            models.Completion.study_id == study_id,
            models.Completion.state != CompletionState.REPLACED,
        )
        .order_by(models.Completion.sample.desc())
    )
    configurations = session.execute(
        select(models.Configuration.name, models.Configuration.id)
        .where(models.Configuration.study_id == study_id)
        .order_by(models.Configuration.retired_at.is_(None), models.Configuration.id)
    )
    return Known(
        prompts_by_key={row.key: row.id for row in prompts},
        prompts_by_fingerprint={row.fingerprint: row.id for row in prompts},
        configurations={row.name: row.id for row in configurations},
        completions={(row.prompt_id, row.configuration_id): row.id for row in rows},
        turns={row.id: row.turns for row in prompts if row.turns > 1},
    )


def keys(session: Session, wanted: Sequence[str]) -> set[str]:
    """Return those of these keys that votes have."""
    found = select(models.Vote.client_key).where(models.Vote.client_key.in_(wanted))
    return set(session.scalars(found))


def files(session: Session, study_id: int) -> dict[str, FileVotes]:
    """Return what each imported file brought, see `domain.vote_keys`; the oldest file first."""
    rows = session.scalars(
        select(models.Vote.client_key)
        .join(models.Assignment, models.Assignment.id == models.Vote.assignment_id)
        .join(models.Rater, models.Rater.id == models.Assignment.rater_id)
        .where(
            models.Assignment.study_id == study_id,
            models.Rater.origin == "imported",
            models.Vote.revision == 1,
        )
        .order_by(models.Vote.id)
        .execution_options(yield_per=5000)
    )
    found: dict[str, FileVotes] = defaultdict(FileVotes)
    for key in rows:
        digest, *rest = key.split("-")[2:]
        found[rest[0] if len(rest) > 1 else NO_FILE].add(digest)
    return found


_NEW_ASSIGNMENT, _NEW_VOTE, _NEW_DIRTY = (
    insert(model) for model in (models.Assignment, models.Vote, models.Dirty)
)
_A = models.Assignment.__table__.c
_BY_TOKEN = select(_A.token, _A.id).where(_A.token.in_(bindparam("tokens", expanding=True)))


def add_votes(
    session: Session, study_id: int, made: Sequence[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Write assignments and the vote on each, given by their columns, for counts to follow."""
    if not made:
        return
    session.flush()
    connection = session.connection()
    connection.execute(_NEW_ASSIGNMENT, [assignment for assignment, _ in made])
    tokens = [assignment["token"] for assignment, _ in made]
    rows = connection.execute(_BY_TOKEN, {"tokens": tokens})
    ids = {row[0]: row[1] for row in rows}
    connection.execute(
        _NEW_VOTE,
        [{**vote, "assignment_id": ids[assignment["token"]]} for assignment, vote in made],
    )
    connection.execute(
        _NEW_DIRTY, [{"study_id": study_id, "assignment_id": ids[token]} for token in tokens]
    )


def leave_out(session: Session, tokens: Sequence[str], reason: str, now: datetime) -> None:
    """Leave the votes on assignments that were just written out of results, for one reason."""
    if not tokens:
        return
    rows = session.execute(_BY_TOKEN, {"tokens": tokens})
    session.execute(
        insert(models.Exclusion),
        [{"assignment_id": row[1], "reason": reason, "created_at": now} for row in rows],
    )


def raters(session: Session, study_id: int) -> RaterNames:
    """Return the raters that came with imports."""
    found = RaterNames()
    rows = session.execute(
        select(models.Rater.pseudonym, models.Rater.id).where(
            models.Rater.study_id == study_id, models.Rater.origin == "imported"
        )
    )
    for name, rater_id in rows:
        dict.__setitem__(found, name, rater_id)
    return found


def pseudonym(who: str) -> str:
    """Return what stands for a rater named in a file: the same name, the same pseudonym."""
    return "imported-" + hashlib.sha256(who.encode()).hexdigest()[:12]
