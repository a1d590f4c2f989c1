"""The view in which somebody decides about completions that name their maker."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.usecases.sighted.generation import leak_reviews
from service.web import services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio
from service.web.researcher.completions import MOST_ROWS


@studio.post(f"/studio/<name>/completions/<int(max={MOST_ROWS}):completion_id>/review")
@access.role("researcher")
def review_leak(name: str, completion_id: int) -> AnyResponse:
    """Show a completion as it is or masked, or keep it out."""
    verdict = request.form.get("verdict", "")
    account = access.current_or_none()
    by = "" if account is None else account.name
    with services.current().database.transaction() as session:
        leak_reviews.decide(session, name, completion_id, verdict, by, now(session))
    if verdict == leak_reviews.KEEP_OUT:
        flash(gettext("It is kept out; its prompt is rated without it."))
    else:
        flash(gettext("It is ready, and dealt from now on."))
    return redirect(url_for("studio.show_study", name=name, _anchor="leaks"), 303)
