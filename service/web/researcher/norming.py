"""The page of norming: how people split on the panel, and what a researcher does about it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import Session, now
from service.domain.normed import MOST_CRITERIA
from service.reporting import norming_words
from service.usecases.sighted.studies import heads, norming_results
from service.web import forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

MAX_TITLE = 200
MAX_CRITERIA = 1000


@studio.get("/studio/<name>/norming")
@access.role("viewer")
def show_norming(name: str) -> str:
    """Show how people split on the panel, the matchups that divide them first."""
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        found = norming_results.of_study(session, name)
    words = languages.words().naming(
        dict.fromkeys(name for split in found.splits for name in split.names if name)
    )
    return render_template(
        "studio/norming.html",
        study=study,
        figures=words,
        found=found,
        says=norming_words.says(found, words),
        agreement=norming_words.agreement(found, words),
        progress=norming_words.progress(found, words),
        splits=[
            (
                split,
                norming_words.split(split, words, is_sealed=found.is_sealed),
                norming_words.reasons(split, words, is_sealed=found.is_sealed),
            )
            for split in found.splits
        ],
        proposal=norming_words.proposal(found, words),
        criteria="\n".join(norming_words.criteria(found, words)),
        most_criteria=MOST_CRITERIA,
    )


@studio.post("/studio/<name>/norming/go-on")
@access.role("researcher")
def let_go_on(name: str) -> AnyResponse:
    """Let a study go on that waits for somebody to look at its panel."""
    account = access.current_or_none()
    who = "" if account is None else account.name
    with services.current().database.transaction() as session:
        norming_results.go_on(session, name, who, now(session))
    flash(gettext("The study goes on."))
    return redirect(url_for("studio.show_norming", name=name), 303)


@studio.post("/studio/<name>/norming/split")
@access.role("researcher")
def split_criterion(name: str) -> AnyResponse:
    """Make a draft of a study that asks for the criteria of the form."""
    fields = forms.read_fields()
    title = forms.text(fields, "title", MAX_TITLE, default="")
    lines = forms.text(fields, "criteria", MAX_CRITERIA, default="").splitlines()
    bundle = services.current()
    with bundle.database.transaction() as session:
        made = norming_results.split(session, name, title, lines, now(session))
    bundle.ring_generation()
    flash(gettext("This is a draft with the same configurations and prompts, and these criteria."))
    return redirect(url_for("studio.show_study", name=made), 303)


def notice(session: Session, name: str, state: str, wanted: int) -> str:
    """Return what stands on the page of a study that waits for somebody, "" where none is."""
    if not wanted or state != "open":
        return ""
    found = norming_results.of_study(session, name)
    return norming_words.says(found, languages.words()) if found.holds else ""
