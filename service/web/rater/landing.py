"""The way in: an invite's page, and what pressing Start does."""

from contextlib import suppress
from datetime import datetime

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException

from service import database
from service.database import Session
from service.usecases import invites
from service.usecases.blind import progress
from service.web import forms, languages, links, security, services, sessions
from service.web.rater import presenter, raters
from service.web.rater.blueprint import pages

MAX_NAME = 80
MAX_PRESS = 64
# Where the language can be chosen, and so where its form may lead back to.
_PAGES = {
    f"rater.{name}"
    for name in (
        *("nothing_here", "landing", "link", "practice", "rate", "again", "marks", "pause"),
        *("help", "own_votes", "finishing", "done", "closing_question", "flag_form", "reason_form"),
        "own_prompts",
    )
}


@pages.get("/i/<token>")
def landing(token: str) -> str:
    """Show what is asked and who asks, before anything is stored."""
    having = services.current()
    token = links.without_sentence(token)
    with having.database.reading() as session:
        moment = database.now(session)
        opened = invites.open_invite(session, token, moment, having.signing_key)
        standing = _standing(session, opened.rater or _known(session, token, opened, moment))
        asked = progress.asked(session, opened.study_id)
    languages.fix(opened.language)
    return render_template(
        "rater/landing.html",
        invite=opened,
        token=token,
        standing=standing,
        landing=presenter.landing(opened, standing, asked),
        press=forms.fresh_key(),
    )


@pages.post("/language")
def speak() -> Response:
    """Remember the language that somebody chose, and go back to the page where they did."""
    back = _page_at(request.form.get("back", ""))
    response = make_response(redirect(back, 303))
    code = request.form.get("code", "")
    if languages.is_known(code):
        sessions.give_language_cookie(response, services.current().settings, code)
    return response


@pages.post("/i/<token>")
def start(token: str) -> Response:
    """Seat a rater: on a shared link a new one, who gets a personal link to keep.

    A browser that was here before goes on, unless somebody else says that they sit there now.
    """
    having = services.current()
    name = forms.storable(request.form.get("name", "")).strip()[:MAX_NAME]
    press = forms.storable(request.form.get("key", ""))[:MAX_PRESS]
    with having.database.transaction() as session:
        moment = database.now(session)
        opened = invites.open_invite(session, token, moment, having.signing_key)
        languages.fix(opened.language)
        is_other = "anew" in request.form
        known = None if is_other else _known(session, token, opened, moment)
        through = known.personal_link_token if known else token
        address = security.client_address(having.settings)
        key = having.signing_key
        seat = invites.start_rating(session, through, name, moment, key, press, address)
        rater_id = invites.rater_of(session, seat.handle, seat.cookie_token, having.signing_key)
        first = raters.first_page(session, rater_id)
    if opened.kind == "shared" and known is None:
        first = "rater.link"
    response = make_response(redirect(url_for(first, handle=seat.handle), 303))
    sessions.give_rater_cookie(response, having.settings, seat.handle, seat.cookie_token)
    if opened.kind == "shared":
        link = url_for("rater.landing", token=token)
        sessions.give_link_cookie(response, having.settings, link, seat.personal_link_token)
    return response


def _known(
    session: Session, token: str, opened: invites.InviteOpened, moment: datetime
) -> invites.RaterPass | None:
    """Return whom a shared link has seated in this browser before."""
    if opened.kind != "shared":
        return None
    key = services.current().signing_key
    return invites.known_at(session, token, sessions.kept_link_token(), moment, key)


def _standing(session: Session, seated: invites.RaterPass | None) -> progress.Progress | None:
    """Return how far somebody is who has been here before, None for newcomers."""
    if seated is None:
        return None
    key = services.current().signing_key
    rater_id = invites.rater_of(session, seated.handle, seated.cookie_token, key)
    standing = progress.progress(session, rater_id)
    return standing if standing.has_started else None


def _page_at(path: str) -> str:
    """Return an address of ours that a rater's page stands at: this, its sitting, or the bare one.

    Whatever a form names, nobody is led out of the house by it: the address is made anew.
    """
    routes = current_app.url_map.bind("")
    for near in (path, "/".join(path.split("/")[:3]) + "/"):
        with suppress(HTTPException):
            endpoint, values = routes.match(near, method="GET")
            if endpoint in _PAGES:
                return url_for(endpoint, **values)
    return url_for("rater.nothing_here")


@pages.get("/")
def nothing_here() -> str:
    """Say on the bare address what this is, to somebody who came without a link."""
    return render_template("rater/nobody.html")
