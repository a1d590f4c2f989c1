import threading

import pytest
from sqlalchemy import event, select, text

from service.database import Crossed, Database, DatabaseAway, DatabaseFull, TookTooLong
from service.store import models
from tests import factories


@pytest.fixture
def postgres_database(postgres):
    made = Database(postgres.fresh(), pool_size=5)
    yield made
    made.engine.dispose()


class TestReading:
    def test_gives_up_what_takes_longer_than_somebody_waits_and_goes_on(self, database):
        endless = text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
            "SELECT count(*) FROM n"
        )
        with (
            pytest.raises(TookTooLong, match="Narrow what you look for"),
            database.reading(within=0.05) as session,
        ):
            session.scalar(endless)
        with database.reading() as session:
            some = "1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000"
            assert session.scalar(
                text(f"WITH RECURSIVE n(i) AS (SELECT {some}) SELECT count(*) FROM n")
            )


class TestCrossed:
    def test_names_a_deadlock_and_stores_nothing(self, postgres_database):
        with postgres_database.transaction() as session:
            ids = [factories.make_study(session, name).id for name in ("one", "other")]
        meeting = threading.Barrier(2)
        ends: list[str] = []

        def rename(order, title):
            try:
                with postgres_database.transaction() as session:
                    for number, identity in enumerate(order):
                        row = session.get_one(models.Study, identity)
                        row.title = title
                        session.flush()
                        if number == 0:
                            meeting.wait()
                ends.append(title)
            except Crossed:
                ends.append("crossed")

        both = [
            threading.Thread(target=rename, args=(order, title))
            for order, title in ((ids, "mine"), (ids[::-1], "yours"))
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert len(ends) == 2
        assert "crossed" in ends
        survivor = next(end for end in ends if end != "crossed")
        with postgres_database.reading() as session:
            assert set(session.scalars(select(models.Study.title))) == {survivor}

    def test_is_no_word_for_a_database_that_is_away(self, tmp_path):
        gone = Database(f"sqlite:///{tmp_path}/gone.sqlite3")
        with pytest.raises(DatabaseAway) as caught, gone.transaction() as session:
            session.execute(select(models.Study.id))
        gone.engine.dispose()
        assert not isinstance(caught.value, Crossed)


class TestFull:
    def test_says_so_stores_nothing_and_goes_on_when_there_is_room(self, sqlite_database):
        with sqlite_database.transaction() as session:
            factories.make_study(session, "before")

        def let_it_be_full(connection):
            connection.exec_driver_sql("PRAGMA max_page_count=1")  # as many as there are

        event.listen(sqlite_database.engine, "begin", let_it_be_full)
        with (
            pytest.raises(DatabaseFull, match="disk of the database is full"),
            sqlite_database.transaction() as session,
        ):
            factories.make_study(session, "too-much", instructions="x" * 10_000_000)
        event.remove(sqlite_database.engine, "begin", let_it_be_full)
        sqlite_database.engine.dispose()
        with sqlite_database.transaction() as session:
            factories.make_study(session, "after", instructions="x" * 10_000_000)
        with sqlite_database.reading() as session:
            names = session.scalars(select(models.Study.name).order_by(models.Study.id))
            assert list(names) == ["before", "after"]


class TestTurns:
    def test_a_writer_waits_until_the_one_before_has_committed(self, sqlite_database):
        order = []
        has_begun, both = threading.Event(), []

        def write():
            has_begun.wait()
            with sqlite_database.transaction() as session:
                order.append(session.scalar(select(models.Study.title)))

        both.append(threading.Thread(target=write))
        both[0].start()
        with sqlite_database.transaction() as session:
            has_begun.set()
            factories.make_study(session, "first", title="stored before")
        both[0].join()
        assert order == ["stored before"]

    def test_an_error_gives_the_turn_back(self, sqlite_database):
        with pytest.raises(ZeroDivisionError), sqlite_database.transaction():
            raise ZeroDivisionError
        with sqlite_database.transaction() as session:
            assert session.scalar(select(models.Study.id)) is None

    def test_a_forked_child_does_not_wait_for_its_parents_threads(self, sqlite_database):
        with sqlite_database.transaction():
            assert not sqlite_database._turn.acquire(blocking=False)
            sqlite_database.dispose()  # what a child does first
            assert sqlite_database._turn.acquire(blocking=False)


class TestFiles:
    def test_of_sqlite_are_for_the_operator_alone(self, tmp_path):
        database = Database(f"sqlite:///{tmp_path}/new/evenhand.sqlite3")
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE thing (id INTEGER)")
            modes = {
                path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()
            }
        assert modes.pop("evenhand.sqlite3") == 0o600
        assert set(modes.values()) <= {0o600}
        database.engine.dispose()
