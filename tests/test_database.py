import threading

import pytest
from sqlalchemy import select

from service.database import Crossed, Database, DatabaseAway
from service.store import models
from tests import factories


@pytest.fixture
def postgres_database(postgres):
    made = Database(postgres.fresh(), pool_size=5)
    yield made
    made.engine.dispose()


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
