"""Views of shared reports: the page behind a link, and the making and withdrawing of links."""

import base64
import hashlib

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import Invalid, ServiceError
from service.reporting.report.page import page
from service.reporting.report.style import STYLE
from service.usecases.sighted.results import shares
from service.web import errors, forms, languages, links, services, sessions
from service.web.languages import gettext
from service.web.researcher import access, deciding
from service.web.researcher.blueprint import studio

_LONGEST = 1000
# Whoever follows such a link is signed in nowhere and reads one page.
shared = Blueprint("shared", "service.web.researcher", template_folder="templates")
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# A report keeps its one style inside, here as in the file to keep: that one and no other.
POLICY: dict[str, str | None] = {"style-src": f"'self' 'sha256-{_DIGEST}'"}


@shared.get("/shared/<token>")
def open_share(token: str) -> AnyResponse:
    """Show a report to whoever has the link, and mark this browser as one that saw results."""
    bundle = services.current()
    with bundle.database.reading() as session:
        opened = shares.open_share(session, links.without_sentence(token), now(session))
    spoken = languages.current()
    notice = gettext(
        "This browser has now seen results of this study. Whatever is judged in it from now on is "
        "marked, and left out unless the study counts it."
    )
    answer = make_response(
        page(opened.report, spoken.sighted, spoken.code, spoken.direction, notice)
    )
    sessions.give_seen_cookie(answer, bundle.settings, opened.handle)
    return answer


@shared.errorhandler(ServiceError)
def explain(error: ServiceError) -> Response:
    """Say in plain words why a link shows nothing, and what to do."""
    status = errors.status_of(error)
    if errors.wants_json():
        return errors.problem(status, error.code, languages.message(error))
    text = render_template("studio/shared_gone.html", message=languages.message(error))
    return make_response(text, status)


@studio.post("/studio/<name>/shares")
@access.role("researcher")
def make_share(name: str) -> AnyResponse:
    """Make a link to a report, and show its address this one time."""
    fields = forms.read_fields()
    bundle = services.current()
    try:
        with bundle.database.transaction() as session:
            token = shares.make(
                session,
                name,
                forms.text(fields, "label", _LONGEST, default=""),
                _days(forms.text(fields, "days", _LONGEST, default="")),
                now(session),
                leaderboard_id=deciding.number_of(fields.get("leaderboard")),
                shows_texts="texts" in fields,
            )
    except Invalid as error:
        if errors.wants_json():
            raise
        text = deciding.page(name, None, fields, not_shared=languages.message(error))
        return make_response(text, errors.status_of(error))
    address = f"{bundle.settings.web_address}{url_for('shared.open_share', token=token)}"
    return make_response(deciding.page(name, None, {}, address=address))


def _days(text: str) -> int:
    days = forms.whole(text.strip())
    if days is None:
        raise Invalid("Say after how many days the link ends.")
    return days


@studio.post("/studio/<name>/shares/<int(max=2147483647):number>/revoke")
@access.role("researcher")
def revoke_share(name: str, number: int) -> AnyResponse:
    """Withdraw a link at once."""
    with services.current().database.transaction() as session:
        shares.revoke(session, name, number, now(session))
    flash(gettext("The link is withdrawn. Whoever opens it is told so."))
    return redirect(url_for("studio.list_decisions", name=name), 303)
