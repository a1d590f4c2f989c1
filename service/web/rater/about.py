"""What a rater may look up: what is asked, and the link that is theirs alone."""

from flask import Blueprint, Response, render_template, request, url_for

from service.usecases import invites
from service.usecases.blind import progress
from service.web import services
from service.web.languages import gettext
from service.web.rater import seats, sitting


def about(handle: str) -> str:
    """Show what is asked and where things are; on pages without JavaScript."""
    with seats.taken(handle) as seat:
        standing = progress.progress(seat.session, seat.rater_id)
        first = seats.first_page(seat.session, seat.rater_id)
    return render_template(
        "rater/help.html",
        handle=handle,
        target=url_for(first, handle=handle),
        progress=standing,
    )


def link(handle: str) -> str | Response:
    """Show a rater their personal link, to keep it and to go on elsewhere."""
    having = services.current()
    with seats.taken(handle) as seat:
        token = invites.personal_link_of(seat.session, seat.rater_id, having.signing_key)
        standing = progress.progress(seat.session, seat.rater_id)
        first = seats.first_page(seat.session, seat.rater_id)
    if token is None:
        return sitting.to_page("rate", handle)
    where = having.settings.public_url or request.host_url.rstrip("/")
    return render_template(
        "rater/link.html",
        link=where + url_for("rater.landing", token=token),
        target=url_for(first, handle=handle),
        progress=standing,
        button=gettext("Go on") if standing.done else gettext("Begin"),
    )


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of what a rater may look up."""
    blueprint.add_url_rule("/rate/<handle>/help", "help", about)
    blueprint.add_url_rule("/rate/<handle>/link", "link", link)
