"""Routes of imports that take longer than a program waits: a worker does them, file by file."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from pydantic import Field

from service import uploaded
from service.domain import intake
from service.formats import readings, said
from service.usecases.sighted.studies import intakes, uploads
from service.usecases.sighted.studies.uploads import Upload
from service.web.api import imports
from service.web.api.calls import Call
from service.web.api.imports import ImportAsked, Refused
from service.web.api.operations import Answer, Chapter

chapter = Chapter("Intakes", "Files that a worker imports, and how far each is.")


class NewIntake(ImportAsked):
    """How a file is read; the file itself is the part `file` of the form."""

    most: int | None = Field(
        None, ge=1, le=uploads.MOST_PROMPTS, description="So many of its prompts at most."
    )


class IntakeReport(Answer):
    """What an import did, in rows; sent again it adds nothing."""

    kind: str
    added: int
    unchanged: int
    filled: int
    replaced: int
    refused: int
    differing: int = Field(description="Other texts than the study has: they need `replace`.")
    votes_on_replaced: int
    new_prompts: int
    new_configurations: list[str] = Field(description="The first ten.")
    thin: int = Field(description="Prompts with fewer than two different answers: not dealt.")
    errors: list[Refused] = Field(description="The first hundred that were refused.")
    notes: list[str]


class Intake(Answer):
    """An uploaded file: `kept` until somebody has it imported, then where that is."""

    token: str
    address: str = Field(description="Ask here how far it is.")
    filename: str
    size: int = Field(description="In bytes.")
    state: Literal["kept", "waiting", "running", "done", "failed"]
    done: int = Field(description="Rows that are in already.")
    note: str = Field(description="Why it failed.")
    report: IntakeReport | None = Field(description="Null until it has ended.")
    created_at: datetime


class IntakeList(Answer):
    """The files of a study that are kept, the newest first: ten at most, for a week."""

    items: list[Intake]


def _prepare(call: Call) -> None:
    """Read the file, and say at once where it cannot be imported as it is asked for."""
    asked = call.sent(NewIntake)
    filename, open_file = imports.sent_file()
    readings.of_file(
        open_file,
        filename,
        readings.Asked(
            shape=asked.shape, names=asked.configurations or (), meanings=asked.mapping or None
        ),
    )
    with open_file() as file:
        call.prepared["file"] = uploaded.arrive(
            call.services.database, call.address["name"], filename, file
        )


@chapter.post(
    "/studies/<name>/intakes",
    gives=Intake,
    takes=NewIntake,
    body="file",
    status=HTTPStatus.ACCEPTED,
    prepare=_prepare,
)
def create_intake(call: Call, name: str) -> Intake:
    """Have a worker import a file; ask at its address until it is done.

    As `import_file`, with up to 1,000,000 rows in 100 MB, which gzip may pack. Raters go on
    meanwhile; what one worker began, another one ends.
    """
    asked = call.sent(NewIntake)
    token = uploads.complete(call.session, call.prepared["file"])
    if asked.mapping or asked.most is not None:
        known = uploads.find(call.session, name, token)
        meanings = asked.mapping or known.meanings
        uploads.choose(call.session, name, token, meanings, asked.most)
    if asked.shape or asked.mapping or asked.configurations:
        names = asked.configurations or ()
        uploads.choose_reading(call.session, name, token, asked.shape, names)
    intakes.ask(call.session, name, token, replaces=asked.replace)
    call.after.append(call.services.ring_exports)
    return _told(name, uploads.find(call.session, name, token))


@chapter.get("/studies/<name>/intakes", gives=IntakeList, role="researcher")
def list_intakes(call: Call, name: str) -> IntakeList:
    """List the files of a study that are kept, those of its pages too."""
    found = uploads.held(call.session, name)
    return IntakeList(items=[_told(name, each) for each in found])


@chapter.get("/studies/<name>/intakes/<token>", gives=Intake, role="researcher")
def get_intake(call: Call, name: str, token: str) -> Intake:
    """Tell how far an import is, and at its end what it did."""
    return _told(name, uploads.find(call.session, name, token))


@chapter.delete("/studies/<name>/intakes/<token>")
def discard_intake(call: Call, name: str, token: str) -> None:
    """Forget a file, and end its import; what is in already stays."""
    uploads.discard(call.session, name, token)


def _told(name: str, upload: Upload) -> Intake:
    report = dict(upload.report)
    state: Any = str(upload.state)
    if upload.state not in intake.UNFINISHED:
        state = "failed" if "failed" in report else "done" if report else "kept"
    return Intake(
        token=upload.token,
        address=f"/api/v1/studies/{name}/intakes/{upload.token}",
        filename=upload.name,
        size=upload.size,
        state=state,
        done=upload.done,
        note=said.from_stored(report["failed"]) if state == "failed" else "",
        report=_report(report) if state == "done" else None,
        created_at=upload.created_at,
    )


def _report(kept: dict[str, Any]) -> IntakeReport:
    errors = [Refused(line=each["line"], message=said.from_stored(each)) for each in kept["errors"]]
    # Reports of an earlier version hold plain texts.
    notes = [each if isinstance(each, str) else said.from_stored(each) for each in kept["notes"]]
    return IntakeReport.model_validate({"thin": 0, **kept, "errors": errors, "notes": notes})
