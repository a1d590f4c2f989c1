"""Views of a study's plan: what it can tell apart, what each rater does, what generating costs."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.domain.planning import Outlook
from service.formats import study_writer
from service.reporting import doubt_words, plan_words
from service.reporting.words import Words
from service.usecases.sighted.generation import estimates
from service.usecases.sighted.studies import doubts, editing, filing, heads, plans
from service.web import forms, languages, services
from service.web.languages import msgid
from service.web.researcher import access, fields, lacking, presenter, registering, set_up
from service.web.researcher.blueprint import studio

_NO_NUMBER = msgid("Give the number of raters as a whole number from 1 to 10,000.")
_NO_SHARE = msgid("Give what shall be told as a whole number from 51 to 95.")


@dataclass(frozen=True)
class PlanSaid:
    """A plan as the page says it; `problem` is what of the question could not be read."""

    raters: str
    tell: str
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    problem: str = ""


@studio.get("/studio/<name>/estimate")
@access.role("viewer")
def estimate(name: str) -> str:
    """Show what the plan tells apart and what opening would cost; nothing is called."""
    return _page(name)


@studio.get("/studio/<name>/outlook")
@access.role("viewer")
def outlook(name: str) -> str:
    """Return what a plan can tell apart, for the page that asks while somebody moves a slider."""
    words = languages.words()
    people, wanted, problem = _asked()
    with services.current().database.reading() as session:
        plan = plans.of_study(session, name, people, wanted)
    said = None if plan is None else _said(plan, problem, words)
    return render_template("studio/_outlook.html", plan=said)


@studio.post("/studio/<name>/plan")
@access.role("researcher")
def save_plan(name: str) -> AnyResponse:
    """Save how much is asked of raters and when the study ends, all or nothing."""
    return set_up.saved(
        lambda session: editing.change(
            session,
            name,
            lambda said: fields.fill(said, registering.PLAN, request.form),
            now(session),
        ),
        lambda refused: _page(name, refused),
        url_for("studio.estimate", name=name),
    )


def _page(name: str, refused: set_up.Refused | None = None) -> str:
    words = languages.words()
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        dry_run = estimates.estimate(session, name)
        found = doubts.of_study(session, name)
        people, wanted, problem = _asked()
        plan = plans.of_study(session, name, people, wanted)
        file = filing.file_of(session, name)
        told = study_writer.told(file)
        lacks = lacking.of_draft(session, name, study.state)
    may_change = access.may("researcher") and study.state == "draft"
    return render_template(
        "studio/estimate.html",
        study=study,
        **lacks,
        file=file if access.may("researcher") else None,
        plan=None if plan is None else _said(plan, problem, words),
        groups=set_up.shown(registering.PLAN, told, refused) if may_change else (),
        refused=refused,
        dry_run=dry_run,
        cost_together=presenter.cost_together(dry_run, words),
        says=presenter.estimate(study, dry_run, words),
        unknown_prices=presenter.unknown_prices(dry_run, words),
        doubts=[doubt_words.told(doubt, words) for doubt in found],
    )


def _asked() -> tuple[int | None, float, str]:
    """Return the raters and the share of the address, and what of it is no number to plan with."""
    raters, tell = request.args.get("raters", "").strip(), request.args.get("tell", "").strip()
    problem = ""
    people, wanted = None, plans.USUAL_WANTED
    if raters:
        number = forms.whole(raters)
        if number is not None and 1 <= number <= plans.MOST_RATERS:
            people = number
        else:
            problem = _NO_NUMBER
    if tell:
        share = forms.whole(tell)
        if share is not None and 51 <= share <= 95:  # noqa: PLR2004 - above one half
            wanted = share / 100
        else:
            problem = _NO_SHARE
    return people, wanted, problem and languages.gettext(problem)


def _said(view: Outlook, problem: str, words: Words) -> PlanSaid:
    return PlanSaid(
        raters=str(view.plan.raters),
        tell=str(round(100 * view.wanted)),
        sentences=plan_words.sentences(view, words),
        notes=plan_words.notes(view, words),
        problem=problem,
    )
