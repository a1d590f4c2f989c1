"""Who may do what on sighted pages: sessions, roles, and tokens in every form."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request
from flask_wtf.csrf import ValidationError, generate_csrf, validate_csrf
from markupsafe import Markup

from service.database import now
from service.errors import NotAllowed
from service.usecases import accounts
from service.usecases.accounts import AccountView
from service.web import services, sessions
from service.web.security import SAFE_METHODS

ROLES = ("viewer", "researcher", "admin")
_ROLE = "_evenhand_role"
_PUBLIC = "public"

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class NotSignedIn(NotAllowed):
    """The page needs a signed-in browser, and this one is not."""


class RoleTooLow(NotAllowed):
    """The person is signed in but their role does not reach that far."""


class FormExpired(NotAllowed):
    """The form carries no token of this browser."""


def role(least: str) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Declare the least role a view needs; a view that declares none is refused to everybody."""
    if least not in {*ROLES, _PUBLIC}:
        raise ValueError(f"{least} is no role")

    def declare(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(view)
        def declared(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            if least != _PUBLIC:
                _require(least)
            return view(*args, **kwargs)

        setattr(declared, _ROLE, least)
        return declared

    return declare


def role_of(view: Callable[..., object]) -> str | None:
    """Return the role that a view declares."""
    return getattr(view, _ROLE, None)


def check() -> None:
    """Load who is signed in, and refuse unsafe requests without a token of this browser."""
    g.account = _account()
    if request.method in SAFE_METHODS:
        return
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
    except ValidationError:
        if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            raise FormExpired("This form is too old. Reload the page and try again.") from None
        raise FormExpired(
            "Your browser sent no cookie back. Open these pages as %(address)s "
            "and allow cookies there.",
            address=services.current().settings.web_address,
        ) from None


def current_or_none() -> AccountView | None:
    """Return who is signed in, if anybody is."""
    found: AccountView | None = g.get("account")
    return found


def may(least: str) -> bool:
    """Tell whether who is signed in has at least this role; pages hide what they may not."""
    account = current_or_none()
    return account is not None and ROLES.index(account.role) >= ROLES.index(least)


def form_token() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _account() -> AccountView | None:
    token = sessions.studio_token()
    if token is None or request.endpoint == "studio.send_file":
        return None
    with services.current().database.reading() as session:
        return accounts.account_of(session, token, now(session))


def _require(least: str) -> None:
    if current_or_none() is None:
        raise NotSignedIn("These pages need you to be signed in.")
    if not may(least):
        raise RoleTooLow("Only a %(role)s can do that. Ask whoever runs this Evenhand.", role=least)
