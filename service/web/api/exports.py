"""Routes of exports: what raters prefer, as files for trainers that a worker makes."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from flask import Response
from pydantic import Field

from service.formats.exports import kinds
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted.studies import export_files
from service.usecases.sighted.studies.export_files import ExportFile
from service.web import downloads
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter

chapter = Chapter("Exports", "What raters prefer, as files for trainers and for people.")
Counted = Literal["count", "ignore"]


class ExportFormat(Answer):
    """A format that preferences are exported in."""

    name: str
    readers: str = Field(description="What loads it.")


class ExportFormats(Answer):
    """All formats."""

    items: list[ExportFormat]


class NewExport(Asked):
    """An export to make: its format, and its policy, all of which stands in its manifest."""

    format: str = Field(kinds.DEFAULT, max_length=80)
    least_votes: int = Field(1, ge=1, le=1_000_000, description="Votes that a matchup needs.")
    least_agreement: float = Field(0.0, ge=0, le=1, description="Share for the preferred answer.")
    ties: Counted = Field("count", description="Whether they count in agreement and margin.")
    both_bad: Counted = "count"
    conflicts: bool = Field(default=True, description="Use matchups on which raters disagree.")
    strength: bool = Field(default=False, description="Much better counts twice in the margin.")
    flagged: Literal["drop", "keep"] = Field("drop", description="Votes of raters who flagged.")
    imported: bool = Field(default=True, description="Count votes that came from a file.")
    cut_off: bool = Field(default=True, description="Use answers that ended at their bound.")
    leaks: bool = Field(default=True, description="Use answers that name their maker.")
    balanced: bool = Field(
        default=False, description="Prefer longer answers as often as shorter ones."
    )
    not_trained_on: list[str] = Field(
        [], max_length=200, description="Configurations whose texts are never the preferred ones."
    )
    wins_as_labels: bool = Field(default=False, description="A win makes good, a loss makes bad.")
    redacted: bool = Field(default=False, description="Put personal data out of sight.")
    countries: list[str] = Field(
        list(Policy.countries), max_length=50, description="Whose phone numbers are known."
    )
    test_share: float = Field(0.1, ge=0, le=1, description="Of the prompts.")


class Export(Answer):
    """An export: about `done` of `matchups` are written; its file is there once it is ready."""

    token: str
    form: str
    state: Literal["waiting", "running", "ready", "failed"]
    done: int
    matchups: int
    rows: int
    size: int = Field(description="Of the ZIP, in bytes.")
    digest: str = Field(description="Its sha256, which is also the file's ETag.")
    note: str = Field(description="Why there is no file.")
    created_at: datetime
    expires_at: datetime


class ExportList(Answer):
    """The exports of a study that are kept, the newest first."""

    items: list[Export]


@chapter.get("/export-formats", gives=ExportFormats)
def list_export_formats(call: Call) -> ExportFormats:
    """List the formats that preferences are exported in, and what loads each."""
    del call
    every = kinds.FORMATS.values()
    return ExportFormats(items=[ExportFormat(name=one.name, readers=one.readers) for one in every])


@chapter.get("/studies/<name>/exports", gives=ExportList, role="researcher")
def list_exports(call: Call, name: str) -> ExportList:
    """List exports with how far each is; none while the study is sealed."""
    found = export_files.held(call.session, name, call.now)
    return ExportList(items=[Export.model_validate(each) for each in found])


@chapter.post("/studies/<name>/exports", gives=Export, takes=NewExport, status=HTTPStatus.ACCEPTED)
def create_export(call: Call, name: str) -> ExportFile:
    """Have a worker make an export; ask for it until it is ready, then fetch its file."""
    sent = call.sent(NewExport)
    told = sent.model_dump(exclude={"format", "test_share", "not_trained_on", "countries"})
    policy = Policy(
        **told,
        not_trained_on=tuple(sorted(set(sent.not_trained_on))),
        countries=tuple(sent.countries),
    )
    split = Split(sent.test_share)
    token = export_files.ask(call.session, name, sent.format, policy, split, call.now)
    call.after.append(call.services.ring_exports)
    return export_files.find(call.session, name, token, call.now)


@chapter.get("/studies/<name>/exports/<token>", gives=Export, role="researcher", conflicts=True)
def get_export(call: Call, name: str, token: str) -> ExportFile:
    """Tell how far an export is."""
    return export_files.find(call.session, name, token, call.now)


@chapter.get(
    "/studies/<name>/exports/<token>/file",
    role="researcher",
    conflicts=True,
    sends="application/zip",
    in_parts=True,
)
def download_export(call: Call, name: str, token: str) -> Response:
    """Fetch an export's file, a ZIP with its manifest, or the part that `Range` asks for."""
    return downloads.send(call.services.database, name, token)


@chapter.delete("/studies/<name>/exports/<token>")
def discard_export(call: Call, name: str, token: str) -> None:
    """Forget an export and its file; it can be made again at any time."""
    export_files.discard(call.session, name, token, call.now)
