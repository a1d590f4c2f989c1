"""What an import of votes must know of a study: prompts, configurations, completions, raters."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.prompt import Prompt
from service.store import models


class NamedVote(Protocol):
    """What names a vote's matchup in a file."""

    @property
    def prompt(self) -> str:
        """The id or the text of the prompt."""
        ...

    @property
    def prompt_is_id(self) -> bool:
        """Whether `prompt` is an id."""
        ...

    @property
    def left(self) -> str:
        """The name of the configuration on the left."""
        ...

    @property
    def right(self) -> str:
        """The name of the configuration on the right."""
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

    def find_prompt(self, row: NamedVote) -> int | None:
        """Return the prompt a row names, by its id or by its text."""
        if row.prompt_is_id:
            return self.prompts_by_key.get(row.prompt)
        found = self.prompts_by_fingerprint.get(Prompt(turns=(row.prompt,)).fingerprint)
        return self.prompts_by_key.get(row.prompt) if found is None else found

    def prompt_id(self, row: NamedVote) -> int:
        """Return the prompt of a row that has no problem."""
        found = self.find_prompt(row)
        if found is None:
            raise LookupError(row.prompt)
        return found

    def problem(self, row: NamedVote) -> str:
        """Return why a row cannot be used, "" where it can."""
        prompt_id = self.find_prompt(row)
        if prompt_id is None:
            return "Its prompt is not in the study. Import prompts or completions first."
        for name in (row.left, row.right):
            if name not in self.configurations:
                return f"The study has no configuration called {name!r}."
            if (prompt_id, self.configurations[name]) not in self.completions:
                return f"The study has no completion of this prompt by {name!r}."
        if row.left == row.right:
            return "Left and right are the same configuration."
        return ""


def completions(session: Session, study_id: int) -> Known:
    """Return what names in a file can stand for; of several samples, the first."""
    prompts = session.execute(
        select(models.Prompt.id, models.Prompt.key, models.Prompt.fingerprint).where(
            models.Prompt.study_id == study_id
        )
    ).all()
    rows = session.execute(
        select(
            models.Completion.prompt_id, models.Completion.configuration_id, models.Completion.id
        )
        .where(models.Completion.study_id == study_id)
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
    )


def keys(session: Session, study_id: int) -> set[str]:
    """Return the keys of votes that were imported before."""
    return set(
        session.scalars(
            select(models.Vote.client_key)
            .join(models.Assignment, models.Assignment.id == models.Vote.assignment_id)
            .join(models.Rater, models.Rater.id == models.Assignment.rater_id)
            .where(models.Assignment.study_id == study_id, models.Rater.origin == "imported")
        )
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
