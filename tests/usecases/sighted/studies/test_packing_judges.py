from service.store import models
from service.usecases.sighted.generation import claims
from service.usecases.sighted.judges import evidence, making, progress
from service.usecases.sighted.studies import invariants
from tests import databases
from tests.factories import later
from tests.usecases.sighted.generation import batches
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from tests.usecases.sighted.studies.test_packing import Database, packed, unpacked


class TestJudges:
    def test_go_with_their_study_and_call_nobody_until_they_are_let(
        self, sqlite_database, sqlite_file, tmp_path
    ):
        with sqlite_database.transaction() as session:
            made = benches.study(session)
            benches.create(session, made)
            benches.choose(session, made, 2)
            benches.grade_all(session, made)
            benches.draw_audit(session, made, 3)
            benches.ask(session, made, 6)
            benches.answer_all(session, limit=8)
        (tmp_path / "other").mkdir()
        other = Database(databases.fresh_sqlite(sqlite_file, tmp_path / "other"))
        with other.transaction() as session:
            benches.study(session, name="noise", prompts=2)
        unpacked(other, packed(sqlite_database))
        with sqlite_database.reading() as session:
            before = evidence.of(session, made.name, NAME)
        with other.transaction() as session:
            view = progress.of(session, made.name, NAME)
            assert (view.is_paused, view.newest.calls.answered, view.newest.calls.waiting) == (
                True,
                8,
                4,
            )
            after = evidence.of(session, made.name, NAME)
            assert [one.settled for one in after.matchups] == [
                one.settled for one in before.matchups
            ]
            assert claims.claim(session, 9, batches.LEASE, later(9)) == []
            making.pause(session, made.name, NAME, is_paused=False)
            benches.ask(session, made, 1)
            # Its questions are known by their texts, so none is written a second time.
            keys = [row.key for row in session.query(models.Prompt) if len(row.key) == 64]
            assert len(keys) == len(set(keys)) == 14
            broken = [c for c in invariants.check(session, later(1)) if c.broken]
            assert broken == []
        other.engine.dispose()
