"""Views of signing in by a one-time link, and out."""

import re

from flask import Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.database import now
from service.usecases import accounts
from service.usecases.accounts import SignInLinkSpent
from service.web import services, sessions
from service.web.researcher import access
from service.web.researcher.blueprint import studio

_OWN_PAGE = re.compile(
    r"/studio/(?:[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*/?)?"
)


@studio.get("/sign-in/<token>")
@access.role("public")
def sign_in(token: str) -> AnyResponse:
    """Spend a one-time link; HEAD, with which messengers look ahead, spends nothing."""
    if request.method == "HEAD":
        return Response()
    target = _target()
    bundle = services.current()
    try:
        with bundle.database.transaction() as session:
            signed_in = accounts.sign_in(session, token, now(session))
    except SignInLinkSpent:
        if access.current_or_none() is not None:  # a reload of the printed link
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


def _target() -> str:
    """Return where to go after signing in: one of our own pages and nothing else."""
    wanted = request.args.get("next", "")
    return wanted if _OWN_PAGE.fullmatch(wanted) else url_for("studio.list_studies")
