"""The blueprint of the sighted pages: views add themselves to it; what all of them need."""

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from service.errors import ServiceError
from service.web import services, static
from service.web.researcher import access, problems

studio = Blueprint("studio", "service.web.researcher", template_folder="templates")
studio.before_request(access.check)
studio.register_error_handler(ServiceError, problems.answer)
studio.add_app_template_global(static.STUDIO.address, "studio_file")


@studio.record_once
def _configure_forms(state: BlueprintSetupState) -> None:
    """Keep Flask's own session, which holds form tokens only, away from rater pages."""
    settings = services.of(state.app).settings
    state.app.config.update(
        SESSION_COOKIE_NAME="evenhand_forms",
        SESSION_COOKIE_PATH="/studio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookies_over_tls,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: no form is lost over a coffee
    )


@studio.get("/studio/_files/<version>/<name>")
@access.role("public")
def send_file(version: str, name: str) -> Response:
    """Send a stylesheet, a script or an icon."""
    return static.STUDIO.send(version, name)
