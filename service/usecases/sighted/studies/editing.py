"""Sets a study up step by step: what a form says becomes what a study file would say.

Every change goes through the same rules and the same `applying.apply` as a file, so that a study
made in a browser can be downloaded and applied elsewhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.domain.decision import Decision
from service.domain.retrieval import Collection, Document
from service.domain.study import StudyChangeRefused, StudyState
from service.errors import NotFound
from service.formats import study_file, study_writer
from service.formats.study_file import StudyFile
from service.store import models, prompts, studies, touched
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import applying, filing
from service.usecases.sighted.studies.applying import Applied

Told = dict[str, Any]


class UnknownPart(NotFound):
    """The study has no such configuration or prompt."""


def begin(
    session: Session, title: str, decision: Decision, names: Mapping[str, str], now: datetime
) -> str:
    """Make an empty draft for a decision, its configurations named; returns the study's name.

    Raises
    ------
    TitleInvalid, NameTaken
    """
    said: Told = {"title": title, "name": filing.free_name(session, title)}
    if decision.roles:
        said["configurations"] = [
            {"name": names[role.key], "approach": str(role.approach)} for role in decision.roles
        ]
    live = next((names[role.key] for role in decision.roles if role.is_incumbent), None)
    if live is not None:
        said["incumbent"] = live
    return applying.apply(session, study_file.check(said, {}), now).name


def change(
    session: Session,
    name: str,
    edit: Callable[[Told], None],
    now: datetime,
    added: Mapping[str, Collection] = MappingProxyType({}),
) -> Applied:
    """Let `edit` change what the study's file says, check it, and apply it.

    `added` are documents that are new, by the name that `edit` gives them.

    Raises
    ------
    StudyFileInvalid
        Names each field that cannot be used; nothing is changed.
    StudyChangeRefused
        The study is open or closed, and that cannot change any more.
    """
    file = filing.file_of(session, name)
    said = study_writer.told(file)
    edit(said)
    return applying.apply(session, study_file.check(said, {**_collections(file), **added}), now)


def definition(session: Session, name: str) -> Told:
    """Return what the file of a study says, as plain values.

    Raises
    ------
    UnknownStudy
    """
    return study_writer.told(filing.file_of(session, name))


def checked(session: Session, name: str | None, said: Told) -> StudyFile:
    """Return the study that plain values describe; it may use the documents of study `name`.

    Raises
    ------
    UnknownStudy, StudyFileInvalid
    """
    known = {} if name is None else _collections(filing.file_of(session, name))
    return study_file.check(said, known)


def _collections(file: StudyFile) -> dict[str, Collection]:
    """Return the documents that a study retrieves from, by the name that its file gives them."""
    return {
        each.retrieval.name: collection
        for each in file.configurations
        for collection in file.collections
        if each.retrieval is not None and each.retrieval.collection == collection.digest
    }


def set_configuration(
    session: Session,
    name: str,
    former: str | None,
    entry: Told,
    now: datetime,
    retrieved: Collection | None = None,
) -> Applied:
    """Add a configuration, or make the one called `former` say what `entry` says.

    In a draft it may get another name, and what was imported for it stays with it. `retrieved`
    are documents that it shall retrieve from in place of those that `entry` names.

    Raises
    ------
    UnknownPart, NameTaken, StudyFileInvalid, StudyChangeRefused
    """
    wanted = str(entry.get("name", "")).strip()
    if wanted and wanted != former and _row(session, name, wanted) is not None:
        raise filing.NameTaken("Another configuration has that name. Choose another one.")
    if former is not None:
        _rename(session, name, former, wanted)

    added: dict[str, Collection] = {}

    def edit(said: Told) -> None:
        if retrieved is not None:
            known = said.setdefault("collections", {})
            called = _free_collection(known)
            known[called] = {"files": [each.name for each in retrieved.documents]}
            entry["retrieval"] = {**entry.get("retrieval", {}), "collection": called}
            added[called] = retrieved
        entries = said.setdefault("configurations", [])
        place = next((i for i, each in enumerate(entries) if each["name"] == wanted), None)
        if place is None or former is None:
            entries.append(entry)
        else:
            entries[place] = entry

    return change(session, name, edit, now, added)


def documents_of(session: Session, name: str, collection: str) -> tuple[Document, ...]:
    """Return the documents of one of the study's collections, none where there is none of it."""
    file = filing.file_of(session, name)
    digests = {
        each.retrieval.name: each.retrieval.collection
        for each in file.configurations
        if each.retrieval is not None
    }
    found = (each for each in file.collections if each.digest == digests.get(collection))
    return next((each.documents for each in found), ())


def _free_collection(known: Mapping[str, object]) -> str:
    names = ("documents", *(f"documents-{number}" for number in range(2, len(known) + 3)))
    return next(name for name in names if name not in known)


def remove_configuration(session: Session, name: str, which: str, now: datetime) -> Applied:
    """Take a configuration out: of a draft for good, of an open study out of dealing.

    Raises
    ------
    UnknownPart, StudyChangeRefused
    """
    row, study = _row(session, name, which), lookup.find(session, name)
    if row is None:
        raise UnknownPart("The study has no configuration of that name. Reload the page.")
    if study.state == StudyState.DRAFT:
        if touched.is_configuration(session, row.id):
            raise StudyChangeRefused(
                "Its answers were called or judged already: it stays. Duplicate the study to go on "
                "without it."
            )
        session.execute(
            delete(models.Completion).where(models.Completion.configuration_id == row.id)
        )
        session.delete(row)
        if study.incumbent == which:
            study.incumbent = None
        session.flush()

    def edit(said: Told) -> None:
        kept = [each for each in said.get("configurations", []) if each["name"] != which]
        said["configurations"] = kept

    return change(session, name, edit, now)


def add_prompts(session: Session, name: str, entries: list[Told], now: datetime) -> Applied:
    """Add prompts to what the study has; one that is there already is not added again.

    Raises
    ------
    StudyFileInvalid, StudyChangeRefused
    """
    return change(session, name, lambda said: said.setdefault("prompts", []).extend(entries), now)


def remove_prompt(session: Session, name: str, key: str) -> None:
    """Take a prompt out of a draft, with the completions that were imported for it.

    Raises
    ------
    UnknownPart, StudyChangeRefused
    """
    study = lookup.find(session, name)
    row = next((each for each in prompts.of_study(session, study.id) if each.key == key), None)
    if row is None:
        raise UnknownPart("The study has no such prompt. Reload the page.")
    if study.state != StudyState.DRAFT:
        raise StudyChangeRefused("Prompts can be removed until the study is opened.")
    if touched.is_prompt(session, row.id):
        raise StudyChangeRefused(
            "Its answers were called or judged already: it stays. Duplicate the study to go on "
            "without it."
        )
    prompts.remove(session, row)


def _row(session: Session, name: str, configuration: str) -> models.Configuration | None:
    rows = studies.configurations(session, lookup.find(session, name).id)
    return next((row for row in rows if row.name == configuration and row.retired_at is None), None)


def _rename(session: Session, name: str, former: str, wanted: str) -> None:
    row, study = _row(session, name, former), lookup.find(session, name)
    if row is None:
        raise UnknownPart("The study has no configuration of that name. Reload the page.")
    if wanted == former or not wanted:
        return
    if study.state != StudyState.DRAFT:
        raise StudyChangeRefused(
            "The study is open: a configuration keeps its name. Add another one instead."
        )
    row.name = wanted
    if study.incumbent == former:
        study.incumbent = wanted
    session.flush()
