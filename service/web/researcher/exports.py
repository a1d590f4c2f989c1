"""Views of exports: asked for with their policy, watched while a worker makes them, and fetched."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import ServiceError
from service.formats.exports import kinds
from service.formats.exports.policy import Policy, Split
from service.reporting.words import msgid
from service.usecases.sighted.studies import export_files, exports, heads
from service.usecases.sighted.studies.export_files import ExportFile
from service.web import downloads, errors, forms, languages, services
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_MOST_VOTES = 1_000_000
_LONGEST_LIST = 80
# Who reads a format, where that is no trainer's name.
_READERS = {
    "trl-dpo-parquet": msgid("TRL DPO, in Parquet with types"),
    "canonical": msgid("analysis: all that is known of every matchup"),
    "canonical-parquet": msgid("analysis: the same in Parquet, with types"),
    "arena": msgid("analysis: one row a vote"),
    "csv": msgid("people, in a spreadsheet"),
}


@dataclass(frozen=True)
class Row:
    """An export as the page shows it: its share done in words, its size, and until when it is."""

    file: ExportFile
    says: str
    size: str
    until: str
    note: str


@studio.get("/studio/<name>/exports")
@access.role("researcher")
def list_exports(name: str) -> str:
    """Show the exports of a study, and offer to make one."""
    return _page(name)


@studio.get("/studio/<name>/exports/progress")
@access.role("researcher")
def exports_progress(name: str) -> Response:
    """Return the list of exports where it has changed since it was seen."""
    context = _context(name)
    if request.args.get("seen") == context["seen"]:
        return Response(status=204)
    return Response(render_template("studio/_exports.html", **context))


@studio.post("/studio/<name>/exports")
@access.role("researcher")
def ask_export(name: str) -> AnyResponse:
    """Ask for an export; a worker makes it."""
    bundle = services.current()
    try:
        wanted, split = _asked()
        form = forms.text(forms.read_fields(), "format", _LONGEST_LIST, default=kinds.DEFAULT)
        with bundle.database.transaction() as session:
            export_files.ask(session, name, form, wanted, split, now(session))
    except ServiceError as error:
        if errors.wants_json():
            raise
        return make_response(_page(name, languages.message(error)), errors.status_of(error))
    bundle.ring_exports()
    return redirect(url_for("studio.list_exports", name=name, _anchor="made"), 303)


@studio.get("/studio/<name>/exports/<token>")
@access.role("researcher")
def fetch_export(name: str, token: str) -> Response:
    """Send an export's file, or the part of it that a browser still lacks."""
    return downloads.send(services.current().database, name, token)


@studio.post("/studio/<name>/exports/<token>/discard")
@access.role("researcher")
def discard_export(name: str, token: str) -> AnyResponse:
    """Forget an export and its file."""
    with services.current().database.transaction() as session:
        export_files.discard(session, name, token, now(session))
    return redirect(url_for("studio.list_exports", name=name), 303)


def _asked() -> tuple[Policy, Split]:
    fields = forms.read_fields()

    def number(name: str, most: int, usual: int) -> int:
        value = forms.number(fields, name, most)
        return usual if value is None else value

    def is_on(name: str) -> bool:
        return fields.get(name) == "yes"

    countries = forms.text(fields, "phones_of", _LONGEST_LIST, default="")
    policy = Policy(
        least_votes=number("least_votes", _MOST_VOTES, 1),
        least_agreement=number("least_agreement", 100, 0) / 100,
        ties="ignore" if is_on("ignore_ties") else "count",
        both_bad="ignore" if is_on("ignore_both_bad") else "count",
        conflicts=not is_on("no_conflicts"),
        strength=is_on("strength"),
        flagged="keep" if is_on("keep_flagged") else "drop",
        imported=not is_on("no_imported"),
        cut_off=not is_on("no_cut_off"),
        leaks=not is_on("no_leaks"),
        balanced=is_on("balance_length"),
        not_trained_on=tuple(sorted(set(request.form.getlist("not_trained_on")))),
        wins_as_labels=is_on("wins_as_labels"),
        redacted=is_on("redact"),
        countries=tuple(countries.upper().replace(",", " ").split()) or Policy.countries,
    )
    return policy, Split(number("test_share", 100, 10) / 100)


def _page(name: str, refused: str = "") -> str:
    bundle = services.current()
    with bundle.database.reading() as session:
        configurations = exports.names(session, name)
    words = languages.words()
    formats = {
        form.name: words.gettext(_READERS[form.name]) if form.name in _READERS else form.readers
        for form in kinds.FORMATS.values()
    }
    return render_template(
        "studio/exports.html",
        **_context(name),
        formats=formats,
        configurations=configurations,
        refused=refused,
    )


def _context(name: str) -> dict[str, object]:
    words = languages.words()
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        files = export_files.held(session, name, now(session))
    rows = [
        Row(
            file,
            words.gettext(
                "%(done)s of %(all)s matchups",
                done=words.count(file.done),
                all=words.count(file.matchups),
            ),
            words.gettext("%(size)s kB", size=words.count(-(-file.size // 1000))),
            words.moment(file.expires_at),
            languages.told(file.note),
        )
        for file in files
    ]
    seen = "-".join(f"{file.token[:6]}{file.state[0]}{file.done}" for file in files)
    return {
        "study": study,
        "rows": rows,
        "seen": seen or "none",
        "is_live": any(file.is_unfinished for file in files),
    }
