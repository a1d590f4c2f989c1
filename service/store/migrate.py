"""Brings a database to the newest schema, or back; one runner at a time."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

# Any fixed number: it names our lock among PostgreSQL's advisory locks.
_LOCK = 7_305_011


def _settings() -> Config:
    made = Config()
    made.set_main_option("script_location", str(resources.files("service.store") / "migrations"))
    return made


def newest() -> str:
    """Return the revision that the code needs."""
    head = ScriptDirectory.from_config(_settings()).get_current_head()
    return head or ""


def current(engine: Engine) -> str:
    """Return the revision the database has, "" for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to a revision; concurrent callers wait for each other."""
    _run(engine, revision, is_upgrade=True)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to a revision ("base" empties the database)."""
    _run(engine, revision, is_upgrade=False)


def _run(engine: Engine, revision: str, *, is_upgrade: bool) -> None:
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
