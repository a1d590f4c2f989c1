"""The sighted pages: sign-in, studies, invites, leaderboards; everything a rater must not see."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from service.errors import ServiceError
from service.settings import Settings
from service.web import languages
from service.web.researcher import (
    access,
    accounts,
    completions,
    files,
    invites,
    leaderboards,
    problems,
    studies,
)
from service.web.services import Services


def blueprint(services: Services) -> Blueprint:
    """Return the sighted pages, ready to be registered; each call makes a new blueprint."""
    pages = Blueprint(
        "studio",
        __name__,
        template_folder="templates",
    )
    pages.record_once(lambda state: _configure_forms(state, services.settings))
    pages.before_request(access.check)
    pages.context_processor(
        lambda: {
            "account": access.current_or_none(),
            "may": access.may,
            "token": access.form_token,
            "figures": languages.words(),
            "file_address": files.address,
        }
    )
    pages.register_error_handler(ServiceError, problems.answer)
    for views in (files, accounts, studies, completions, invites, leaderboards):
        views.add_to(pages)
    return pages


def _configure_forms(state: BlueprintSetupState, settings: Settings) -> None:
    """Keep Flask's own session, which holds form tokens only, away from rater pages."""
    state.app.config.update(
        SESSION_COOKIE_NAME="evenhand_forms",
        SESSION_COOKIE_PATH="/studio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookies_over_tls,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: no form is lost over a coffee
    )
