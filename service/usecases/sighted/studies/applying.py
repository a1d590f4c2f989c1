"""Applies a study file: makes or updates a draft, adds to an open study, and nothing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from service.domain import budget, retrieval, sitting
from service.domain.ending import Then
from service.domain.study import StudyChangeRefused, StudyState
from service.formats.said import said
from service.formats.study_file import StudyFile
from service.store import (
    collections,
    completions,
    leaderboards,
    models,
    prompts,
    studies,
    touched,
)
from service.usecases.sighted.generation import publishing, reach, requests, showing
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.studies import rows, shelving

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
    ModelUnknown
        A new configuration names what no worker may call; names what is nearest.
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
        shelving.fill(session, study, file.sitting.gold, now)
        for identity, asked in prompts.asked_in(session, study.id).items():
            prompts.by_id(session, identity).html = rows.prompt_html(
                asked, study.render_mode, shows_variables=rows.shows_variables(study)
            )
    _apply_configurations(session, study, file, changes, now)
    _apply_prompts(session, study, file, changes, now, html)
    if changes.added or changes.retired or "incumbent" in changes.columns:
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
                raise TemplateInvalid(
                    "%(configuration)s: %(problem)s",
                    configuration=configuration.name,
                    problem=said(error.text, **error.values),
                ) from None


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
        "end_decided": file.end and file.end.decided and str(file.end.decided),
        "end_then": str(Then.CLOSE if file.end is None else file.end.then),
        "intent": file.intent.to_stored(),
        "prompt_set": file.prompt_set and file.prompt_set.to_stored(),
    }


# What may change while people are rating: caps can be raised, nothing that raters or counts see.
_CAPS = {"cap_nanos", "cap_calls", "cap_tokens"}
_MAY_CHANGE_OPEN = _CAPS | {"reuses_calls", "prompt_set"}
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
    "end_decided": "end.decided",
    "end_then": "end.then",
    "intent": "preregistration",
    "options": "votes_per_rater, repeats, flagged, flags_to_withdraw, practice, ask_authors, "
    "show_variables, labels, criteria, grades, gold, norming, norming_then, probes or submissions",
}


def _closes_the_door(study: models.Study, file: StudyFile) -> bool:
    """Tell whether of all that raters are asked only this changes: no more prompts are taken.

    Nobody has judged by it, and what was suggested stays; a door that opens later would be news.
    """
    return {**study.options, "submissions": 0} == {
        **file.sitting.to_stored(),
        "submissions": 0,
    } and (not file.sitting.submissions)


def _change_fields(study: models.Study, file: StudyFile, changes: _Changes) -> None:
    differing = {
        name: value for name, value in _fields(file).items() if getattr(study, name) != value
    }
    may_change = _MAY_CHANGE_OPEN | ({"options"} if _closes_the_door(study, file) else set())
    refused = sorted(_IN_THE_FILE.get(name, name) for name in differing if name not in may_change)
    if study.state != StudyState.DRAFT and refused:
        raise StudyChangeRefused(
            "The study is not a draft any more: %(fields)s can no longer change. Apply the file "
            "under a new name, or duplicate the study, to start another one.",
            fields=", ".join(refused),
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
            if _may_go(session, study, current):
                showed = current.shows
                rows.rewrite(current, configuration)
                if current.shows != showed:
                    showing.show_anew(session, current, now)
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
    for row in studies.configurations(session, study.id):
        if row.retired_at is None and row.name in changes.added:
            reach.check(session, row)
    _drop_missing(session, study, file, present, changes, now)


def _may_go(session: Session, study: models.Study, row: models.Configuration) -> bool:
    """Tell whether a configuration may be written over: in a draft, and nothing stands on it.

    A draft that somebody made of an open study may hold what was called and judged.
    """
    return study.state == StudyState.DRAFT and not touched.is_configuration(session, row.id)


def _drop_missing(
    session: Session,
    study: models.Study,
    file: StudyFile,
    present: Sequence[models.Configuration],
    changes: _Changes,
    now: datetime,
) -> None:
    """Take configurations that the file no longer names out of service (imported ones stay).

    One whose answers were imported is kept with them, out of service.
    """
    named = {configuration.name for configuration in file.configurations}
    for row in present:
        if row.name in named or row.retired_at is not None or row.model is None:
            continue
        _refuse_closed(study, f"configuration {row.name!r}")
        changes.retired.append(row.name)
        if _may_go(session, study, row) and not touched.has_answers(session, row.id):
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
            if study.state != StudyState.DRAFT or touched.is_prompt(session, clash.id):
                raise StudyChangeRefused(
                    "The prompt %(prompt)s has changed, and the study has been opened or rated. "
                    "Give the new text an id of its own.",
                    prompt=prompt.handle,
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
            "The study is closed: %(what)s can no longer change. Apply the file under a new name, "
            "or duplicate the study, to start another one.",
            what=what,
        )
