import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from rq import Queue
from sqlalchemy import update

from service import jobs
from service.database import Database, DatabaseAway
from service.settings import Settings
from service.store import models
from tests import factories
from tests.fakes import programs
from workers import sweeper


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.QueueProgram]:
    with programs.queue_program(tmp_path_factory.mktemp("queue")) as program:
        yield program


@pytest.fixture(autouse=True)
def _empty(queue):
    with queue.client() as client:
        client.flushall()


def waiting(queue) -> dict[str, int]:
    with queue.client() as client:
        names = (jobs.COMPLETIONS_QUEUE, jobs.RATINGS_QUEUE)
        return {n: len(Queue(n, connection=client, serializer="json").get_job_ids()) for n in names}


def make_pending(database, **fields) -> None:
    with database.transaction() as session:
        factories.make_study(session, ready=False, prompts=2)
        if fields:
            session.execute(update(models.Completion).values(**fields))


def make_dirty(database) -> int:
    with database.transaction() as session:
        study = factories.make_study(session, name="voted-on")
        first, second = study.configurations.values()
        rater = factories.make_rater(session, study)
        assignment = models.Assignment(
            token="t", study_id=study.id, rater_id=rater, prompt_id=study.prompts[0],
            kind="regular", state="voted", first_configuration_id=first,
            second_configuration_id=second, first_completion_id=1, second_completion_id=2,
            sides=True, draw_probability=1.0, lease_until=factories.MOMENT,
            dealt_at=factories.MOMENT,
        )  # fmt: skip
        session.add(assignment)
        session.flush()
        session.add(models.Dirty(study_id=study.id, assignment_id=assignment.id))
        return study.id


class TestSweep:
    def test_rings_for_pending_completions(self, database, queue):
        make_pending(database)
        swept = sweeper.sweep(database, queue.address)
        assert (swept.pending, swept.rings, swept.lost_rings) == (4, 1, 0)
        assert waiting(queue)[jobs.COMPLETIONS_QUEUE] == 1

    def test_rings_for_leases_that_ran_out(self, database, queue):
        make_pending(database, state="running", lease_until=factories.MOMENT)
        sweeper.sweep(database, queue.address)
        assert waiting(queue)[jobs.COMPLETIONS_QUEUE] == 1

    def test_rings_for_recorded_ones(self, database, queue):
        make_pending(database, state="recorded", turns=["A text."])
        assert sweeper.sweep(database, queue.address).recorded == 4
        assert waiting(queue)[jobs.COMPLETIONS_QUEUE] == 1

    def test_rings_for_a_dirty_leaderboard(self, database, queue):
        make_dirty(database)
        assert sweeper.sweep(database, queue.address).dirty_studies == 1
        assert waiting(queue)[jobs.RATINGS_QUEUE] == 1

    def test_is_silent_where_nothing_is_due(self, database, queue):
        with database.transaction() as session:
            factories.make_study(session)
        assert sweeper.sweep(database, queue.address).rings == 0
        assert waiting(queue) == {jobs.COMPLETIONS_QUEUE: 0, jobs.RATINGS_QUEUE: 0}

    def test_twice_is_as_once(self, database, queue):
        make_pending(database)
        make_dirty(database)
        for _ in range(3):
            sweeper.sweep(database, queue.address)
        assert waiting(queue) == {jobs.COMPLETIONS_QUEUE: 1, jobs.RATINGS_QUEUE: 1}

    def test_counts_rings_that_nobody_heard(self, sqlite_database):
        make_pending(sqlite_database)
        assert sweeper.sweep(sqlite_database, "redis://127.0.0.1:1").lost_rings == 1


class Away(Database):
    def reading(self):
        raise DatabaseAway("away")


class TestSweeper:
    def test_survives_outages_and_says_each_once(self, sqlite_database, tmp_path, caplog):
        caplog.set_level("INFO")
        settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1")
        make_pending(sqlite_database)
        one = sweeper.Sweeper(settings, Away(str(sqlite_database.engine.url)))
        for _ in range(2):
            one.look(with_completions=True)
        one._database = sqlite_database
        for _ in range(2):
            one.look(with_completions=True)
        assert [record.message for record in caplog.records] == [
            "the database is away",
            "the queue is away; what is due waits",
        ]

    def test_ends_soon_after_it_is_asked_to(self, sqlite_database, tmp_path):
        one = sweeper.Sweeper(Settings(data_dir=tmp_path), sqlite_database)
        running = threading.Thread(target=one.run)
        running.start()
        one.stop()
        running.join(60)
        assert not running.is_alive()


class TestMain:
    def run(self, database, queue, folder, *options):
        environment = {
            **os.environ,
            "DATABASE_URL": str(database.engine.url),
            "REDIS_URL": queue.address,
            "DATA_DIR": str(folder),
        }
        command = [sys.executable, "-m", "workers.sweeper", *options]
        return subprocess.Popen(
            command, env=environment, cwd=programs.ROOT, stdout=subprocess.PIPE, text=True
        )

    def test_once_looks_once_and_says_what_it_found(self, sqlite_database, queue, tmp_path):
        make_pending(sqlite_database)
        with self.run(sqlite_database, queue, tmp_path, "--once") as program:
            said, _ = program.communicate(timeout=60)
        assert program.returncode == 0
        assert "pending 4" in said
        assert waiting(queue)[jobs.COMPLETIONS_QUEUE] == 1

    def test_rings_again_after_everything_was_flushed(self, sqlite_database, queue, tmp_path):
        make_pending(sqlite_database)
        with self.run(sqlite_database, queue, tmp_path) as program:
            try:
                for _ in range(2):
                    end = time.monotonic() + 120
                    while not waiting(queue)[jobs.COMPLETIONS_QUEUE]:
                        assert time.monotonic() < end
                        time.sleep(0.1)
                    with queue.client() as client:
                        client.flushall()
            finally:
                program.send_signal(signal.SIGTERM)
                program.wait(120)
        assert program.returncode == 0
