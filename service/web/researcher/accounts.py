"""Views of signing in by a one-time link, and out, and of choosing a language."""

import re

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.usecases import accounts
from service.usecases.accounts import SignInLinkSpent
from service.web import languages, links, services, sessions
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_OWN_PAGE = re.compile(
    r"/studio/(?:[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*/?)?"
)


@studio.get("/sign-in/<token>")
@access.role("public")
def offer_sign_in(token: str) -> AnyResponse:
    """Show the button that spends a one-time link: chats and mail programs fetch links ahead."""
    target = _target(request.args.get("next", ""))
    if access.current_or_none() is not None:
        return redirect(target, 303)
    token = links.without_sentence(token)
    bundle = services.current()
    with bundle.database.reading() as session:
        accounts.check_sign_in_link(session, token, now(session))
    page = render_template("studio/sign_in_here.html", link=token, target=target)
    return make_response(page)


@studio.post("/studio/sign-in")
@access.role("public")
def sign_in() -> AnyResponse:
    """Spend a one-time link and open a session for this browser."""
    target = _target(request.form.get("next", ""))
    bundle = services.current()
    try:
        with bundle.database.transaction() as session:
            signed_in = accounts.sign_in(session, request.form.get("token", ""), now(session))
    except SignInLinkSpent:
        if access.current_or_none() is not None:  # the button was pressed twice
            return redirect(target, 303)
        raise
    response = make_response(redirect(target, 303))
    sessions.give_studio_cookie(response, bundle.settings, signed_in.session_token)
    return response


@studio.post("/studio/sign-out")
@access.role("public")
def sign_out() -> AnyResponse:
    """End the session in the database, not only in this browser."""
    bundle = services.current()
    token = sessions.studio_token()
    if token is not None:
        with bundle.database.transaction() as session:
            accounts.sign_out(session, token, now(session))
    response = make_response(redirect(url_for("studio.list_studies"), 303))
    sessions.take_studio_cookie(response, bundle.settings)
    return response


@studio.post("/studio/language")
@access.role("public")
def speak() -> AnyResponse:
    """Remember the language that somebody chose, and go back to the page where they did."""
    response = make_response(redirect(_target(request.form.get("back", "")), 303))
    code = request.form.get("code", "")
    if languages.is_known(code):
        sessions.give_language_cookie(response, services.current().settings, code)
    return response


def _target(wanted: str) -> str:
    """Return where to go: one of our own pages, and the list of studies instead of any other."""
    return wanted if _OWN_PAGE.fullmatch(wanted) else url_for("studio.list_studies")
