"""Views that set a study up in the browser: begin, settings, prompts.

Each step has its own address and keeps what is typed; all of them change the study by the same
use cases as a study file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain import decision, intake
from service.errors import Invalid, ServiceError
from service.formats import study_writer
from service.formats.study_problems import StudyFileInvalid
from service.reporting import retirement_words
from service.usecases.sighted.generation import reach, retirements
from service.usecases.sighted.studies import editing, filing, prompt_sets, uploads
from service.web import errors, forms, languages, services
from service.web.languages import gettext, msgid
from service.web.researcher import access, configuration_fields, fields, registering
from service.web.researcher.blueprint import studio

MAX_TITLE = 200
MOST_PROMPTS_SHOWN = 500

DECISIONS = {
    "retires": (
        msgid("Our model retires"),
        msgid("What is live today against what could replace it."),
    ),
    "prompt": (msgid("A new prompt"), msgid("The prompt that is live against a new one.")),
    "retrieval": (
        msgid("Is retrieval worth it?"),
        msgid("The same model without and with your documents."),
    ),
    "fine-tune": (msgid("Did the fine-tune pay?"), msgid("What is live against the tuned model.")),
    "own": (
        msgid("Just compare what I have"),
        msgid("You bring the answers in a file; nothing is generated."),
    ),
    "empty": (msgid("Something else"), msgid("An empty study, to be filled as you like.")),
}
ROLES = {
    "live": msgid("Live today"),
    "replacement": msgid("Replacement"),
    "new-prompt": msgid("New prompt"),
    "without": msgid("Without retrieval"),
    "with": msgid("With retrieval"),
    "tuned": msgid("Fine-tuned"),
}


@dataclass(frozen=True)
class Refused:
    """What a form was refused for: per input, and what belongs to none of them."""

    by_field: Mapping[str, str]
    others: tuple[str, ...]


@studio.get("/studio/new")
@access.role("researcher")
def choose_decision() -> str:
    """Ask for which decision a study is wanted."""
    return new_page("", "", "")


@studio.post("/studio/new")
@access.role("researcher")
def begin_study() -> AnyResponse:
    """Make a draft that is filled for a decision, and go on to what comes first.

    A file of answers names configurations and prompts: where somebody brings one, it is the first.
    """
    title = forms.text(forms.read_fields(), "title", MAX_TITLE, default="").strip()
    chosen = decision.by_key(request.form.get("decision", ""))
    if chosen is None:
        page = new_page(title, "", gettext("Choose what you want to decide."))
        return make_response(page, 422)
    names = {role.key: gettext(ROLES[role.key]) for role in chosen.roles}
    try:
        with services.current().database.transaction() as session:
            name = editing.begin(session, title, chosen, names, now(session))
    except ServiceError as error:
        page = new_page(title, chosen.key, languages.message(error))
        return make_response(page, errors.status_of(error))
    first = "studio.show_answers" if chosen.key == "own" else "studio.list_configurations"
    return redirect(url_for(first, name=name), 303)


@studio.get("/studio/<name>/settings")
@access.role("researcher")
def show_settings(name: str) -> str:
    """Show what can be set for the whole study."""
    return _settings_page(name)


@studio.post("/studio/<name>/settings")
@access.role("researcher")
def save_settings(name: str) -> AnyResponse:
    """Save the settings, all or none."""

    def edit(said: editing.Told) -> None:
        fields.fill(said, fields.SETTINGS, request.form)
        incumbent = request.form.get("incumbent")
        if incumbent is not None:
            said.pop("incumbent", None)
            if incumbent:
                said["incumbent"] = incumbent

    return saved(
        lambda session: editing.change(session, name, edit, now(session)),
        lambda refused: _settings_page(name, refused),
        url_for("studio.show_settings", name=name),
    )


@studio.get("/studio/<name>/prompts")
@access.role("researcher")
def list_prompts(name: str) -> str:
    """List the prompts, with a box to add more."""
    return prompts_page(name)


@studio.post("/studio/<name>/prompts")
@access.role("researcher")
def add_prompts(name: str) -> AnyResponse:
    """Add the prompts that were typed or pasted."""
    text = request.form.get("prompts", "").replace("\r\n", "\n")
    apart = "\n" if request.form.get("apart") == "lines" else "\n\n"
    tags = [tag.strip() for tag in request.form.get("tags", "").split(",") if tag.strip()]
    entries: list[editing.Told] = [
        {"text": each.strip("\n"), **({"tags": tags} if tags else {})}
        for each in dict.fromkeys(text.split(apart))
        if each.strip()
    ]

    told: list[str] = []

    def save(session: Session) -> None:
        if not entries:
            raise Invalid("Type or paste at least one prompt.")
        done = editing.add_prompts(session, name, entries, now(session))
        told.append(_said_of(done.added_prompts, [str(each["text"]) for each in entries]))

    where = url_for("studio.list_prompts", name=name)
    return saved(save, lambda refused: prompts_page(name, refused), where, told)


def _said_of(added: int, texts: list[str]) -> str:
    """Return how many prompts are new; where several lines made one, how each makes its own."""
    words = languages.words()
    said = words.ngettext("%(number)s prompt is new.", "%(number)s prompts are new.", added)
    lines = sum(1 for line in texts[0].split("\n") if line.strip())
    if len(texts) > 1 or lines == 1:
        return said
    return f"{said} " + words.gettext(
        "Its %(number)s lines are one prompt. Where each line is a prompt of its own, take it out "
        "and choose “at each line's end”.",
        number=words.count(lines),
    )


@studio.post("/studio/<name>/prompts/remove")
@access.role("researcher")
def remove_prompt(name: str) -> AnyResponse:
    """Take a prompt out of a draft."""
    with services.current().database.transaction() as session:
        editing.remove_prompt(session, name, request.form.get("key", ""))
    flash(gettext("The prompt is taken out."))
    return redirect(url_for("studio.list_prompts", name=name), 303)


def saved(
    save: Callable[[Session], object],
    again: Callable[[Refused], str],
    where: str,
    told: Sequence[str] = (),
) -> AnyResponse:
    """Save and go on; else show the form again with what is wrong, and what was typed.

    `told` is what saving had to say, once it has saved. A form that saves itself while somebody
    types gets one line back instead of a page.
    """
    is_quiet = request.headers.get("HX-Request") == "true"
    try:
        with services.current().database.transaction() as session:
            save(session)
    except ServiceError as error:
        refused = _refused(error)
        if is_quiet:
            lines = (*refused.by_field.values(), *refused.others)
            return Response(render_template("studio/set_up/_saved.html", problems=lines))
        return make_response(again(refused), errors.status_of(error))
    if is_quiet:
        return Response(render_template("studio/set_up/_saved.html", problems=()))
    flash(" ".join(told) or gettext("Saved."))
    return redirect(where, 303)


def _refused(error: ServiceError) -> Refused:
    if isinstance(error, reach.ModelUnknown):
        where = "endpoint" if isinstance(error, reach.EndpointUnknown) else "model"
        return Refused({where: languages.message(error)}, ())
    if not isinstance(error, StudyFileInvalid):
        return Refused({}, (languages.message(error),))
    names = {
        each.name
        for group in (
            fields.SETTINGS,
            registering.PLAN,
            configuration_fields.CONFIGURATION,
            (configuration_fields.of_documents(()),),
        )
        for each in fields.every(group)
    }
    by_field: dict[str, str] = {}
    others: list[str] = []
    for problem in error.problems:
        steps = [
            step.partition(" #")[0]
            for step in problem.field.split(", ")
            if not step.startswith("configurations")
        ]
        name = next(("-".join(steps[:n]) for n in (2, 1) if "-".join(steps[:n]) in names), None)
        if name is None or name in by_field:
            others.append(f"{problem.field}: {languages.told(problem.message)}")
        else:
            by_field[name] = languages.told(problem.message)
    return Refused(by_field, tuple(others))


def new_page(title: str, chosen: str, problem: str) -> str:
    """Return the page that asks for which decision a study is wanted."""
    return render_template(
        "studio/set_up/new.html",
        decisions=[(key, *DECISIONS[key]) for key in (each.key for each in decision.DECISIONS)],
        title=title,
        chosen=chosen,
        problem=problem,
    )


def study_context(name: str) -> dict[str, Any]:
    """Return what each page of setting up says of its study."""
    with services.current().database.reading() as session:
        file = filing.file_of(session, name)
        state = filing.state_of(session, name)
        retires = retirement_words.told(
            retirements.of_study(session, name), now(session).date(), languages.words()
        )
    return {
        "study": file,
        "is_draft": state == "draft",
        "state_word": state,
        "retires": retires,
    }


def held_files(name: str) -> list[uploads.Upload]:
    """Return the files that wait to be imported into a study."""
    with services.current().database.reading() as session:
        return uploads.held(session, name)


def _settings_page(name: str, refused: Refused | None = None) -> str:
    study = study_context(name)
    return render_template(
        "studio/set_up/settings.html",
        **study,
        groups=shown(fields.SETTINGS, study_writer.told(study["study"]), refused),
        refused=refused,
    )


def prompts_page(name: str, refused: Refused | None = None) -> str:
    """Return the page of a study's prompts; where something was refused, with what was typed."""
    study = study_context(name)
    found = study["study"].prompts
    return render_template(
        "studio/set_up/prompts.html",
        **study,
        prompts=found[:MOST_PROMPTS_SHOWN],
        more=max(0, len(found) - MOST_PROMPTS_SHOWN),
        held=held_files(name),
        most_megabytes=intake.MOST_BYTES >> 20,
        typed=request.form.get("prompts", "") if refused else "",
        refused=refused,
        sets=_sets(),
        used_set=study["study"].prompt_set,
        may_add=study["state_word"] != "closed",
    )


def _sets() -> list[prompt_sets.Summary]:
    with services.current().database.reading() as session:
        return prompt_sets.every(session)


def shown(
    groups: tuple[fields.Group, ...], told: Mapping[str, Any], refused: Refused | None
) -> list[tuple[fields.Group, list[fields.Shown]]]:
    """Return the fields of a form, with what was typed and what it was refused for."""
    if refused is None:
        return fields.show(groups, told)
    return fields.show(groups, told, request.form, refused.by_field)
