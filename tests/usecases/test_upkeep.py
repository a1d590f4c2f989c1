from service.database import Database
from service.store import migrate
from service.usecases import upkeep


class TestMigrateUp:
    def test_brings_an_empty_database_to_the_newest_version(self, tmp_path):
        database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        assert not upkeep.is_migrated(database)
        upkeep.migrate_up(database)
        assert upkeep.is_migrated(database)
        database.engine.dispose()

    def test_changes_nothing_where_there_is_nothing_to_do(self, database):
        upkeep.migrate_up(database)
        assert migrate.current(database.engine) == migrate.newest()
