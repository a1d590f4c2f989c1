"""Prepares the database and greets with three links: ``python -m service.supervisor.welcome``.

A program of its own, so that what it loads is gone when the service runs.
"""

import sys
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy.exc import ArgumentError

from service.database import Database, DatabaseAway, now
from service.errors import ServiceError
from service.settings import Settings, SettingsInvalid
from service.usecases import upkeep
from service.usecases.sighted.studies import installation


@dataclass(frozen=True)
class Links:
    """Paths for the three links; None where there is no study to rate yet."""

    rate: str | None
    leaderboard: str
    studio: str
    is_first_run: bool


def main() -> int:
    """Print the greeting, or what is in the way; return the exit code."""
    try:
        greeting = prepare(Settings.from_environ())
    except ServiceError as error:
        print(error.message)  # noqa: T201 - the supervisor says it
        return 1
    print(greeting)  # noqa: T201 - the supervisor says it when the page is served
    return 0


def prepare(settings: Settings) -> str:
    """Migrate the database, make what a first run needs, and return the greeting.

    Raises
    ------
    DatabaseAway
        Where there is no database to prepare.
    """
    database = _open(settings)
    try:
        upkeep.migrate_up(database)
        return text(_links(settings, database), settings)
    finally:
        database.engine.dispose()


def _open(settings: Settings) -> Database:
    try:
        database = Database(settings.database_address, pool_size=1)
    except (ArgumentError, ImportError):
        raise SettingsInvalid(
            "DATABASE_URL: must begin with sqlite:// or postgresql://, and be a whole address."
        ) from None
    if not database.is_up():
        raise DatabaseAway(
            "The database cannot be reached. Start it and look at DATABASE_URL, "
            "or leave that unset to use a file in DATA_DIR."
        )
    return database


def _links(settings: Settings, database: Database) -> Links:
    key = settings.signing_key()  # made now, so that no two programs make one each
    with database.transaction() as session:
        greeting = installation.prepare(
            session, now(session), key, with_demonstration=settings.demonstration
        )
    board = f"/studio/{greeting.study}/leaderboard" if greeting.study else "/studio/"
    return Links(
        rate=None if greeting.rate_token is None else f"/i/{greeting.rate_token}",
        leaderboard=sign_in_path(greeting.leaderboard_token, board),
        studio=sign_in_path(greeting.studio_token, "/studio/"),
        is_first_run=greeting.is_first_run,
    )


def sign_in_path(token: str, page: str) -> str:
    """Return the path that signs in once and goes on to a page."""
    return f"/sign-in/{token}?next={quote(page)}"


def text(links: Links, settings: Settings) -> str:
    """Return the greeting, ready to print."""
    address = settings.web_address
    lines = ["", "Evenhand is ready.", ""]
    if links.rate:
        lines.append(f"  Rate now     {address}{links.rate}")
    lines += [
        f"  Leaderboard  {address}{links.leaderboard}",
        f"  Studio       {address}{links.studio}",
        "",
        "The last two sign you in once. Ctrl-C stops everything; your data stays in",
        f"{settings.data_dir.resolve()}",
    ]
    if settings.is_open_to_all and not settings.public_url:
        lines += [
            "",
            f"Other machines reach it as {address} where network and firewall let them. Known",
            "by another name there? Start with PUBLIC_URL=http://that.name:PORT.",
        ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
