"""The web application: a table of contents of what it is made of."""

import random
import secrets
from collections.abc import Mapping

from flask import Flask
from jinja2 import StrictUndefined

from service import jobs
from service.database import Database
from service.settings import Settings
from service.web import errors, health, languages, rater, researcher, security, sessions
from service.web.mounting import Mounted
from service.web.services import EXTENSION, Services

__all__ = ["Services", "create_app"]


def create_app(
    settings: Settings,
    database: Database,
    *,
    rng: random.Random | None = None,
    speaks: Mapping[str, languages.Language] | None = None,
) -> Flask:
    """Return the application; `rng` decides sides and draws, a secure source by default.

    `speaks` are the languages of rater pages, by code; those that are shipped by default.
    """
    services = Services(
        settings=settings,
        database=database,
        signing_key=settings.signing_key(),
        rng=rng or secrets.SystemRandom(),
        ring_generation=lambda: jobs.ring_generation(jobs.address_of(settings)),
        ring_finish=lambda: jobs.ring_finish(jobs.address_of(settings)),
        ring_ratings=lambda study_id: jobs.ring_ratings(jobs.address_of(settings), study_id),
        ring_exports=lambda: jobs.ring_exports(jobs.address_of(settings)),
        ring_drafts=lambda: jobs.ring_drafts(jobs.address_of(settings)),
    )
    app = Flask("service.web", static_folder=None)
    app.extensions[EXTENSION] = services
    # Sighted forms sign with this key; rater pages have no session of Flask's own.
    app.session_interface = sessions.FormSessions()
    app.secret_key = security.derive_key(services.signing_key, "flask-session")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.install(app, settings)
    languages.install(app, speaks or languages.shipped())
    errors.install(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(rater.pages)
    app.register_blueprint(researcher.studio)
    app.register_blueprint(researcher.shared.shared)
    security.widen(app, researcher.shared.shared.name, researcher.shared.POLICY)

    def make_api() -> Flask:
        from service.web.api.application import create_api  # noqa: PLC0415 - see `mounting`

        return create_api(services)

    mounted = Mounted(app.wsgi_app, "/api/", make_api)
    app.wsgi_app = mounted.answer  # type: ignore[method-assign,assignment]
    return app
