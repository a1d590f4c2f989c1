"""Routes of imports: prompts, answers and votes that people have in files."""

import io
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import BinaryIO, Literal, cast

from flask import request
from pydantic import Field, Json

from service import importing, uploaded
from service.domain.replacing import TextsDiffer
from service.errors import Conflict
from service.formats import readings, rows
from service.usecases.sighted.studies import imports, uploads
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.problems import BadRequest, Fault

chapter = Chapter("Imports", "Prompts, answers and votes out of files.")
# What is done while a program waits; more is for the command line.
MOST_ROWS = 20_000


class TooLarge(Conflict):
    """It takes longer than a program should wait for an answer."""


class ImportAsked(Asked):
    """How a file is read."""

    replace: bool = Field(
        default=False, description="Let other texts take the place of those there."
    )
    mapping: Json[dict[str, str]] | None = Field(
        None,
        description="What columns mean, as a JSON object such as "
        '`{"Frage": "prompt", "Modell A": "answer:Model A"}`; the others are left out.',
    )
    shape: str = Field(
        "",
        description="Whose file it is, such as `promptfoo`; seen by its structure where absent.",
    )
    configurations: Json[list[str]] | None = Field(
        None,
        description="Who answered, where rows do not say, as a JSON list: one name for answers, "
        "two (left, right) for pairs.",
    )


class Import(ImportAsked):
    """How a file is read; the file itself is the part `file` of the form."""

    kind: Literal["prompts", "completions", "votes", "battles"] | None = Field(
        None, description="What it holds; found out by its columns where absent."
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
    thin: int = Field(
        description="Prompts of the file with fewer than two different answers: not dealt."
    )
    by_models: int = Field(
        description="Votes that were a model's verdicts: kept, and left out of results."
    )
    errors: list[Refused] = Field(description="The first hundred that were refused.")
    notes: list[str]


@chapter.post(
    "/studies/<name>/imports",
    gives=ImportReport,
    takes=Import,
    body="file",
    is_one_transaction=False,
)
def import_file(call: Call, name: str) -> ImportReport:
    """Bring prompts, completions, votes or battles from a file into a study, each once.

    JSONL, JSON, CSV, TSV, XLSX or Parquet, perhaps packed by gzip, with at most 100 MB and 20,000
    rows. Files of other tools are known by their structure.
    """
    asked = call.sent(Import)
    filename, open_file = sent_file()
    database = call.services.database
    with database.reading() as session:
        study_id = imports.target(session, name).study_id
    _refuse_large(filename, open_file)
    how = readings.of_file(
        open_file,
        filename,
        readings.Asked(
            asked.kind,
            shape=asked.shape,
            names=asked.configurations or (),
            meanings=asked.mapping or None,
        ),
    )
    source = importing.Source(filename, open_file, how.prepare, how.said)
    done = importing.import_file(database, name, source, how.kind, replaces=asked.replace)
    kind = how.kind
    call.after.append(call.services.ring_generation)
    call.after.append(partial(call.services.ring_ratings, study_id))
    if done.refused and not done.used:
        _refuse(done.differing, [Refused.model_validate(each) for each in done.errors])
    return ImportReport(
        **{field: getattr(done, field) for field in _COUNTED},
        kind=kind,
        new_configurations=done.new_configurations,
        thin=importing.thin_prompts(database, done),
        by_models=done.by_models.total(),
        errors=[Refused.model_validate(each) for each in done.errors],
        notes=done.told,
    )


_COUNTED = (
    *("added", "unchanged", "filled", "replaced", "refused", "differing"),
    *("votes_on_replaced", "new_prompts"),
)


def sent_file() -> tuple[str, Callable[[], BinaryIO]]:
    """Return the name of the file that came with a form, and what opens it.

    Raises
    ------
    BadRequest, UploadUnusable
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        fault = Fault(detail="Send the file as the part `file`, with its name.", pointer="/file")
        raise BadRequest("The form holds no file.", [fault])
    uploads.check_size(sent.stream.seek(0, io.SEEK_END))
    return uploads.shown_name(sent.filename), partial(uploaded.lent, cast("BinaryIO", sent.stream))


def _refuse_large(filename: str, open_file: Callable[[], BinaryIO]) -> None:
    found = rows.read(open_file(), filename)
    if sum(1 for _ in islice(found, MOST_ROWS + 1)) > MOST_ROWS:
        raise TooLarge(
            "The file has more than %(most)s rows. Send it to `/intakes`, where a worker imports "
            "it, or use the command evenhand import.",
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
