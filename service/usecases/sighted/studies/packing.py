"""Packs a whole study into one archive, and unpacks it elsewhere, where it is the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from service.blinding import sanitising
from service.domain.completion import CompletionState
from service.domain.study import StudyState
from service.errors import Conflict
from service.formats import packs, study_writer
from service.formats.packs import Manifest, Pack, PackInvalid, PackOfOtherVersion
from service.store import judges, migrate, packing, studies, votes
from service.usecases.sighted import lookup
from service.usecases.sighted.results import read
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.studies import filing, invariants

_RUNNING = (str(CompletionState.RUNNING),)
_WAITING = (str(CompletionState.PENDING), str(CompletionState.BLOCKED))


class StudyBusy(Conflict):
    """Answers are being generated, and what they hold cannot be packed."""


class StudyTooLarge(Conflict):
    """The study has more votes than can be packed while somebody waits."""


class StudyThere(Conflict):
    """Another study of that name is here, or the same one with less in it."""


@dataclass(frozen=True)
class Unpacked:
    """What came of a pack: `is_new` where it was not here yet, and how many rows by table.

    `is_paused`: the study is open and was paused, since it has answers to generate.
    """

    name: str
    rows: Mapping[str, int]
    is_new: bool
    is_paused: bool = False


def pack(
    session: Session, name: str, version: str, target: BinaryIO, most_votes: int | None = None
) -> Manifest:
    """Write all of a study into an archive; it is of one moment, whoever votes meanwhile.

    Raises
    ------
    UnknownStudy, StudySealed, StudyBusy
    StudyTooLarge
        It has more votes than `most_votes`.
    """
    packing.snapshot(session)
    study = lookup.find(session, name)
    if read.is_sealed(study):
        raise StudySealed("This study is sealed: it is not packed before its stop rule is met.")
    if most_votes is not None and votes.count(session, study.id) > most_votes:
        raise StudyTooLarge(
            "This study has too many votes to be packed here. Use the command: "
            "evenhand study pack %(name)s",
            name=name,
        )
    running = packing.open_work(session, study.id, _RUNNING)
    if running:
        raise StudyBusy(
            "%(number)s answers are being generated just now. Pause the study (evenhand study "
            "pause %(name)s), wait until they are there, and pack then.",
            number=running,
            name=name,
        )
    about = Manifest(
        study=study.name,
        title=study.title,
        created_at=study.created_at.isoformat(),
        version=version,
        schema=migrate.newest(),
    )
    beside = study_writer.folder(filing.file_of(session, name))
    return packs.write(target, about, beside, packing.read(session, study))


def unpack(session: Session, source: BinaryIO, filename: str, now: datetime) -> Unpacked:
    """Bring the study of an archive into this installation; twice adds nothing.

    Votes are counted anew afterwards. All rules that rows obey are checked before anything is
    kept: the caller commits, or nothing of it is here.

    Raises
    ------
    PackInvalid, PackOfOtherVersion, StudyThere
    """
    found = packs.opened(source, filename, packing.names())
    manifest = found.manifest
    if manifest.schema > migrate.newest():
        raise PackOfOtherVersion(
            "%(name)s was packed by a newer Evenhand (%(version)s). Update this one first.",
            name=filename,
            version=manifest.version,
        )
    there = studies.by_name(session, manifest.study)
    if there is not None:
        return _there_already(session, found)
    broken = _broken(session, now)
    try:
        study_id = _write(session, found)
        session.flush()
    except (DBAPIError, StatementError) as error:
        if _is_of_keys(error):
            raise StudyThere(
                "A part of %(study)s is here already, under another name. Nothing was added.",
                study=repr(manifest.study),
            ) from None
        raise PackInvalid(
            "%(name)s holds rows that no study has: %(why)s.",
            name=filename,
            why=str(error.orig or error).splitlines()[0][:160],
        ) from None
    session.expire_all()
    worse = [rule for rule, lines in _broken(session, now).items() if lines - broken[rule]]
    if worse:
        raise PackInvalid(
            "%(name)s breaks rules that every study obeys: %(rules)s.",
            name=filename,
            rules="; ".join(worse),
        )
    return Unpacked(manifest.study, manifest.rows, True, _paused(session, study_id))  # noqa: FBT003


def _there_already(session: Session, found: Pack) -> Unpacked:
    """Return that a study is here; raise `StudyThere` where it is another, or has less."""
    manifest = found.manifest
    study = lookup.find(session, manifest.study)
    if study.created_at.isoformat() != manifest.created_at:
        raise StudyThere(
            "There is another study called %(name)s here. Unpack this one into another "
            "installation.",
            name=repr(manifest.study),
        )
    here: dict[str, int] = {}
    for table, _ in packing.read(session, study):
        here[table] = here.get(table, 0) + 1
    grown = {
        table: number
        for table, number in manifest.rows.items()
        if table not in {"leaderboard", "decision"} and number > here.get(table, 0)
    }
    if grown:
        table, number = next(iter(grown.items()))
        raise StudyThere(
            "The study %(name)s is here already, with less in it than the pack has (%(here)s of "
            "%(number)s rows of %(table)s). What is here is never written over: unpack it into "
            "another installation.",
            name=repr(manifest.study),
            here=here.get(table, 0),
            number=number,
            table=table,
        )
    return Unpacked(manifest.study, manifest.rows, is_new=False)


def _write(session: Session, found: Pack) -> int:
    writer = packing.Writer(session)
    for table, first, rows in found.rows(packing.names(), packing.ROWS_AT_ONCE):
        for number, row in enumerate(rows, start=first):
            _check_html(table, number, row)
        try:
            writer.write(table, rows)
        except (packing.RowInvalid, KeyError, TypeError, ValueError, AttributeError) as error:
            raise PackInvalid(
                "Rows %(first)s to %(last)s of %(table)s cannot be stored: one %(why)s.",
                first=first,
                last=first + len(rows) - 1,
                table=table,
                why=str(error) if isinstance(error, packing.RowInvalid) else "is not built as ours",
            ) from None
    if found.manifest.rows.get("study", 0) < 1:
        raise PackInvalid("The pack holds no study.")
    writer.finish()
    return writer.study_id


def _check_html(table: str, number: int, row: Mapping[str, Any]) -> None:
    """Refuse markup that no rendering of ours makes: raters' browsers get what is stored."""
    if table not in {"completion", "prompt"}:
        return
    for html in _texts(row.get("html")):
        if sanitising.sanitise(html) != html:
            raise PackInvalid(
                "Row %(number)s of %(table)s holds markup that Evenhand does not write.",
                number=number,
                table=table,
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _broken(session: Session, now: datetime) -> dict[str, set[str]]:
    return {check.rule: set(check.broken) for check in invariants.check(session, now)}


def _is_of_keys(error: Exception) -> bool:
    told = str(getattr(error, "orig", error)).lower()
    return "unique" in told or "duplicate key" in told


def _paused(session: Session, study_id: int) -> bool:
    """Pause a study that would begin to call models here, which nobody has asked for."""
    study = studies.by_id(session, study_id)
    for judge in judges.of_study(session, study_id):
        studies.by_id(session, judge.shelf_id).is_paused = True
    if study.state != StudyState.OPEN or study.is_paused:
        return False
    study.is_paused = packing.open_work(session, study_id, _WAITING) > 0
    return study.is_paused
