"""Routes of files: what is imported into a study, and what raters prefer as files for trainers."""

import io
import json
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from flask import Response, request
from pydantic import Field, Json

from service import importing, slow_work
from service.database import Database
from service.domain.replacing import TextsDiffer
from service.errors import Conflict
from service.formats import mapping, rows, sniffing, study_writer
from service.formats.exports import kinds, manifest, writing
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import exports, imports, overviews, uploads
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.problems import BadRequest, Fault

chapter = Chapter("Files", "Imports of prompts, answers and votes; exports for trainers.")
# What is done while a program waits; more is for the command line.
MOST_ROWS = 20_000
MOST_VOTES = 50_000


class TooLarge(Conflict):
    """It takes longer than a program should wait for an answer."""


class Import(Asked):
    """How a file is read; the file itself is the part `file` of the form."""

    kind: Literal["prompts", "completions", "votes", "battles"] | None = Field(
        None, description="What it holds; found out by its columns where absent."
    )
    replace: bool = Field(
        default=False, description="Let other texts take the place of those there."
    )
    mapping: Json[dict[str, str]] | None = Field(
        None,
        description="What columns mean, as a JSON object such as "
        '`{"Frage": "prompt", "Modell A": "answer:Model A"}`; the others are left out.',
    )


class Refused(Answer):
    """A row that could not be used."""

    line: int
    message: str


class ImportReport(Answer):
    """What an import did, in rows; sent again it adds nothing."""

    kind: str
    added: int
    unchanged: int = Field(description="They were there already.")
    filled: int = Field(description="They took the place of answers that were empty or had failed.")
    replaced: int
    refused: int
    differing: int = Field(
        description="Refused since the study has another text: corrections need `replace`."
    )
    votes_on_replaced: int
    new_prompts: int
    new_configurations: list[str]
    errors: list[Refused] = Field(description="The first hundred that were refused.")
    notes: list[str]


class ExportFormat(Answer):
    """A format that preferences are exported in."""

    name: str
    readers: str = Field(description="What loads it.")


class ExportFormats(Answer):
    """All formats."""

    items: list[ExportFormat]


class ExportAsked(Asked):
    """The policy of an export; all of it stands in its manifest."""

    least_votes: int = Field(1, ge=1, le=1_000_000)
    least_agreement: float = Field(0.0, ge=0, le=1)
    ties: Literal["count", "ignore"] = Field(
        "count", description="Whether they count in agreement and margin."
    )
    both_bad: Literal["count", "ignore"] = "count"
    conflicts: bool = Field(default=True, description="Use matchups on which raters disagree.")
    strength: bool = Field(default=False, description="Much better counts twice in the margin.")
    flagged: Literal["drop", "keep"] = "drop"
    imported: bool = Field(default=True, description="Count votes that came from a file.")
    cut_off: bool = Field(default=True, description="Use answers that ended at their bound.")
    not_trained_on: str = Field(
        "", max_length=10_000, description="A JSON list of configurations, never preferred ones."
    )
    leaks: bool = Field(default=True, description="Use answers that name their maker.")
    balanced: bool = Field(
        default=False, description="Prefer longer answers as often as shorter ones."
    )
    wins_as_labels: bool = False
    redacted: bool = Field(default=False, description="Put personal data out of sight.")
    countries: str = Field(
        '["US"]', max_length=1000, description="A JSON list: whose phone numbers are known."
    )
    test_share: float = Field(0.1, ge=0, le=1)


@chapter.post(
    "/studies/<name>/imports",
    gives=ImportReport,
    takes=Import,
    body="file",
    is_one_transaction=False,
)
def import_file(call: Call, name: str) -> ImportReport:
    """Bring prompts, completions, votes or battles from a file into a study, each once.

    JSONL, JSON, CSV, TSV or XLSX, with at most 16 MB and 20,000 rows.
    """
    asked = call.sent(Import)
    filename, content = _file()
    database = call.services.database
    with database.reading() as session:
        study_id = imports.target(session, name).study_id
    _refuse_large(filename, content)
    prepare: rows.Prepare = rows.unchanged
    if asked.mapping:
        mapping.check(asked.mapping)
        kind = asked.kind or mapping.kind_of(asked.mapping)
        prepare = partial(mapping.mapped, meanings=asked.mapping, kind=kind)
    else:
        kind = asked.kind or sniffing.sniff_file(io.BytesIO(content), filename)
    source = importing.Source(filename, lambda: io.BytesIO(content), prepare)
    done = importing.import_file(database, name, source, kind, replaces=asked.replace)
    call.after.append(call.services.ring_generation)
    call.after.append(partial(call.services.ring_ratings, study_id))
    if done.refused and not done.used:
        _refuse(done.differing, [Refused.model_validate(each) for each in done.errors])
    return ImportReport(
        **{field: getattr(done, field) for field in _COUNTED},
        kind=kind,
        new_configurations=done.new_configurations,
        errors=[Refused.model_validate(each) for each in done.errors],
        notes=[
            *(f"{number} {told}" for told, number in done.near.items()),
            *dict.fromkeys(done.notes),
        ],
    )


_COUNTED = (
    *("added", "unchanged", "filled", "replaced", "refused", "differing"),
    *("votes_on_replaced", "new_prompts"),
)


@chapter.get("/export-formats", gives=ExportFormats)
def list_export_formats(call: Call) -> ExportFormats:
    """List the formats that preferences are exported in, and what loads each."""
    del call
    every = kinds.FORMATS.values()
    return ExportFormats(items=[ExportFormat(name=one.name, readers=one.readers) for one in every])


@chapter.get(
    "/studies/<name>/exports/<form>",
    asks=ExportAsked,
    role="researcher",
    conflicts=True,
    sends="application/zip",
)
def download_export(call: Call, name: str, form: str) -> Response:
    """Download what raters prefer, as a ZIP of files and their manifest.

    The same votes and policy give the same bytes, and so the same ETag. At most 50,000 votes.
    """
    asked = call.asked(ExportAsked)
    chosen = kinds.by_name(form)
    told = asked.model_dump(exclude={"test_share", "not_trained_on", "countries"})
    policy = Policy(
        **told,
        not_trained_on=_names("not_trained_on", asked.not_trained_on),
        countries=_names("countries", asked.countries),
    )
    _fold(call.services.database, name)
    with TemporaryDirectory() as place:
        exports.check_names(call.session, name, policy.not_trained_on)
        records = exports.of_study(call.session, name, call.services.signing_key.encode())
        known = exports.fingerprints(call.session, name)
        about = manifest.About(name, version("evenhand"), known)
        writing.write(Path(place), records, chosen, about, policy, Split(asked.test_share))
        contents = {path.name: path.read_bytes() for path in sorted(Path(place).iterdir())}
    called = f"{name}-{chosen.name}"
    answer = Response(study_writer.packed(called, contents), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{called}.zip"'
    return answer


def _fold(database: Database, name: str) -> None:
    """Count every vote before it is exported."""
    with database.reading() as session:
        if overviews.study(session, name).votes > MOST_VOTES:
            raise TooLarge(
                "This study has more than %(most)s votes. Use the command: evenhand export "
                "%(name)s --out FOLDER",
                most=f"{MOST_VOTES:,}",
                name=name,
            )
        study_id = lookup.find(session, name).id
    slow_work.fold_all(database, study_id)


def _names(parameter: str, told: str) -> tuple[str, ...]:
    if not told:
        return ()
    try:
        names: Any = json.loads(told)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        fault = Fault(detail='Write a JSON list such as ["A"].', parameter=parameter)
        raise BadRequest("The parameter %(name)s is no list of names.", [fault], name=parameter)
    return tuple(names)


def _file() -> tuple[str, bytes]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        fault = Fault(detail="Send the file as the part `file`, with its name.", pointer="/file")
        raise BadRequest("The form holds no file.", [fault])
    with sent.stream:
        content = sent.read(uploads.MOST_BYTES + 1)
    if len(content) > uploads.MOST_BYTES:
        raise uploads.UploadUnusable(
            "The file is larger than %(most)s MiB. Split it, or use the command evenhand import.",
            most=uploads.MOST_BYTES >> 20,
        )
    return uploads.shown_name(sent.filename), content


def _refuse_large(filename: str, content: bytes) -> None:
    found = rows.read(io.BytesIO(content), filename)
    if sum(1 for _ in islice(found, MOST_ROWS + 1)) > MOST_ROWS:
        raise TooLarge(
            "The file has more than %(most)s rows. Split it, or use the command evenhand import.",
            most=f"{MOST_ROWS:,}",
        )


def _refuse(differing: int, refused: list[Refused]) -> None:
    """Say why no row of a file could be used."""
    if differing:
        raise TextsDiffer(
            f"{differing} rows hold other texts than the study and changed nothing. If they are "
            "corrections, send the file again with `replace`."
        )
    faults = [Fault(detail=f"Line {one.line}: {one.message}", pointer="/file") for one in refused]
    raise BadRequest(
        "No row could be used. %(first)s", faults, first=faults[0].detail if faults else ""
    )
