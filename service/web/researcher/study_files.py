"""Views of a study as a file: what makes it, all of it, and another study out of it."""

import tempfile
from importlib.metadata import version

from flask import Response, flash, redirect, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.formats import study_writer
from service.usecases.sighted.studies import filing, packing
from service.web import forms, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

MAX_TITLE = 200
# Beyond so many votes packing takes longer than a browser likes to wait.
MOST_VOTES = 50_000


@studio.get("/studio/<name>/file")
@access.role("viewer")
def download_file(name: str) -> Response:
    """Send the file that makes a study; with documents beside it, a ZIP of both."""
    with services.current().database.reading() as session:
        file = filing.file_of(session, name)
    if file.collections:
        return _attached(study_writer.archive(file), f"{file.name}.zip", "application/zip")
    text = study_writer.text(study_writer.told(file))
    return _attached(text.encode(), f"{file.name}.yaml", "application/yaml; charset=utf-8")


@studio.get("/studio/<name>/pack")
@access.role("researcher")
def download_pack(name: str) -> Response:
    """Send all of a study in one archive."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        with services.current().database.reading() as session:
            packing.pack(session, name, version("evenhand"), file, MOST_VOTES)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return send_file(file, "application/zip", as_attachment=True, download_name=f"{name}.zip")


@studio.post("/studio/<name>/duplicate")
@access.role("researcher")
def duplicate_study(name: str) -> AnyResponse:
    """Make a draft out of a study's file, under another title."""
    title = forms.text(forms.read_fields(), "title", MAX_TITLE, default="")
    bundle = services.current()
    with bundle.database.transaction() as session:
        made = filing.duplicate(session, name, title, now(session))
    bundle.ring_generation()  # answers that were imported are made fit to show anew
    flash(gettext("This is a draft with the same configurations, prompts and settings."))
    return redirect(url_for("studio.show_study", name=made), 303)


def _attached(content: bytes, filename: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
