"""Applies a study file: makes or updates a draft, adds to an open study, and nothing twice.

A study's gold stands on its shelf: rows like all others, which no list or count shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.blinding import canonical, looks, rendering
from service.domain import budget, retrieval, sitting
from service.domain.completion import CompletionKind, CompletionState
from service.domain.configuration import Configuration
from service.domain.prompt import Prompt
from service.domain.sitting import GoldTexts
from service.domain.study import StudyChangeRefused, StudyState
from service.errors import Invalid
from service.formats.study_file import StudyFile
from service.store import (
    collections,
    completions,
    gold,
    leaderboards,
    models,
    prompts,
    studies,
)
from service.store.studies import SHELF
from service.usecases.sighted.generation import publishing, requests
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.studies import rows

# Templates are tried on so many prompts of a file; on the others, what fails is a completion.
_MOST_TRIED = 100


@dataclass(frozen=True)
class Applied:
    """What applying a file did."""

    name: str
    created: bool = False
    added_prompts: int = 0
    added_configurations: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    pending: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def did_nothing(self) -> bool:
        """Whether the study already was what the file says."""
        return not (
            self.created
            or self.added_prompts
            or self.added_configurations
            or self.retired
            or self.changed
        )


@dataclass
class _Changes:
    prompts: int = 0
    added: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def apply(
    session: Session,
    file: StudyFile,
    now: datetime,
    html: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Applied:
    """Bring a study to what its file says; applying twice changes nothing.

    An open study takes new prompts and configurations; a changed configuration is added and
    the old one retired from dealing, its votes kept. `html` holds what `rows.prompt_html` made
    of its new prompts, by fingerprint.

    Raises
    ------
    StudyChangeRefused
        An open or closed study would have to change in another way; names what.
    TemplateInvalid
        A template cannot be filled in; names its configuration.
    """
    _try_templates(file)
    study = studies.by_name(session, file.name)
    created = study is None
    study = _create(session, file, now) if study is None else studies.lock(session, study.id)
    changes = _Changes()
    if not created:
        _change_fields(study, file, changes)
    for collection in file.collections:
        collections.add(session, collection, now)
    if created or "options" in changes.columns or "render_mode" in changes.columns:
        fill_gold(session, study, file.sitting.gold, now)
        for identity, asked in prompts.asked_in(session, study.id).items():
            prompts.by_id(session, identity).html = rows.prompt_html(
                asked, study.render_mode, shows_variables=rows.shows_variables(study)
            )
    _apply_configurations(session, study, file, changes, now)
    _apply_prompts(session, study, file, changes, now, html)
    if changes.added or changes.retired:
        leaderboards.outdate(session, study.id)
    pending = 0
    if study.state == StudyState.OPEN and _CAPS & set(changes.columns):
        pending += completions.free_blocked(session, study.id, now)
    if study.state == StudyState.OPEN and (changes.prompts or changes.added or changes.retired):
        pending += rows.add_pending(session, study, now)
        publishing.settle(session, *prompts.ids(session, study.id))
    return Applied(
        name=study.name,
        created=created,
        added_prompts=changes.prompts,
        added_configurations=tuple(changes.added),
        retired=tuple(changes.retired),
        changed=tuple(changes.fields),
        pending=pending,
        doubts=_doubts(session, study, file),
    )


def _try_templates(file: StudyFile) -> None:
    for configuration in file.configurations:
        told = configuration.retrieval
        passages = None if told is None else retrieval.placeholder(told)
        for prompt in file.prompts[:_MOST_TRIED]:
            try:
                requests.user_turns(configuration.template, prompt, passages)
            except TemplateInvalid as error:
                raise TemplateInvalid(f"{configuration.name}: {error.message}") from None


def _doubts(session: Session, study: models.Study, file: StudyFile) -> tuple[str, ...]:
    """Return what nothing forbids and somebody should know."""
    present = studies.configurations(session, study.id)
    named = {row.name: row.model for row in present if row.retired_at is None}
    named |= {each.name: each.model for each in file.configurations}
    return sitting.label_doubts(file.sitting.labels, named)


def _create(session: Session, file: StudyFile, now: datetime) -> models.Study:
    study = rows.study_row(file.name, StudyState.DRAFT, now, **_fields(file))
    session.add(study)
    session.flush()
    return study


def _fields(file: StudyFile) -> dict[str, Any]:
    return {
        "title": file.title,
        "instructions": file.instructions,
        "votes_per_matchup": file.votes_per_matchup,
        "dealing": str(file.dealing),
        "render_mode": str(file.render),
        "leak_policy": str(file.leaks),
        "is_sealed": file.sealed,
        "counts_sighted": file.include_sighted,
        "cap_nanos": None if file.cap.usd is None else budget.to_nanos(file.cap.usd),
        "cap_calls": file.cap.calls,
        "cap_tokens": file.cap.tokens,
        "reuses_calls": file.reuse,
        "options": file.sitting.to_stored(),
        "language": file.language,
        "incumbent": file.incumbent,
        "end_votes": None if file.end is None else file.end.votes,
        "end_date": None if file.end is None else file.end.day,
    }


# What may change while people are rating: caps can be raised, nothing that raters or counts see.
_CAPS = {"cap_nanos", "cap_calls", "cap_tokens"}
_MAY_CHANGE_OPEN = _CAPS | {"reuses_calls"}
_IN_THE_FILE = {
    "cap_nanos": "cap.usd",
    "cap_calls": "cap.calls",
    "cap_tokens": "cap.tokens",
    "render_mode": "render",
    "leak_policy": "leaks",
    "is_sealed": "sealed",
    "counts_sighted": "include_sighted",
    "reuses_calls": "reuse",
    "end_votes": "end.votes",
    "end_date": "end.date",
    "options": "votes_per_rater, repeats, flagged, flags_to_withdraw, practice, ask_authors, "
    "show_variables, labels, criteria, grades or gold",
}


def _change_fields(study: models.Study, file: StudyFile, changes: _Changes) -> None:
    differing = {
        name: value for name, value in _fields(file).items() if getattr(study, name) != value
    }
    refused = sorted(
        _IN_THE_FILE.get(name, name) for name in differing if name not in _MAY_CHANGE_OPEN
    )
    if study.state != StudyState.DRAFT and refused:
        raise StudyChangeRefused(
            f"The study {study.name!r} is {study.state}: {', '.join(refused)} can no longer "
            "change. Apply the file under a new name to start another study."
        )
    for name, value in differing.items():
        setattr(study, name, value)
        changes.columns.append(name)
        changes.fields.append(_IN_THE_FILE.get(name, name))


def _apply_configurations(
    session: Session, study: models.Study, file: StudyFile, changes: _Changes, now: datetime
) -> None:
    present = studies.configurations(session, study.id)
    for configuration in file.configurations:
        of_name = [row for row in present if row.name == configuration.name]
        current = next((row for row in of_name if row.retired_at is None), None)
        if current is not None and current.fingerprint == configuration.fingerprint:
            continue
        _refuse_closed(study, f"configuration {configuration.name!r}")
        if current is not None:
            changes.retired.append(configuration.name)
            if study.state == StudyState.DRAFT:
                rows.rewrite(current, configuration)
                changes.added.append(configuration.name)
                continue
            current.retired_at = now
        former = next(
            (row for row in of_name if row.fingerprint == configuration.fingerprint), None
        )
        if former is not None:
            former.retired_at = None
        else:
            revision = max((row.revision for row in of_name), default=0) + 1
            session.add(rows.configuration_row(study.id, configuration, revision, now))
        changes.added.append(configuration.name)
    session.flush()
    _drop_missing(session, study, file, present, changes, now)


def _drop_missing(
    session: Session,
    study: models.Study,
    file: StudyFile,
    present: Sequence[models.Configuration],
    changes: _Changes,
    now: datetime,
) -> None:
    """Take configurations that the file no longer names out of service (imported ones stay)."""
    named = {configuration.name for configuration in file.configurations}
    for row in present:
        if row.name in named or row.retired_at is not None or row.model is None:
            continue
        _refuse_closed(study, f"configuration {row.name!r}")
        changes.retired.append(row.name)
        if study.state == StudyState.DRAFT:
            # Answers may have been imported for it.
            session.execute(
                delete(models.Completion).where(models.Completion.configuration_id == row.id)
            )
            session.delete(row)
        else:
            row.retired_at = now
    session.flush()


def _apply_prompts(
    session: Session,
    study: models.Study,
    file: StudyFile,
    changes: _Changes,
    now: datetime,
    html: Mapping[str, Mapping[str, Any]],
) -> None:
    present = prompts.of_study(session, study.id)
    known = {row.fingerprint: row for row in present}
    keys = {row.key: row for row in present}
    position = max((row.position for row in present), default=-1)
    for prompt in file.prompts:
        if prompt.fingerprint in known:
            continue
        _refuse_closed(study, "prompts")
        clash = keys.get(prompt.handle)
        if clash is not None:
            if study.state != StudyState.DRAFT:
                raise StudyChangeRefused(
                    f"The prompt {prompt.handle!r} has changed and the study is open. "
                    "Give the new text an id of its own."
                )
            prompts.remove(session, clash)
        position += 1
        row = rows.prompt_row(study, prompt, position, now, html.get(prompt.fingerprint))
        session.add(row)
        known[prompt.fingerprint] = row
        keys[prompt.handle] = row
        changes.prompts += 1
    session.flush()


def _refuse_closed(study: models.Study, what: str) -> None:
    if study.state == StudyState.CLOSED:
        raise StudyChangeRefused(
            f"The study {study.name!r} is closed: {what} can no longer change. "
            "Apply the file under a new name to start another study."
        )


def fill_gold(
    session: Session, study: models.Study, texts: tuple[GoldTexts, ...], now: datetime
) -> None:
    """Make a draft's gold what its file says; the texts pass the same rendering as all others."""
    gold.clear(session, study)
    if not texts:
        return
    shelf = gold.shelf(session, study) or _new_shelf(session, study, now)
    shelf.render_mode = study.render_mode
    ends = gold.sides_of_shelf(session, shelf.id)
    known: dict[str, models.Prompt] = {}
    samples: dict[int, int] = {}
    for position, entry in enumerate(texts):
        prompt = Prompt(turns=(entry.prompt,))
        row = known.get(prompt.fingerprint)
        if row is None:
            row = known[prompt.fingerprint] = rows.prompt_row(shelf, prompt, position, now)
            session.add(row)
            session.flush()
        samples[row.id] = sample = samples.get(row.id, 0) + 1
        shown = rendering.alike(
            [canonical.canonical(text) for text in (entry.better, entry.worse)],
            publishing.MODES[shelf.render_mode],
        )
        if looks.hash_of(shown[:1]) == looks.hash_of(shown[1:]):
            raise Invalid(
                f"Gold matchup {position + 1} has two texts that raters see alike. "
                "Write a better and a worse one."
            )
        better, worse = (
            _gold_completion(shelf, row, ends[name].id, sample, (text, html), now)
            for name, text, html in zip(
                (gold.BETTER, gold.WORSE), (entry.better, entry.worse), shown, strict=True
            )
        )
        session.add_all([better, worse])
        session.flush()
        session.add(
            models.Gold(
                study_id=study.id,
                prompt_id=row.id,
                better_completion_id=better.id,
                worse_completion_id=worse.id,
            )
        )
    session.flush()


def _new_shelf(session: Session, study: models.Study, now: datetime) -> models.Study:
    """Make the row that gold hangs on, and its two configurations, retired from the start."""
    shelf = rows.study_row(
        gold.shelf_name(study),
        SHELF,
        now,
        title=study.title,
        instructions="",
        votes_per_matchup=study.votes_per_matchup,
        dealing=study.dealing,
        render_mode=study.render_mode,
        leak_policy=study.leak_policy,
        is_sealed=study.is_sealed,
        counts_sighted=False,
        options={},
    )
    session.add(shelf)
    session.flush()
    for name in (gold.BETTER, gold.WORSE):
        made = rows.configuration_row(shelf.id, Configuration(name=name), 1, now)
        made.retired_at = now
        session.add(made)
        session.flush()
    return shelf


def _gold_completion(
    shelf: models.Study,
    prompt: models.Prompt,
    configuration_id: int,
    sample: int,
    told: tuple[str, str],
    now: datetime,
) -> models.Completion:
    text, html = told
    row = rows.pending_completion(shelf.id, configuration_id, prompt.id, sample, now)
    row.state = CompletionState.READY
    row.kind = CompletionKind.COMPLETE
    row.origin = "imported"
    row.turns = [text]
    row.html = [html]
    row.text_hash = looks.hash_of([html])
    row.recorded_at = now
    return row
