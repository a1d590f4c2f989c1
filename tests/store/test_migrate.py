import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from service.store import migrate, models
from tests.factories import MOMENT


class TestUpgrade:
    def test_makes_the_schema_of_the_models(self, database):
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, models.Model.metadata)

        assert differences == []

    def test_is_at_the_newest_revision(self, database):
        assert migrate.current(database.engine) == migrate.newest()

    def test_the_newest_revision_is_the_one_that_alembic_goes_to(self):
        assert ScriptDirectory.from_config(migrate._settings()).get_heads() == [migrate.newest()]

    def test_twice_changes_nothing(self, database):
        migrate.upgrade(database.engine)

        assert migrate.current(database.engine) == migrate.newest()


class TestDowngrade:
    def test_goes_down_one_by_one_and_up_again(self, database):
        for revision in [*(f"{number:04}" for number in range(10, 0, -1)), "base"]:
            migrate.downgrade(database.engine, revision)
        left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
        migrate.upgrade(database.engine)

        assert left == set()
        assert "vote" in inspect(database.engine).get_table_names()


ROWS = {
    "vote": {"choice": "left"},
    "mark": {"is_withdrawn": False, "left_grade": 3, "right_grade": 4},
}
STORED = {
    "assignment_id": 1,
    "revision": 1,
    "client_key": "k",
    "body_hash": "h",
    "is_late": False,
    "created_at": MOMENT,
}


class TestWhatRatersSaidIsAppendOnly:
    @pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET revision = 5"])
    @pytest.mark.parametrize("table", ROWS)
    def test_refuses_to_change_it(self, database, table, change):
        with database.engine.begin() as connection:
            if database.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            else:
                connection.execute(
                    text(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_assignment_id")
                )
            rows = models.Model.metadata.tables[table]
            connection.execute(rows.insert().values(**STORED, **ROWS[table]))
            with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
                connection.execute(text(change.format(table)))
            connection.rollback()
