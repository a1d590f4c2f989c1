"""The application as a WSGI server finds it: `service.wsgi:app`."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def make() -> "Flask":
    """Return the application for this process's environment.

    While a thousand modules load there is nothing to collect, and looking for it costs a tenth of
    a second of the start. What is loaded in the end stays: to walk over all of it later would hold
    up a rater now and then.
    """
    gc.disable()
    from service.database import Database  # noqa: PLC0415 - loaded while nothing is collected
    from service.settings import Settings  # noqa: PLC0415
    from service.web.app import create_app  # noqa: PLC0415

    settings = Settings.from_environ()
    database = Database(settings.database_address, pool_size=settings.web_threads)
    made = create_app(settings, database)
    gc.collect()
    gc.freeze()
    gc.enable()
    return made


app = make()
