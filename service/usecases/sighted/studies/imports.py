"""Brings completions, prompts and votes of the user's own into a study, each of them once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.completion import CompletionKind, CompletionState
from service.domain.configuration import Approach, Configuration
from service.domain.prompt import Prompt
from service.domain.study import StudyNotOpen, StudyState, UnknownStudy
from service.formats.completions import CompletionRow
from service.formats.prompts import PromptRow
from service.formats.rows import RowError
from service.store import completions, leaderboards, models, prompts, studies
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import rows


@dataclass
class Imported:
    """What an import did: rows added, rows that were there, and rows that cannot be used."""

    added: int = 0
    unchanged: int = 0
    new_prompts: int = 0
    new_configurations: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def study_for_import(session: Session, name: str) -> models.Study:
    """Return a study that may take imports, its row locked.

    Raises
    ------
    UnknownStudy, StudyNotOpen
    """
    found = studies.by_name(session, name)
    if found is None:
        raise UnknownStudy(
            f"There is no study called {name!r}. Apply a study file first, or see `evenhand "
            "study list`."
        )
    if found.state == StudyState.CLOSED:
        raise StudyNotOpen(f"The study {name!r} is closed and takes nothing more.")
    return studies.lock(session, found.id)


def import_prompts(
    session: Session, name: str, given: Iterable[PromptRow | RowError], now: datetime
) -> Imported:
    """Add prompts that the study does not have yet."""
    study = study_for_import(session, name)
    done = Imported()
    book = _Prompts(session, study, now)
    for row in given:
        if isinstance(row, RowError):
            done.errors.append(row)
        elif book.find(row.prompt) is not None:
            done.unchanged += 1
        elif book.key_is_taken(row.prompt):
            done.errors.append(
                RowError(row.line, f"The id {row.prompt.handle!r} belongs to another prompt.")
            )
        else:
            book.add(row.prompt)
            done.added += 1
    if study.state == StudyState.OPEN and done.added:
        rows.add_pending(session, study, now)
    return done


def import_completions(
    session: Session, name: str, given: Iterable[CompletionRow | RowError], now: datetime
) -> Imported:
    """Add completions that the study does not have, with their prompts and configurations.

    They wait to be made fit to show (`readiness`) like generated ones.
    """
    study = study_for_import(session, name)
    done = Imported()
    book = _Prompts(session, study, now)
    configurations = {
        row.name: row.id
        for row in studies.configurations(session, study.id)
        if row.retired_at is None
    }
    existing = completions.existing(session, study.id)
    for row in given:
        if isinstance(row, RowError):
            done.errors.append(row)
            continue
        prompt = book.by_key(row.prompt_id) if row.prompt is None else book.find(row.prompt)
        if prompt is None and row.prompt is None:
            done.errors.append(
                RowError(row.line, f"The prompt {row.prompt_id!r} is not in the study.")
            )
            continue
        if prompt is None and row.prompt is not None:
            if book.key_is_taken(row.prompt):
                done.errors.append(
                    RowError(row.line, f"The id {row.prompt.handle!r} belongs to another prompt.")
                )
                continue
            prompt = book.add(row.prompt)
            done.new_prompts += 1
        if prompt is None:
            continue
        if row.configuration not in configurations:
            made = rows.configuration_row(
                study.id, Configuration(name=row.configuration, approach=Approach.OTHER), 1, now
            )
            session.add(made)
            session.flush()
            configurations[row.configuration] = made.id
            done.new_configurations.append(row.configuration)
        key = (prompt.id, configurations[row.configuration], row.sample or 1)
        if key in existing:
            done.unchanged += 1
            continue
        existing.add(key)
        _add(session, study, row, key, now)
        done.added += 1
    session.flush()
    if done.new_configurations:
        leaderboards.outdate(session, study.id)
    return done


def _add(
    session: Session,
    study: models.Study,
    row: CompletionRow,
    key: tuple[int, int, int],
    now: datetime,
) -> None:
    """Store an imported completion, as recorded and waiting, or as the failure it is."""
    made = rows.pending_completion(study.id, key[1], key[0], key[2], now)
    is_empty = not row.turns or not all(turn.strip() for turn in row.turns)
    made.origin = "imported"
    made.state = CompletionState.FAILED if is_empty else CompletionState.RECORDED
    made.kind = CompletionKind.EMPTY if is_empty else CompletionKind.COMPLETE
    made.turns = list(row.turns)
    made.error_class = "empty" if is_empty else None
    made.error_message = "The imported answer is empty." if is_empty else None
    made.latency_ms = None if row.latency_ms is None else round(row.latency_ms)
    made.cost_nanos = None if row.cost_usd is None else budget.to_nanos(row.cost_usd)
    made.recorded_at = now
    session.add(made)


class _Prompts:
    """The prompts of a study, by content and by key, as an import goes on."""

    def __init__(self, session: Session, study: models.Study, now: datetime) -> None:
        self._session = session
        self._study = study
        self._now = now
        present = prompts.of_study(session, study.id)
        self._by_fingerprint = {row.fingerprint: row for row in present}
        self._by_key = {row.key: row for row in present}
        self._position = max((row.position for row in present), default=-1)

    def find(self, prompt: Prompt) -> models.Prompt | None:
        """Return the study's prompt of the same content."""
        return self._by_fingerprint.get(prompt.fingerprint)

    def by_key(self, key: str) -> models.Prompt | None:
        """Return the study's prompt of that key."""
        return self._by_key.get(key)

    def key_is_taken(self, prompt: Prompt) -> bool:
        """Tell whether another prompt has this one's key."""
        return prompt.handle in self._by_key

    def add(self, prompt: Prompt) -> models.Prompt:
        """Add a prompt that is new."""
        self._position += 1
        row = rows.prompt_row(self._study, prompt, self._position, self._now)
        self._session.add(row)
        self._session.flush()
        self._by_fingerprint[row.fingerprint] = row
        self._by_key[row.key] = row
        return row


def settle_all(session: Session, study_id: int) -> None:
    """Count every prompt's places anew after an import."""
    for prompt in prompts.of_study(session, study_id):
        publishing.settle(session, prompt.id)
