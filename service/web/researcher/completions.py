"""Views of completions one by one: texts, where they come from, passages and traces."""

from flask import render_template, request

from service.usecases.sighted.generation import evidence
from service.usecases.sighted.studies import overviews
from service.web import languages, services
from service.web.researcher import access, presenter
from service.web.researcher.blueprint import studio

MOST_SHOWN = 1000
MOST_ROWS = 2_147_483_647  # what the database numbers rows by


@studio.get("/studio/<name>/completions/")
@access.role("viewer")
def list_completions(name: str) -> str:
    """List the completions of a study, or of one of its configurations."""
    wanted = request.args.get("configuration", "")
    with services.current().database.reading() as session:
        study = overviews.study(session, name)
        lines = evidence.every(session, name, wanted, MOST_SHOWN)
    words = languages.words()
    return render_template(
        "studio/completions.html",
        study=study,
        heading=words.gettext("Completions of %(name)s", name=wanted)
        if wanted
        else words.gettext("Completions"),
        lines=lines,
        shown=presenter.completions(lines, words, is_cut=len(lines) == MOST_SHOWN),
    )


@studio.get(f"/studio/<name>/completions/<int(max={MOST_ROWS}):completion_id>")
@access.role("viewer")
def show_completion(name: str, completion_id: int) -> str:
    """Show one completion with all that stood behind it."""
    with services.current().database.reading() as session:
        study = overviews.study(session, name)
        shown = evidence.completion(session, name, completion_id)
    words = languages.words()
    return render_template(
        "studio/completion.html",
        study=study,
        shown=shown,
        heading=words.gettext(
            "%(prompt)s by %(name)s",
            prompt=shown.line.prompt_key,
            name=shown.line.configuration,
        ),
        origins=presenter.origins(shown, words),
        completion_facts=presenter.completion_facts(shown, words),
        turns=list(presenter.turns(shown, words)),
    )
