"""Views of a study as files: what makes it, another study out of it, and what raters prefer."""

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service import slow_work
from service.database import now
from service.errors import Conflict
from service.formats import study_writer
from service.formats.exports import kinds, manifest, writing
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import exports, filing, overviews
from service.web import forms, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

MAX_TITLE = 200
# Beyond so many votes an export takes longer than a browser likes to wait.
MOST_VOTES = 50_000


class ExportTooLarge(Conflict):
    """The study has more votes than a page exports while somebody waits."""


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


@studio.post("/studio/<name>/duplicate")
@access.role("researcher")
def duplicate_study(name: str) -> AnyResponse:
    """Make a draft out of a study's file, under another title."""
    title = forms.text(forms.read_fields(), "title", MAX_TITLE, default="")
    with services.current().database.transaction() as session:
        made = filing.duplicate(session, name, title, now(session))
    flash(gettext("This is a draft with the same configurations, prompts and settings."))
    return redirect(url_for("studio.show_study", name=made), 303)


@studio.get("/studio/<name>/export")
@access.role("researcher")
def export(name: str) -> Response:
    """Send what raters prefer in the format that was chosen, as a ZIP."""
    form = kinds.by_name(request.args.get("format", kinds.DEFAULT))
    bundle = services.current()
    with bundle.database.reading() as session:
        if overviews.study(session, name).votes > MOST_VOTES:
            raise ExportTooLarge(
                "This study has too many votes to be exported here. Use the command: "
                "evenhand export %(name)s --format %(form)s --out FOLDER",
                name=name,
                form=form.name,
            )
        study_id = lookup.find(session, name).id
    slow_work.fold_all(bundle.database, study_id)
    with TemporaryDirectory() as place, bundle.database.reading() as session:
        records = exports.of_study(session, name, bundle.signing_key.encode())
        about = manifest.About(name, version("evenhand"), exports.fingerprints(session, name))
        writing.write(Path(place), records, form, about)
        contents = {path.name: path.read_bytes() for path in sorted(Path(place).iterdir())}
    called = f"{name}-{form.name}"
    return _attached(study_writer.packed(called, contents), f"{called}.zip", "application/zip")


def _attached(content: bytes, filename: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
