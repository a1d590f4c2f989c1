"""Views of what is decided on a leaderboard: the page that asks, and the record of it."""

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import Invalid
from service.reporting import decided, decision, notes, recommendation
from service.usecases.sighted.results import decisions, read, shares
from service.usecases.sighted.results.decisions import DecisionView
from service.usecases.sighted.studies import heads
from service.web import errors, forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

# As a configuration can be named anything, what stands for none of them is beside the names.
_NAMED, _NONE = "configuration", "none"
_LONGEST = 10_000


@studio.get("/studio/<name>/decisions")
@access.role("viewer")
def list_decisions(name: str) -> str:
    """Show what was decided, and the newest leaderboard to decide on."""
    return page(name, None, {})


@studio.post("/studio/<name>/decisions")
@access.role("researcher")
def decide(name: str) -> AnyResponse:
    """Record a decision on the leaderboard that the page showed; what was typed is not lost."""
    fields = forms.read_fields()
    number = number_of(fields.get("leaderboard"))
    account = access.current_or_none()
    try:
        chosen = _chosen(forms.text(fields, "chosen", _LONGEST, default=""))
        with services.current().database.transaction() as session:
            decisions.decide(
                session,
                name,
                number,
                chosen,
                forms.text(fields, "who", _LONGEST, default=""),
                forms.text(fields, "because", _LONGEST, default=""),
                "" if account is None else account.name,
                now(session),
            )
    except Invalid as error:
        if errors.wants_json():
            raise
        shown = page(name, number, fields, refused=languages.message(error))
        return Response(shown, errors.status_of(error))
    flash(gettext("The decision is recorded, and its leaderboard is kept for good."))
    return redirect(url_for("studio.list_decisions", name=name), 303)


def told(made: DecisionView) -> dict[str, object]:
    """Return a decision as templates show it."""
    words = languages.words()
    return {
        "sentence": decided.sentence(made.chosen, made.decided_by, made.created_at, words),
        "grounds": decided.grounds(made.reason, words, is_against=made.is_against),
        "rests_on": decided.rests_on(made.leaderboard_id, made.digest, words),
        "said": made.said,
        "leaderboard": made.leaderboard_id,
    }


def page(
    name: str,
    number: int | None,
    fields: dict[str, str],
    *,
    refused: str = "",
    not_shared: str = "",
    address: str = "",
) -> str:
    """Return the page on which people decide, report and share, with what was typed there.

    `address` is that of a link just made, which is shown this once.
    """
    words = languages.words()
    with services.current().database.reading() as session:
        study = heads.head(session, name)
        view = read.at(session, name, number)
        made = decisions.of_study(session, name)
        links = shares.of_study(session, name)
    board = None if view is None else view.board
    return render_template(
        "studio/decisions.html",
        study=study,
        view=view,
        board=board,
        lines=[] if board is None else decision.lines(board, words),
        verdict=[] if board is None else notes.verdicts(board, words),
        rests_on="" if board is None else notes.rests_on(board, words),
        snapshot="" if view is None else decided.rests_on(view.id, view.digest, words),
        recommends=""
        if board is None
        else decided.recommends(recommendation.recommended(board), words),
        choices=() if board is None else decisions.choices(board),
        decisions=[told(one) for one in made],
        fields=fields,
        refused=refused,
        shares=links,
        not_shared=not_shared,
        address=address,
    )


def _chosen(told: str) -> str | None:
    """Return the configuration that a form names, None for none of them."""
    kind, _, name = told.partition(":")
    if kind not in {_NAMED, _NONE}:
        raise Invalid("Choose what was decided.")
    return name if kind == _NAMED else None


def number_of(text: object) -> int | None:
    """Return the number of a leaderboard; None where the form names none that could be."""
    return forms.whole(text) if isinstance(text, str) else None
