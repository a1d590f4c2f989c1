"""What a request handler may reach: one frozen bundle, made once per application."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask.sansio.app import App

from service.database import Database
from service.settings import Settings

EXTENSION = "evenhand"


@dataclass(frozen=True)
class Services:
    """Settings, database, signing key, chance, and the bells of the queue.

    A ring callable returns False when the queue is away and never raises: what it would
    have announced stands in the database, and the sweeper rings again.
    """

    settings: Settings
    database: Database
    signing_key: str
    rng: random.Random
    ring_generation: Callable[[], bool]
    ring_finish: Callable[[], bool]
    ring_ratings: Callable[[int], bool]
    ring_exports: Callable[[], bool]
    ring_drafts: Callable[[], bool]


def of(app: App) -> Services:
    """Return the bundle of an application."""
    return cast("Services", app.extensions[EXTENSION])


def current() -> Services:
    """Return the bundle of the application that handles this request."""
    return of(current_app)
