"""Views of the invites of a study: make a link, withdraw it."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import Invalid
from service.usecases import invites
from service.web import forms, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio


@studio.post("/studio/<name>/invites")
@access.role("researcher")
def make_invite(name: str) -> AnyResponse:
    """Make a personal or a shared link; its address then stands on the study's page."""
    bundle = services.current()
    kind, label = request.form.get("kind", ""), forms.storable(request.form.get("label", ""))
    days = _days(request.form.get("days", ""))
    with bundle.database.transaction() as session:
        invites.make(session, name, kind, label, now(session), bundle.signing_key, days)
    flash(gettext("The invite is ready: copy its address below and send it."))
    return _back(name)


@studio.post("/studio/<name>/invites/<handle>/revoke")
@access.role("researcher")
def revoke_invite(name: str, handle: str) -> AnyResponse:
    """Withdraw a link; the votes that came through it stay."""
    with services.current().database.transaction() as session:
        invites.revoke(session, name, handle, now(session))
    flash(gettext("The invite is withdrawn. Votes that came through it are kept."))
    return _back(name)


def _days(text: str) -> int | None:
    """Return after how many days a link ends, None for never."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004 - a bound
        raise Invalid("Please give the days as a whole number, or leave the field empty.")
    return int(text)


def _back(name: str) -> AnyResponse:
    return redirect(url_for("studio.show_study", name=name, _anchor="invites"), 303)
