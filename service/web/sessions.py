"""The cookies: a rater's, bound to one sitting and one shared link, and a sighted person's.

And one for everybody who chose a language, which holds its code, and one for a browser that has
seen a shared report.
"""

import re

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from service.settings import Settings

RATER_COOKIE = "evenhand_rater"
LINK_COOKIE = "evenhand_door"
STUDIO_COOKIE = "evenhand_studio"
LANGUAGE_COOKIE = "evenhand_language"
SEEN_COOKIE = "evenhand_seen"
MOST_SEEN = 20
RATER_COOKIE_SECONDS = 180 * 24 * 3600
STUDIO_COOKIE_SECONDS = 30 * 24 * 3600


SIGN_IN_PATH = "/sign-in/"
_HANDLE = re.compile(r"[A-Za-z0-9_-]{12}")
_LONGEST_SEEN = 13 * MOST_SEEN


class FormSessions(SecureCookieSessionInterface):
    """Opens Flask's own session on pages with sighted forms: elsewhere there is none to write to.

    These are below its path, and the page that a sign-in link opens.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session that a request's cookie holds, None on other pages."""
        is_there = request.path.startswith((self.get_cookie_path(app), SIGN_IN_PATH))
        return super().open_session(app, request) if is_there else None


def rater_path(handle: str) -> str:
    """Return the path below which a rater's cookie is sent; no slash at its end."""
    return f"/rate/{handle}"


def rater_token() -> str:
    """Return what the browser holds for this sitting, "" when nothing."""
    return request.cookies.get(RATER_COOKIE, "")


def give_rater_cookie(response: Response, settings: Settings, handle: str, token: str) -> None:
    """Let this browser rate as one rater; sitting beside sitting, each on its own path."""
    _give(response, settings, RATER_COOKIE, token, rater_path(handle))


def kept_link_token() -> str:
    """Return the personal link that this browser got from a shared one, "" when none."""
    return request.cookies.get(LINK_COOKIE, "")


def give_link_cookie(response: Response, settings: Settings, link: str, token: str) -> None:
    """Let a shared link know this browser again; the cookie is sent to that link alone."""
    _give(response, settings, LINK_COOKIE, token, link)


def language_code() -> str:
    """Return the code of the language that was chosen in this browser, "" when none."""
    return request.cookies.get(LANGUAGE_COOKIE, "")


def give_language_cookie(response: Response, settings: Settings, code: str) -> None:
    """Let all rater pages speak a language to this browser."""
    _give(response, settings, LANGUAGE_COOKIE, code, "/")


def studio_token() -> str | None:
    """Return the sighted session that this browser carries, None when it carries none."""
    return request.cookies.get(STUDIO_COOKIE) or None


def give_studio_cookie(response: Response, settings: Settings, token: str) -> None:
    """Sign this browser in; how long the session really lasts is the database's word."""
    _give(response, settings, STUDIO_COOKIE, token, "/", seconds=STUDIO_COOKIE_SECONDS)


def take_studio_cookie(response: Response, settings: Settings) -> None:
    """Remove the sighted session from this browser."""
    response.delete_cookie(
        STUDIO_COOKIE,
        path="/",
        secure=settings.cookies_over_tls,
        httponly=True,
        samesite="Lax",
    )


def seen_handles() -> list[str]:
    """Return the handles of shared reports that this browser has seen, the newest last."""
    kept = request.cookies.get(SEEN_COOKIE, "")[-_LONGEST_SEEN:].split(".")
    return [handle for handle in kept if _HANDLE.fullmatch(handle)][-MOST_SEEN:]


def give_seen_cookie(response: Response, settings: Settings, handle: str) -> None:
    """Mark this browser as one that has seen a shared report, beside those it saw before."""
    every = [*(one for one in seen_handles() if one != handle), handle][-MOST_SEEN:]
    _give(response, settings, SEEN_COOKIE, ".".join(every), "/")


def _give(
    response: Response,
    settings: Settings,
    name: str,
    value: str,
    path: str,
    *,
    seconds: int = RATER_COOKIE_SECONDS,
) -> None:
    """Set a cookie that no script reads and no other site's form sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=settings.cookies_over_tls,
        httponly=True,
        samesite="Lax",
    )
