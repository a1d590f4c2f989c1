"""Views that take a file, show what its columns mean and what it would bring, and import it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, cast

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service import importing, uploaded
from service.domain import intake
from service.errors import Invalid, ServiceError
from service.formats import mapping, rows
from service.formats.readings import Reading
from service.formats.study_file import StudyFile
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import intakes, previews, uploads
from service.usecases.sighted.studies.uploads import Upload
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access, import_words, set_up
from service.web.researcher.blueprint import studio

# A form has at most 100 parts.
MOST_COLUMNS = 80
# What is imported while somebody waits; a worker takes more.
MOST_ROWS = 20_000
_EXAMPLES = 3


class NoFile(Invalid):
    """The form came without a file."""


@dataclass(frozen=True)
class Column:
    """A column of a file: what stands in it first, and what it can mean."""

    id: str
    name: str
    examples: tuple[str, ...]
    meaning: str
    choices: list[import_words.Choices]


@studio.get("/studio/<name>/answers")
@access.role("researcher")
def show_answers(name: str) -> str:
    """Offer to bring answers and votes of one's own."""
    return _answers_page(name)


@studio.post("/studio/<name>/upload")
@access.role("researcher")
def upload_file(name: str) -> AnyResponse:
    """Keep a file, and go on to what its columns mean."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise NoFile("Choose a file first.")
        with sent.stream:
            file = cast("BinaryIO", sent.stream)
            token = uploaded.keep(services.current().database, name, sent.filename, file)
    except ServiceError as error:
        refused = set_up.Refused({}, (languages.message(error),))
        return make_response(_answers_page(name, refused), errors.status_of(error))
    return redirect(url_for("studio.show_upload", name=name, token=token), 303)


@studio.get("/studio/<name>/uploads/<token>")
@access.role("researcher")
def show_upload(name: str, token: str) -> str:
    """Show what the columns of a file mean, what it would bring, and what importing it did."""
    return _upload_page(name, token)


@studio.post("/studio/<name>/uploads/<token>")
@access.role("researcher")
def choose_meanings(name: str, token: str) -> AnyResponse:
    """Note what the columns mean, and show anew what the file would bring."""
    _note_choices(name, token)
    if request.headers.get("HX-Request") == "true":
        upload = _find(name, token)
        study = set_up.study_context(name)
        told = _told(upload, study["study"])
        return Response(render_template("studio/set_up/_preview.html", **study, **told))
    return redirect(url_for("studio.show_upload", name=name, token=token, _anchor="preview"), 303)


@studio.get("/studio/<name>/uploads/<token>/progress")
@access.role("researcher")
def upload_progress(name: str, token: str) -> Response:
    """Return how far a worker's import is, or 204 when the page shows just that."""
    with services.current().database.reading() as session:
        upload = uploads.find(session, name, token)
    if request.args.get("seen", "") == _seen(upload):
        return Response(status=204)
    page = render_template(
        "studio/set_up/_importing.html",
        name=name,
        upload=upload,
        seen=_seen(upload),
        is_importing=upload.state in intake.UNFINISHED,
    )
    return Response(page)


def _seen(upload: Upload) -> str:
    return f"{upload.state}-{upload.done}"


@studio.post("/studio/<name>/uploads/<token>/reading")
@access.role("researcher")
def choose_reading(name: str, token: str) -> AnyResponse:
    """Note whose file it is, and who answered where its rows do not say."""
    fields = forms.read_fields()
    names = [fields.get(each, "").strip() for each in ("answered", "answered_right")]
    try:
        with services.current().database.transaction() as session:
            given = [each for each in names if each]
            uploads.choose_reading(session, name, token, fields.get("shape", ""), given)
    except ServiceError as error:
        refused = set_up.Refused({}, (languages.message(error),))
        return make_response(_upload_page(name, token, refused), errors.status_of(error))
    return redirect(url_for("studio.show_upload", name=name, token=token, _anchor="preview"), 303)


@studio.post("/studio/<name>/uploads/<token>/import")
@access.role("researcher")
def import_upload(name: str, token: str) -> AnyResponse:
    """Import a file as its columns are said to mean; what that did stands on its page."""
    try:
        if "replace" not in request.form:
            _note_choices(name, token)
        _import(name, token)
    except ServiceError as error:
        refused = set_up.Refused({}, (languages.message(error),))
        return make_response(_upload_page(name, token, refused), errors.status_of(error))
    return redirect(url_for("studio.show_upload", name=name, token=token, _anchor="report"), 303)


@studio.post("/studio/<name>/uploads/<token>/keep")
@access.role("researcher")
def keep_texts(name: str, token: str) -> AnyResponse:
    """Leave the study's texts where the file has others."""
    with services.current().database.transaction() as session:
        uploads.settle(session, name, token)
    return redirect(url_for("studio.show_upload", name=name, token=token, _anchor="report"), 303)


@studio.post("/studio/<name>/uploads/<token>/discard")
@access.role("researcher")
def discard_upload(name: str, token: str) -> AnyResponse:
    """Forget a file; what was imported from it stays."""
    with services.current().database.transaction() as session:
        uploads.discard(session, name, token)
    flash(gettext("The file is removed. What was imported from it stays in the study."))
    return redirect(url_for("studio.list_prompts", name=name), 303)


def _import(name: str, token: str) -> None:
    upload = _find(name, token)
    bundle = services.current()
    _reading(upload)  # what cannot be imported is said at once
    replaces = request.form.get("replace") == "yes"
    if _is_large(upload):
        with bundle.database.transaction() as session:
            intakes.ask(session, name, token, replaces=replaces)
        bundle.ring_exports()
        return
    importing.import_upload(bundle.database, name, token, replaces=replaces)
    with bundle.database.reading() as session:
        study_id = lookup.find(session, name).id
    bundle.ring_generation()
    bundle.ring_ratings(study_id)


def _reading(upload: Upload) -> Reading:
    return previews.reading(lambda: _opened(upload), upload.name, upload.asked, upload.most)


def _opened(upload: Upload) -> BinaryIO:
    return uploaded.opened(services.current().database, upload)


def _is_large(upload: Upload) -> bool:
    """Tell whether an import takes longer than somebody waits: then a worker does it."""
    found = rows.read(_opened(upload), upload.name)
    return sum(1 for _ in islice(found, MOST_ROWS + 1)) > MOST_ROWS


def _note_choices(name: str, token: str) -> None:
    upload = _find(name, token)
    columns = mapping.header(previews.first_rows(upload.name, _opened(upload)))[:MOST_COLUMNS]
    fields = forms.read_fields()
    said = chosen_meanings(columns, fields)
    # Of a file that is read as a tool's the page does not ask what columns mean.
    meanings = upload.meanings if upload.shape else said
    most = forms.number(fields, "most", uploads.MOST_PROMPTS) or None
    with services.current().database.transaction() as session:
        uploads.choose(session, name, token, meanings, most)


def chosen_meanings(columns: Sequence[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form of boxes says that columns mean; those not to be imported are left out."""
    return {
        column: meaning
        for place, column in enumerate(columns[:MOST_COLUMNS])
        if (meaning := fields.get(f"c{place}", ""))
    }


def _find(name: str, token: str) -> Upload:
    with services.current().database.reading() as session:
        return uploads.find(session, name, token)


def _answers_page(name: str, refused: set_up.Refused | None = None) -> str:
    return render_template(
        "studio/set_up/answers.html",
        **set_up.study_context(name),
        held=set_up.held_files(name),
        most_megabytes=intake.MOST_BYTES >> 20,
        refused=refused,
    )


def _upload_page(name: str, token: str, refused: set_up.Refused | None = None) -> str:
    study = set_up.study_context(name)
    upload = _find(name, token)
    words = languages.words()
    first = previews.first_rows(upload.name, _opened(upload))
    columns = mapping.header(first)
    return render_template(
        "studio/set_up/upload.html",
        **study,
        **_told(upload, study["study"]),
        columns=_columns(columns[:MOST_COLUMNS], first, upload.meanings, study["study"]),
        more_columns=max(0, len(columns) - MOST_COLUMNS),
        shapes=import_words.shapes(),
        name=name,
        seen=_seen(upload),
        is_importing=upload.state in intake.UNFINISHED,
        refused=refused,
        report=import_words.report(upload.report, words) if upload.report else None,
    )


def _told(upload: Upload, study: StudyFile) -> dict[str, Any]:
    """Return what a preview says: what the file would bring, or why nothing can be imported."""
    words = languages.words()
    try:
        seen = previews.look(
            upload.name,
            _opened(upload),
            _reading(upload),
            study.render,
            shows_variables=study.sitting.shows_variables,
            fields={each.name: each.shows for each in study.configurations if each.shows},
        )
    except ServiceError as error:
        return {"upload": upload, "preview": None, "missing": languages.message(error)}
    missing = "" if seen.rows else words.gettext("No row of the file can be used.")
    return {
        "upload": upload,
        "preview": seen,
        "says": import_words.brings(seen, words),
        "doubts": import_words.doubts(seen, words),
        "missing": missing,
    }


def _columns(
    names: list[str], first: list[rows.Row], meanings: Mapping[str, str], study: StudyFile
) -> list[Column]:
    known = [each.name for each in study.configurations]
    words = languages.words()
    return [
        column(
            place,
            name,
            first,
            meanings,
            import_words.choices(name, meanings.get(name, ""), known, words),
        )
        for place, name in enumerate(names)
    ]


def column(
    place: int,
    name: str,
    first: Sequence[rows.Row],
    meanings: Mapping[str, str],
    choices: list[import_words.Choices],
) -> Column:
    """Return the box of a column: what stands in it first, and what it can mean."""
    return Column(
        id=f"c{place}",
        name=name,
        examples=_examples(name, first),
        meaning=meanings.get(name, ""),
        choices=choices,
    )


def _examples(name: str, first: Sequence[rows.Row]) -> tuple[str, ...]:
    held = (row.values.get(name) for row in first)
    shown = (str(value)[:80] for value in held if value not in (None, ""))
    return tuple(islice(dict.fromkeys(shown), _EXAMPLES))
