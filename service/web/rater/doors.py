"""The way in: an invite's page, and what pressing Start does."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service import database
from service.usecases import invites
from service.web import bodies, languages, services, sessions
from service.web.rater import words

MAX_NAME = 80
MAX_PRESS = 64


def landing(token: str) -> str:
    """Show what is asked and who asks, before anything is stored."""
    having = services.current()
    with having.database.reading() as session:
        moment = database.now(session)
        opened = invites.open_invite(session, token, moment, having.signing_key)
        known = _known(session, token, opened, moment)
    languages.fix(opened.language)
    return render_template(
        "rater/landing.html",
        invite=opened,
        token=token,
        words=words,
        is_known=known is not None,
        press=secrets.token_urlsafe(16),
        languages=[] if opened.language else languages.others(),
    )


def speak(token: str) -> Response:
    """Remember the language that somebody chose, and show the invite in it."""
    response = make_response(redirect(url_for("rater.landing", token=token), 303))
    code = request.form.get("code", "")
    if languages.is_known(code):
        sessions.give_language_cookie(response, services.current().settings, code)
    return response


def start(token: str) -> Response:
    """Seat a rater: on a shared link a new one, who gets a personal link to keep."""
    having = services.current()
    name = bodies.storable(request.form.get("name", "")).strip()[:MAX_NAME]
    press = bodies.storable(request.form.get("key", ""))[:MAX_PRESS]
    with having.database.transaction() as session:
        moment = database.now(session)
        opened = invites.open_invite(session, token, moment, having.signing_key)
        languages.fix(opened.language)
        known = _known(session, token, opened, moment)
        through = known.personal_link_token if known else token
        seat = invites.start_rating(
            session, through, name, moment, having.signing_key, having.rng, press
        )
    first = "rater.practice" if seat.may_practise else "rater.rate"
    target = url_for(first, handle=seat.handle)
    if opened.kind == "shared" and known is None:
        where = having.settings.public_url or request.host_url.rstrip("/")
        link = where + url_for("rater.landing", token=seat.personal_link_token)
        response = make_response(
            render_template("rater/keep.html", link=link, target=target, invite=opened)
        )
    else:
        response = make_response(redirect(target, 303))
    sessions.give_rater_cookie(response, having.settings, seat.handle, seat.cookie_token)
    if opened.kind == "shared":
        door = url_for("rater.landing", token=token)
        sessions.give_door_cookie(response, having.settings, door, seat.personal_link_token)
    return response


def _known(
    session: Any, token: str, opened: invites.InviteOpened, moment: datetime
) -> invites.RaterPass | None:
    """Return whom a shared link has seated in this browser before."""
    if opened.kind != "shared":
        return None
    key = services.current().signing_key
    return invites.known_at(session, token, sessions.door_token(), moment, key)


def nothing_here() -> str:
    """Say on the bare address what this is, to somebody who came without a link."""
    return render_template("rater/nobody.html")


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the way in."""
    blueprint.add_url_rule("/", view_func=nothing_here)
    blueprint.add_url_rule("/i/<token>", view_func=landing)
    blueprint.add_url_rule("/i/<token>", view_func=start, methods=["POST"])
    blueprint.add_url_rule("/i/<token>/language", view_func=speak, methods=["POST"])
