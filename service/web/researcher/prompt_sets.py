"""Views of prompt sets: their list, one with its versions, new versions, and the way to studies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.domain import intake
from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind
from service.errors import ServiceError
from service.reporting import set_words
from service.usecases.sighted.studies import prompt_sets, set_files, set_uploads, taking
from service.usecases.sighted.studies.set_uploads import Target
from service.web import errors, forms, languages, services
from service.web.researcher import access, set_up
from service.web.researcher.blueprint import studio

MOST_SHOWN = 100
MOST_CHANGES = 20
# As much as a form takes; larger sets are edited as files.
MOST_EDITED = 200_000
_LONGEST = 900_000
# A prompt of more turns is edited as text.
MOST_TURNS = 20


@dataclass(frozen=True)
class Typed:
    """What a form was refused for, and what was typed there."""

    problem: str = ""
    title: str = ""
    prompts: str = ""
    edited: str = ""
    note: str = ""


NOTHING = Typed()


@studio.get("/studio/_sets/")
@access.role("viewer")
def list_sets() -> str:
    """List the prompt sets, with a form to make one."""
    return _list_page(NOTHING)


@studio.post("/studio/_sets/")
@access.role("researcher")
def make_set() -> AnyResponse:
    """Make a set of what was typed or pasted."""
    typed = _typed()
    found = set_files.pasted(typed.prompts, by_line=_by_line(), tags=_tags())
    try:
        with services.current().database.transaction() as session:
            origin = Origin(OriginKind.HAND)
            made = prompt_sets.make(session, typed.title, found, origin, _by(), now(session))
    except ServiceError as error:
        return _refused(error, lambda problem: _list_page(_with(typed, problem)))
    return redirect(url_for("studio.show_set", prompt_set=made.name), 303)


@studio.post("/studio/_sets/upload")
@access.role("researcher")
def upload_set() -> AnyResponse:
    """Keep a file for a set, or the next version of one, and go on to what its columns mean."""
    sent = request.files.get("file")
    wanted, typed = forms.storable(request.form.get("prompt_set", "")), _typed()
    target = Target(wanted, typed.title, typed.note, keeps="add" in request.form)
    try:
        if sent is None or not sent.filename:
            raise set_files.SetFileInvalid("Choose a file first.")
        with sent.stream:
            content = sent.read(intake.MOST_HELD_BYTES + 1)
        with services.current().database.transaction() as session:
            kept = set_uploads.keep(session, target, sent.filename, content, now(session))
    except ServiceError as error:
        if wanted:
            return _refused(error, lambda problem: _set_page(wanted, _with(typed, problem)))
        return _refused(error, lambda problem: _list_page(_with(typed, problem)))
    return redirect(url_for("studio.show_set_file", token=kept), 303)


@studio.get("/studio/_sets/<prompt_set>")
@access.role("viewer")
def show_set(prompt_set: str) -> str:
    """Show a set: its versions, what changed, and the prompts of one of them."""
    return _set_page(prompt_set, NOTHING)


@studio.get("/studio/_sets/<prompt_set>/file")
@access.role("viewer")
def download_set(prompt_set: str) -> Response:
    """Send a version with one JSON object a line."""
    with services.current().database.reading() as session:
        used = prompt_sets.version_of(session, prompt_set, _number("version"))
        text = set_files.written(prompt_sets.prompts_of(session, prompt_set, used.version))
    answer = Response(text.encode(), content_type="application/jsonl; charset=utf-8")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"{used.name}-{used.version}.jsonl"
    )
    return answer


@studio.post("/studio/_sets/<prompt_set>")
@access.role("researcher")
def change_set(prompt_set: str) -> AnyResponse:
    """Make the next version: what was typed is added, or takes the place of all there was."""
    typed = _typed()
    try:
        with services.current().database.transaction() as session:
            if typed.edited.strip():
                found: Sequence[Prompt] = set_files.edited(typed.edited)
            else:
                added = set_files.pasted(typed.prompts, by_line=_by_line(), tags=_tags())
                if not added:
                    raise set_files.SetFileInvalid("Type or paste at least one prompt.")
                found = [*prompt_sets.prompts_of(session, prompt_set), *added]
            made = prompt_sets.add_version(
                session,
                prompt_set,
                found,
                Origin(OriginKind.HAND),
                typed.note,
                _by(),
                now(session),
                forms.whole(request.form.get("after", "")),
            )
    except ServiceError as error:
        return _refused(error, lambda problem: _set_page(prompt_set, _with(typed, problem)))
    flash(languages.words().gettext("This is version %(number)s.", number=made.version))
    return redirect(url_for("studio.show_set", prompt_set=prompt_set), 303)


@studio.post("/studio/_sets/<prompt_set>/prompt")
@access.role("researcher")
def change_prompt(prompt_set: str) -> AnyResponse:
    """Make the next version, in which one prompt says something else, or is taken out."""
    form = request.form
    place = forms.whole(form.get("place", ""), 6)
    turns = [
        forms.storable(form.get(f"turn-{at}", "")).replace("\r\n", "\n")
        for at in range(MOST_TURNS)
        if "out" not in form
    ]
    context = forms.storable(form.get("context", "")).replace("\r\n", "\n")
    after = forms.whole(form.get("version", ""))
    try:
        with services.current().database.transaction() as session:
            had = prompt_sets.prompts_of(session, prompt_set, after)
            at = -1 if place is None else place
            found = set_files.with_one_changed(had, at, turns, context, _tags())
            made = prompt_sets.add_version(
                session, prompt_set, found, Origin(OriginKind.HAND), "", _by(), now(session), after
            )
    except ServiceError as error:
        return _refused(error, lambda problem: _set_page(prompt_set, _with(NOTHING, problem)))
    flash(languages.words().gettext("This is version %(number)s.", number=made.version))
    return redirect(url_for("studio.show_set", prompt_set=prompt_set), 303)


@studio.post("/studio/<name>/prompts/use-set")
@access.role("researcher")
def use_set(name: str) -> AnyResponse:
    """Add the prompts of a version of a set to a study."""
    wanted, _, number = forms.storable(request.form.get("version", "")).rpartition(":")
    return set_up.saved(
        lambda session: taking.into_study(session, name, wanted, forms.whole(number), now(session)),
        lambda refused: set_up.prompts_page(name, refused),
        url_for("studio.list_prompts", name=name),
    )


@studio.post("/studio/<name>/prompts/keep")
@access.role("researcher")
def keep_as_set(name: str) -> AnyResponse:
    """Keep a study's prompts, or those that told most, as a set or the next version of one."""
    title = forms.storable(request.form.get("title", ""))
    wanted = forms.storable(request.form.get("prompt_set", ""))
    told = request.form.get("taken", "all")
    chosen = next((each for each in Chosen if each == told), Chosen.ALL)
    with services.current().database.transaction() as session:
        found, origin = taking.from_study(session, name, chosen)
        own = taking.suggested(session, name)
        if wanted:
            made = prompt_sets.add_version(
                session, wanted, found, origin, "", _by(), now(session), origins=own
            )
        else:
            made = prompt_sets.make(session, title, found, origin, _by(), now(session), own)
    return redirect(url_for("studio.show_set", prompt_set=made.name), 303)


def _list_page(typed: Typed) -> str:
    with services.current().database.reading() as session:
        found = prompt_sets.every(session)
    return render_template("studio/sets/list.html", sets=found, typed=typed)


def _set_page(name: str, typed: Typed) -> str:
    words = languages.words()
    number, after = _number("version"), _number("after") or 0
    with services.current().database.reading() as session:
        found = prompt_sets.of_name(session, name)
        used = prompt_sets.version_of(session, name, number)
        shown = prompt_sets.kept_in(session, name, used.version, after, MOST_SHOWN)
        uses = prompt_sets.uses(session, name)
        before = _number("against") or used.version - 1
        known = {each.number for each in found.versions}
        changed = (
            prompt_sets.compare(session, name, before, used.version) if before in known else None
        )
        edited = ""
        if used.version == found.newest.number and access.may("researcher"):
            text = set_files.written(prompt_sets.prompts_of(session, name, used.version))
            edited = text if len(text) <= MOST_EDITED else ""
    this = next(each for each in found.versions if each.number == used.version)
    return render_template(
        "studio/sets/set.html",
        found=found,
        this=this,
        is_newest=this.number == found.newest.number,
        origins={each.number: set_words.origin(each.origin, words) for each in found.versions},
        doubts=set_words.doubts(this.doubts, words),
        prompts=[(each, set_words.origin(origin, words)) for each, origin in shown],
        first=after,
        next_after=after + MOST_SHOWN if after + MOST_SHOWN < this.prompts else None,
        uses=uses,
        before=before,
        changed=changed,
        differing=[]
        if changed is None
        else [
            (new.key, *set_words.differing(old, new)) for old, new in changed.changed[:MOST_CHANGES]
        ],
        changes=None if changed is None else set_words.change(changed, words),
        most_changes=MOST_CHANGES,
        most_turns=MOST_TURNS,
        edited=typed.edited or edited,
        typed=typed,
    )


def _refused(error: ServiceError, page: Any) -> AnyResponse:
    if errors.wants_json():
        raise error
    return make_response(page(languages.message(error)), errors.status_of(error))


def _typed() -> Typed:
    def text(name: str) -> str:
        return forms.storable(request.form.get(name, ""))[:_LONGEST]

    return Typed("", text("title"), text("prompts"), text("edited"), text("note"))


def _with(typed: Typed, problem: str) -> Typed:
    return Typed(problem, typed.title, typed.prompts, typed.edited, typed.note)


def _by_line() -> bool:
    return request.form.get("apart") == "lines"


def _tags() -> list[str]:
    return forms.storable(request.form.get("tags", "")).split(",")


def _number(name: str) -> int | None:
    return forms.whole(request.args.get(name, ""))


def _by() -> str:
    account = access.current_or_none()
    return "" if account is None else account.name
