"""Keeps the schema at the version the code needs, and tells whether it is."""

from service.database import Database, reachable
from service.store import migrate


def is_migrated(database: Database) -> bool:
    """Tell whether the database has exactly the schema that this code was written for."""
    with reachable():
        return migrate.current(database.engine) == migrate.newest()


def migrate_up(database: Database) -> None:
    """Bring the schema to the newest version; callers at the same time wait for each other."""
    if not is_migrated(database):
        with reachable():
            migrate.upgrade(database.engine)
