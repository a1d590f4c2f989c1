"""Views of a file for a prompt set: what its columns mean, what it would bring, and its version."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import ServiceError
from service.usecases.sighted.studies import set_uploads
from service.usecases.sighted.studies.set_uploads import Opened
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access, import_words, uploads
from service.web.researcher.blueprint import studio


@studio.get("/studio/_sets/_files/<token>")
@access.role("researcher")
def show_set_file(token: str) -> str:
    """Show what the columns of a file mean, and what it would bring."""
    return _page(token)


@studio.post("/studio/_sets/_files/<token>")
@access.role("researcher")
def map_set_file(token: str) -> AnyResponse:
    """Note what the columns mean, and show anew what the file would bring."""
    _note_choices(token)
    if request.headers.get("HX-Request") == "true":
        return Response(render_template("studio/sets/_preview.html", **_told(_opened(token))))
    return redirect(url_for("studio.show_set_file", token=token, _anchor="preview"), 303)


@studio.post("/studio/_sets/_files/<token>/take")
@access.role("researcher")
def take_set_file(token: str) -> AnyResponse:
    """Make the set or version that the file is for, its columns as they are said to mean."""
    account = access.current_or_none()
    by = "" if account is None else account.name
    try:
        _note_choices(token)
        database = services.current().database
        with database.reading() as session:
            ready = set_uploads.read(session, token)
        with database.transaction() as session:
            made = set_uploads.take(session, token, ready, by, now(session))
    except ServiceError as error:
        return make_response(_page(token, languages.message(error)), errors.status_of(error))
    read = ready.read
    if read.bad_rows:
        told = languages.words().ngettext(
            "%(number)s row could not be used: %(rows)s",
            "%(number)s rows could not be used: %(rows)s",
            read.bad_rows,
            rows="; ".join(read.bad),
        )
        flash(told)
    return redirect(url_for("studio.show_set", prompt_set=made.name), 303)


@studio.post("/studio/_sets/_files/<token>/discard")
@access.role("researcher")
def discard_set_file(token: str) -> AnyResponse:
    """Forget a file; nothing was made of it."""
    with services.current().database.transaction() as session:
        was = set_uploads.discard(session, token)
    flash(gettext("The file is removed. Nothing was made of it."))
    if was.prompt_set:
        return redirect(url_for("studio.show_set", prompt_set=was.prompt_set), 303)
    return redirect(url_for("studio.list_sets"), 303)


def _opened(token: str) -> Opened:
    with services.current().database.reading() as session:
        return set_uploads.opened(session, token)


def _note_choices(token: str) -> None:
    said = uploads.chosen_meanings(_opened(token).columns, forms.read_fields())
    with services.current().database.transaction() as session:
        set_uploads.choose(session, token, said)


def _page(token: str, problem: str = "") -> str:
    found = _opened(token)
    columns, choices = found.columns, import_words.of_prompts(languages.words())
    return render_template(
        "studio/sets/file.html",
        **_told(found),
        problem=problem,
        encoding=found.encoding,
        columns=[
            uploads.column(place, name, found.first, found.upload.meanings, choices)
            for place, name in enumerate(columns[: uploads.MOST_COLUMNS])
        ],
        more_columns=max(0, len(columns) - uploads.MOST_COLUMNS),
    )


def _told(found: Opened) -> dict[str, object]:
    """Return what a preview says: what the file would bring, or why no set can be made of it."""
    words = languages.words()
    try:
        seen = found.preview()
    except ServiceError as error:
        return {"upload": found.upload, "preview": None, "missing": languages.message(error)}
    return {
        "upload": found.upload,
        "preview": seen,
        "says": import_words.brings(seen, words),
        "doubts": import_words.doubts(seen, words),
        "missing": "" if seen.rows else words.gettext("No row of the file can be used."),
    }
