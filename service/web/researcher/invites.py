"""Views of the invites of a study: make links, show one as a QR code, list all, withdraw one."""

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.errors import Invalid
from service.formats.exports import kinds
from service.usecases import invites
from service.usecases.sighted.studies import heads, inviting
from service.web import forms, languages, services
from service.web.languages import gettext
from service.web.researcher import access
from service.web.researcher.blueprint import studio

LONGEST_COLUMN = 100_000  # characters


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


@studio.post("/studio/<name>/invites/many")
@access.role("researcher")
def make_many_invites(name: str) -> AnyResponse:
    """Make a personal link for each name of a pasted column."""
    bundle = services.current()
    pasted = forms.storable(request.form.get("names", ""))
    if len(pasted) > LONGEST_COLUMN:
        raise Invalid("That is too long. Paste a column of names, one a line.")
    days = _days(request.form.get("days", ""))
    with bundle.database.transaction() as session:
        done = inviting.make_many(session, name, pasted, now(session), bundle.signing_key, days)
    words = languages.words()
    told = words.ngettext("%(number)s link is made.", "%(number)s links are made.", len(done.made))
    if done.known:
        had = words.ngettext(
            "%(number)s name had one already.", "%(number)s names had one already.", done.known
        )
        told = f"{told} {had}"
    flash(told)
    return _back(name)


@studio.get("/studio/<name>/invites.csv")
@access.role("researcher")
def list_invites(name: str) -> Response:
    """Send the links that still let in as a table of names and addresses."""
    bundle = services.current()
    with bundle.database.reading() as session:
        links, moment = invites.of_study(session, name, bundle.signing_key), now(session)
    lines = [kinds.as_csv(("name", "kind", "address", "until"))]
    for link in reversed(links):
        if link.lets_in(moment):
            until = "" if link.expires_at is None else f"{link.expires_at:%Y-%m-%d}"
            lines.append(kinds.as_csv((link.label, link.kind, _address(link), until)))
    answer = Response(b"".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}-invites.csv")
    return answer


@studio.get("/studio/<name>/invites/<handle>")
@access.role("researcher")
def show_invite(name: str, handle: str) -> str:
    """Show one link large, as a QR code to be scanned or printed."""
    bundle = services.current()
    with bundle.database.reading() as session:
        study = heads.head(session, name)
        links, moment = invites.of_study(session, name, bundle.signing_key), now(session)
    found = [link for link in links if link.handle == handle and link.lets_in(moment)]
    if not found:
        raise invites.InviteInvalid("There is no such invite.")
    code = segno.make_qr(_address(found[0]), error="m")
    # Of our own address alone: squares, no text and no script. Scanners need dark on light.
    drawn = Markup(code.svg_inline(scale=7, border=4, dark="#000", light="#fff"))  # noqa: S704
    return render_template(
        "studio/invite.html", study=study, link=found[0], address=_address(found[0]), code=drawn
    )


@studio.post("/studio/<name>/invites/<handle>/revoke")
@access.role("researcher")
def revoke_invite(name: str, handle: str) -> AnyResponse:
    """Withdraw a link; the votes that came through it stay."""
    with services.current().database.transaction() as session:
        invites.revoke(session, name, handle, now(session))
    flash(gettext("The invite is withdrawn. Votes that came through it are kept."))
    return _back(name)


def _address(link: invites.InviteView) -> str:
    return f"{services.current().settings.web_address}/i/{link.link_token}"


def _days(text: str) -> int | None:
    """Return after how many days a link ends, None for never."""
    text = text.strip()
    if not text:
        return None
    days = forms.whole(text)
    if days is None:
        raise Invalid("Please give the days as a whole number, or leave the field empty.")
    return days


def _back(name: str) -> AnyResponse:
    return redirect(url_for("studio.show_study", name=name, _anchor="invites"), 303)
