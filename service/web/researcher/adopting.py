"""The view that makes a draft of another tool's configuration."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service import importing
from service.errors import Invalid, ServiceError
from service.formats import promptfoo_config, study_file
from service.formats.promptfoo_config import ConfigUnusable
from service.usecases.sighted.studies import filing, uploads
from service.web import errors, forms, languages, services
from service.web.researcher import access, set_up
from service.web.researcher.blueprint import studio
from service.web.security import MAX_BODY_BYTES


class ConfigMissing(Invalid):
    """The form came without a file."""


@studio.post("/studio/new/promptfoo")
@access.role("researcher")
def adopt_promptfoo() -> AnyResponse:
    """Make a draft of a configuration of promptfoo, and go on to its configurations."""
    title = forms.text(forms.read_fields(), "title", set_up.MAX_TITLE, default="").strip()
    try:
        name = _adopt(title)
    except ServiceError as error:
        page = set_up.new_page(title, "", languages.message(error))
        return make_response(page, errors.status_of(error))
    return redirect(url_for("studio.list_configurations", name=name), 303)


def _adopt(title: str) -> str:
    sent = request.files.get("config")
    if sent is None or not sent.filename:
        raise ConfigMissing("Choose a file first.")
    source = uploads.shown_name(sent.filename)
    with sent.stream:
        content = sent.read(MAX_BODY_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigUnusable(
            "%(source)s is not UTF-8 text. Save it as UTF-8.", source=source
        ) from None
    made = promptfoo_config.adopt(text, source, _refuse)
    told = {**made.text, "title": title or made.text["title"]}
    database = services.current().database
    with database.reading() as session:
        told["name"] = filing.free_name(session, told["title"])
    importing.apply_file(database, study_file.check(told, {}, source))
    for note in made.notes:
        flash(languages.told(note))
    return str(told["name"])


def _refuse(name: str) -> str:
    raise ConfigUnusable(
        "The configuration names another file (%(name)s), which was not uploaded with it. Write "
        "its text into the configuration, or use the command evenhand study adopt.",
        name=name[:60],
    )
