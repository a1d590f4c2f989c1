"""What a vote costs at the very least: one insert through SQLAlchemy behind a bare WSGI function.

Granian serves `app` beside us in `make bench-voting`, on a database as durable as ours.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from service.database import make_engine

_PRESSED = Table(
    "pressed",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("token", String(64)),
    Column("choice", String(16)),
)
_ADD = insert(_PRESSED)
_ENGINE = make_engine(os.environ["DATABASE_URL"])
_PRESSED.metadata.create_all(_ENGINE)


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Store what was pressed, whatever was asked."""
    with _ENGINE.begin() as connection:
        connection.execute(_ADD, {"token": environ["PATH_INFO"], "choice": "left"})
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
