"""What every response carries and every request must pass, whichever page it is for."""

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import NotFound

from service.domain import intake
from service.errors import NotAllowed
from service.settings import Settings

MAX_BODY_BYTES = 1024 * 1024
# A file, and what a form puts around it: to be imported, or to be read whole.
MAX_UPLOAD_BYTES = intake.MOST_BYTES + MAX_BODY_BYTES
_MAX_HELD_BYTES = intake.MOST_HELD_BYTES + MAX_BODY_BYTES
_IMPORTS = re.compile(r"/studio/(?!_)[^/]+/upload|/api/v1/studies/[^/]+/(imports|intakes)")
_HELD = re.compile(
    r"/studio/(_[^/]+/upload|[^/]+/configuration/documents)|/api/v1/prompt-drafts/logs"
)
# Of a form with files: a configuration has many fields, and its examples more.
MOST_PARTS = 400
# Under this name the server (service/rsgi.py) hands over the status of a request whose body it
# did not take: the page that says so is made here.
REFUSED = "evenhand.refused"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CACHED_FOR_EVER = "public, max-age=31536000, immutable"

POLICY: dict[str, str | None] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "evenhand",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}
# These speak of pages. On each of a page's twenty files they would only weigh.
_OF_PAGES = frozenset(
    {"X-Frame-Options", "Cross-Origin-Opener-Policy", "Permissions-Policy", "X-Robots-Tag"}
)
_WIDENED = "evenhand.policies"


class ForeignOrigin(NotAllowed):
    """Another site's page tried to act here in this person's name."""


def policy(changes: dict[str, str | None] | None = None) -> str:
    """Return the content security policy as a header; a directive set to None is left out."""
    directives = {**POLICY, **(changes or {})}
    return "; ".join(f"{name} {value}" for name, value in directives.items() if value is not None)


def widen(app: Flask, blueprint: str, changes: dict[str, str | None]) -> None:
    """Give the pages of one sighted blueprint another value for some directives.

    Example: ``widen(app, "studio", {"style-src": "'self' 'sha256-…'"})``. The rater's policy
    cannot be widened.
    """
    if blueprint == "rater":
        raise ValueError("the policy of rater pages is fixed")
    app.extensions.setdefault(_WIDENED, {})[blueprint] = policy(changes)


def install(app: Flask, settings: Settings) -> None:
    """Add the checks before and the headers after every request, errors and files included."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = 100
    hosts = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    if hosts:
        own = urlsplit(settings.web_address).hostname
        app.config["TRUSTED_HOSTS"] = [*hosts, *([own] if own else [])]
    usual = policy()
    app.before_request(_refuse_bodies)
    app.before_request(_refuse_unstorable_addresses)
    app.before_request(lambda: _refuse_other_origins(settings))

    @app.after_request
    def protect(response: Response) -> Response:
        is_file = g.get("is_cacheable", False)
        for name, value in HEADERS.items():
            if not (is_file and name in _OF_PAGES):
                response.headers[name] = value
        widened: dict[str, str] = app.extensions.get(_WIDENED, {})
        response.headers["Content-Security-Policy"] = widened.get(request.blueprint or "", usual)
        if not is_file:
            response.headers["Cache-Control"] = "no-store"
        _leave_host_out(response)
        if settings.cookies_over_tls:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def takes_files(path: str) -> bool:
    """Tell whether files are uploaded to this path."""
    return most_of(path) != MAX_BODY_BYTES


def most_of(path: str) -> int:
    """Return how many bytes a request to this path may bring."""
    if _IMPORTS.fullmatch(path):
        return MAX_UPLOAD_BYTES
    return _MAX_HELD_BYTES if _HELD.fullmatch(path) else MAX_BODY_BYTES


def most_of_a_file(path: str) -> int:
    """Return how many megabytes a file that is sent to this path may have."""
    return (most_of(path) - MAX_BODY_BYTES) >> 20


def client_address(settings: Settings) -> str:
    """Return the address that a request comes from, as far as proxies of ours can be believed."""
    if not settings.proxies:
        return request.remote_addr or ""
    route = request.headers.get("X-Forwarded-For", "").split(",")
    return route[-settings.proxies].strip() if len(route) >= settings.proxies else ""


def allow_caching(response: Response) -> Response:
    """Let browsers keep this response for ever: its address holds a hash of its contents."""
    g.is_cacheable = True
    response.headers["Cache-Control"] = CACHED_FOR_EVER
    return response


def derive_key(signing_key: str, purpose: str) -> str:
    """Return a key for one purpose, so that no two parts ever sign with the same one."""
    return hmac.new(signing_key.encode(), f"web:{purpose}".encode(), hashlib.sha256).hexdigest()


def _leave_host_out(response: Response) -> None:
    """Say by its path alone where else a page of ours is: anybody can write a Host header."""
    target = response.headers.get("Location", "")
    if target.startswith("http"):
        response.headers["Location"] = target.removeprefix(f"{request.scheme}://{request.host}")
        response.data = b""


def _refuse_bodies() -> None:
    """Answer for a body that is too large, before anything of it is read, or that never came."""
    refused = request.environ.get(REFUSED)
    if refused is not None:
        abort(refused)
    request.max_content_length = most_of(request.path)
    if takes_files(request.path):
        request.max_form_parts = MOST_PARTS
    if (request.content_length or 0) > request.max_content_length:
        abort(413)


def _refuse_unstorable_addresses() -> None:
    """Answer 404 to an address that no row could ever have."""
    if "\0" in request.path:
        raise NotFound


def _refuse_other_origins(settings: Settings) -> None:
    """Refuse a changing request that a page of another site caused.

    Browsers send ``Sec-Fetch-Site`` from pages they trust (TLS or this machine) and `Origin`
    always; under our no-referrer policy a form's `Origin` is "null". A program sends neither.
    SameSite cookies and unguessable tokens stand behind this check.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "")
    if site is not None:
        is_foreign = site not in {"same-origin", "none"}
    elif origin in {"", "null"}:
        is_foreign = False
    else:
        is_foreign = _place(origin) not in {
            request.host.lower(),
            _place(settings.web_address),
        }
    if is_foreign:
        raise ForeignOrigin("This was sent from another site. Please open the page and try again.")


def _place(address: str) -> str | None:
    """Return the host and port of an address, None where it has none that can be read."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return None
