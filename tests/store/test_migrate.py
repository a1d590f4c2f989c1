import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from service.store import migrate, models


class TestUpgrade:
    def test_makes_the_schema_of_the_models(self, database):
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, models.Model.metadata)

        assert differences == []

    def test_is_at_the_newest_revision(self, database):
        assert migrate.current(database.engine) == migrate.newest()

    def test_twice_changes_nothing(self, database):
        migrate.upgrade(database.engine)

        assert migrate.current(database.engine) == migrate.newest()


class TestDowngrade:
    def test_goes_down_one_by_one_and_up_again(self, database):
        for revision in [*(f"{number:04}" for number in range(9, 0, -1)), "base"]:
            migrate.downgrade(database.engine, revision)
        left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
        migrate.upgrade(database.engine)

        assert left == set()
        assert "vote" in inspect(database.engine).get_table_names()


class TestVotesAreAppendOnly:
    @pytest.mark.parametrize("statement", ["DELETE FROM vote", "UPDATE vote SET choice = 'left'"])
    def test_refuses_to_change_a_vote(self, database, statement):
        with database.engine.begin() as connection:
            if database.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            else:
                connection.execute(text("ALTER TABLE vote DROP CONSTRAINT fk_vote_assignment_id"))
            connection.execute(
                text(
                    "INSERT INTO vote (assignment_id, revision, choice, client_key, body_hash,"
                    " is_late, created_at) VALUES (1, 1, 'left', 'k', 'h', false,"
                    " '2026-01-01 00:00:00')"
                )
            )
            with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
                connection.execute(text(statement))
            connection.rollback()


class TestMarksAreAppendOnly:
    @pytest.mark.parametrize("statement", ["DELETE FROM mark", "UPDATE mark SET left_grade = 5"])
    def test_refuses_to_change_a_mark(self, database, statement):
        with database.engine.begin() as connection:
            if database.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            else:
                connection.execute(text("ALTER TABLE mark DROP CONSTRAINT fk_mark_assignment_id"))
            connection.execute(
                text(
                    "INSERT INTO mark (assignment_id, revision, is_withdrawn, client_key,"
                    " body_hash, is_late, created_at)"
                    " VALUES (1, 1, false, 'k', 'h', false, '2026-01-01 00:00:00')"
                )
            )
            with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
                connection.execute(text(statement))
            connection.rollback()
