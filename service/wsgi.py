"""The application as a WSGI server finds it: `service.wsgi:app`."""

import gc

from flask import Flask

from service.database import Database
from service.settings import Settings
from service.web.app import create_app


def make() -> Flask:
    """Return the application for this process's environment."""
    settings = Settings.from_environ()
    database = Database(settings.database_address, pool_size=settings.web_threads)
    return create_app(settings, database)


app = make()
# What is loaded by now stays: to walk over all of it would hold up a rater now and then.
gc.collect()
gc.freeze()
