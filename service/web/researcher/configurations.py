"""Views of what competes: its form with documents and examples, and two of it side by side."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain import entry_differences, intake
from service.domain.retrieval import Collection
from service.errors import Invalid
from service.formats import documents, encodings, study_writer
from service.usecases.sighted.generation import reach
from service.usecases.sighted.studies import editing, filing, uploads
from service.web import languages, services
from service.web.languages import gettext
from service.web.researcher import access, configuration_fields, fields, set_up
from service.web.researcher.blueprint import studio

_MOST_VARIABLES = 30


class NoDocuments(Invalid):
    """No file was chosen, or more than a page takes."""


@studio.get("/studio/<name>/configurations")
@access.role("researcher")
def list_configurations(name: str) -> str:
    """List what competes, each with a way to change it."""
    return render_template("studio/set_up/configurations.html", **set_up.study_context(name))


@studio.get("/studio/<name>/configuration")
@access.role("researcher")
def show_configuration(name: str) -> str:
    """Show the form of one configuration: of a new one, of a copy, or of one that is there."""
    return _page(name)


@studio.post("/studio/<name>/configuration")
@access.role("researcher")
def save_configuration(name: str) -> AnyResponse:
    """Add a configuration, or change the one that the address names."""
    return set_up.saved(
        lambda session: _save(session, name),
        lambda refused: _page(name, refused),
        url_for("studio.list_configurations", name=name),
    )


@studio.post("/studio/<name>/configuration/documents")
@access.role("researcher")
def save_with_documents(name: str) -> AnyResponse:
    """Save a configuration, and let it retrieve from the files that come with it."""
    wanted = request.form.get("name", "").strip()
    return set_up.saved(
        lambda session: _save(session, name, with_documents=True),
        lambda refused: _page(name, refused),
        url_for("studio.show_configuration", name=name, of=wanted, _anchor="documents"),
    )


@studio.post("/studio/<name>/configuration/remove")
@access.role("researcher")
def remove_configuration(name: str) -> AnyResponse:
    """Take a configuration out of a draft, or out of service once the study is open."""
    which = request.form.get("which", "")
    with services.current().database.transaction() as session:
        editing.remove_configuration(session, name, which, now(session))
    flash(languages.words().gettext("%(name)s is taken out.", name=which))
    return redirect(url_for("studio.list_configurations", name=name), 303)


@studio.get("/studio/<name>/configurations/compare")
@access.role("researcher")
def compare_configurations(name: str) -> str:
    """Set two configurations side by side, field by field, and long texts line by line."""
    study = set_up.study_context(name)
    told = {each["name"]: each for each in _entries(study)}
    known = list(told)
    one = request.args.get("one", known[0] if known else "")
    other = request.args.get("other", known[1] if len(known) > 1 else "")
    if known and not {one, other} - {""} <= told.keys():
        raise editing.UnknownPart("The study has no configuration of that name. Reload the page.")
    differing: tuple[entry_differences.Difference, ...] = ()
    if one in told and other in told:
        differing = entry_differences.between(told[one], told[other])
    return render_template(
        "studio/set_up/compare.html",
        **study,
        known=known,
        one=one,
        other=other,
        differing=differing,
    )


def _save(session: Session, name: str, *, with_documents: bool = False) -> object:
    former = request.args.get("of")
    context = set_up.study_context(name)
    entry = _entry(context, former or request.args.get("like"))
    held = entry.get("retrieval", {}).get("collection", "")
    fields.fill(entry, _groups(context), request.form)
    retrieval = entry.get("retrieval", {})
    retrieved = _sent(session, name, str(held)) if with_documents else None
    if retrieved is None and not retrieval.get("collection"):
        entry.pop("retrieval", None)
    return editing.set_configuration(session, name, former, entry, now(session), retrieved)


def _sent(session: Session, name: str, held: str) -> Collection:
    """Return the documents that were sent, beside those that are held where that is wanted."""
    files = [each for each in request.files.getlist("documents") if each.filename]
    if not files:
        raise NoDocuments("Choose at least one file first.")
    read: list[tuple[str, bytes]] = []
    for each in files:
        called = uploads.shown_name(each.filename or "")
        with each.stream:
            content = each.read(intake.MOST_HELD_BYTES + 1)
        is_text = called.lower().endswith(documents.TEXT_ENDINGS)
        read.append((called, encodings.as_utf8(content)[0] if is_text else content))
    made = documents.collect(read)
    if request.form.get("how") != "beside" or not held:
        return made
    return documents.joined(editing.documents_of(session, name, held), made)


def _entries(context: dict[str, Any]) -> list[editing.Told]:
    found: list[editing.Told] = study_writer.told(context["study"]).get("configurations", [])
    return found


def _entry(context: dict[str, Any], which: str | None) -> editing.Told:
    """Return what the file says of a configuration; nothing of a new one."""
    return next((dict(each) for each in _entries(context) if each["name"] == which), {})


def _groups(context: dict[str, Any]) -> tuple[fields.Group, ...]:
    named = study_writer.told(context["study"]).get("collections", {})
    return (*configuration_fields.CONFIGURATION, configuration_fields.of_documents(named))


def _page(name: str, refused: set_up.Refused | None = None) -> str:
    context = set_up.study_context(name)
    former = request.args.get("of")
    told = _entry(context, former or request.args.get("like"))
    if former is not None and not told:
        raise editing.UnknownPart("The study has no configuration of that name. Reload the page.")
    if former is None:
        told.pop("name", None)
    *groups, of_documents = set_up.shown(_groups(context), told, refused)
    held = told.get("retrieval", {}).get("collection", "")
    with services.current().database.reading() as session:
        here = editing.documents_of(session, name, held) if held else ()
        offered = reach.offered(session)
    return render_template(
        "studio/set_up/configuration.html",
        **context,
        former=former,
        groups=groups,
        of_documents=of_documents,
        documents=here,
        offered=offered,
        variables=filing.variables_of(context["study"])[:_MOST_VARIABLES],
        retrieves=bool(held),
        endings=",".join(documents.ENDINGS),
        refused=refused,
        heading=former or gettext("New configuration"),
    )
