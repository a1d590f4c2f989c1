"""The way in: an invite's page, and what pressing Start does."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service import database
from service.usecases import invites
from service.web import bodies, services, sessions
from service.web.rater import words

MAX_NAME = 80


def landing(token: str) -> str:
    """Show what is asked and who asks, before anything is stored."""
    having = services.current()
    with having.database.reading() as session:
        opened = invites.open_invite(session, token, database.now(session), having.signing_key)
    return render_template("rater/landing.html", invite=opened, token=token, words=words)


def start(token: str) -> Response:
    """Seat a rater: on a shared link a new one, who gets a personal link to keep."""
    having = services.current()
    name = bodies.storable(request.form.get("name", "")).strip()[:MAX_NAME]
    with having.database.transaction() as session:
        moment = database.now(session)
        opened = invites.open_invite(session, token, moment, having.signing_key)
        seat = invites.start_rating(session, token, name, moment, having.signing_key, having.rng)
    target = url_for("rater.rate", handle=seat.handle)
    if opened.kind == "shared":
        where = having.settings.public_url or request.host_url.rstrip("/")
        link = where + url_for("rater.landing", token=seat.personal_link_token)
        response = make_response(
            render_template("rater/keep.html", link=link, target=target, invite=opened)
        )
    else:
        response = make_response(redirect(target, 303))
    sessions.give_rater_cookie(response, having.settings, seat.handle, seat.cookie_token)
    return response


def nothing_here() -> str:
    """Say on the bare address what this is, to somebody who came without a link."""
    return render_template("rater/nobody.html")


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the way in."""
    blueprint.add_url_rule("/", view_func=nothing_here)
    blueprint.add_url_rule("/i/<token>", view_func=landing)
    blueprint.add_url_rule("/i/<token>", view_func=start, methods=["POST"])
