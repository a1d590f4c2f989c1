"""Brings a database to the newest schema, or back; one runner at a time."""

from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

# Any fixed number: it names our lock among PostgreSQL's advisory locks.
_LOCK = 7_305_011


def _settings() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - only who migrates loads it

    made = Config()
    made.set_main_option("script_location", str(resources.files("service.store") / "migrations"))
    return made


def revisions() -> list[str]:
    """Return every revision, oldest first: migrations are named by their numbers."""
    folder = resources.files("service.store") / "migrations" / "versions"
    return sorted(path.name[:4] for path in folder.iterdir() if path.name[:4].isdigit())


def newest() -> str:
    """Return the revision that the code needs."""
    return revisions()[-1]


def current(engine: Engine) -> str:
    """Return the revision the database has, "" for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to a revision; concurrent callers wait for each other."""
    _run(engine, revision, is_upgrade=True)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to a revision ("base" empties the database)."""
    _run(engine, revision, is_upgrade=False)


def _run(engine: Engine, revision: str, *, is_upgrade: bool) -> None:
    from alembic import command  # noqa: PLC0415 - see `_settings`

    made = _settings()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = '60s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        made.attributes["connection"] = connection
        if is_upgrade:
            command.upgrade(made, revision)
        else:
            command.downgrade(made, revision)
