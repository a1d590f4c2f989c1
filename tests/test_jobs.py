import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rq import Queue

from service import jobs
from service.settings import Settings
from tests.fakes import programs


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.QueueProgram]:
    with programs.queue_program(tmp_path_factory.mktemp("queue")) as program:
        yield program


@pytest.fixture(autouse=True)
def _empty(queue):
    with queue.client() as client:
        client.flushall()


def waiting(queue, name):
    with queue.client() as client:
        return Queue(name, connection=client, serializer="json").get_job_ids()


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


def seconds_of(ring) -> float:
    started = time.monotonic()
    ring()
    return time.monotonic() - started


class TestRingGeneration:
    def test_puts_one_job_into_its_queue(self, queue):
        assert jobs.ring_generation(queue.address) is True
        (only,) = waiting(queue, jobs.COMPLETIONS_QUEUE)
        with queue.client() as client:
            record = client.hgetall(f"rq:job:{only}")
        assert record[b"description"] == jobs.GENERATE.encode()
        assert record[b"result_ttl"] == b"60"

    def test_rings_do_not_pile_up(self, queue):
        assert all(jobs.ring_generation(queue.address) for _ in range(20))
        assert len(waiting(queue, jobs.COMPLETIONS_QUEUE)) == 1

    def test_many_at_once_leave_few_jobs_and_no_error(self, queue):
        ringers = [
            threading.Thread(target=jobs.ring_generation, args=(queue.address,)) for _ in range(30)
        ]
        for ringer in ringers:
            ringer.start()
        for ringer in ringers:
            ringer.join()
        assert 1 <= len(waiting(queue, jobs.COMPLETIONS_QUEUE)) <= 4

    def test_a_ring_after_the_job_was_taken_is_heard(self, queue):
        jobs.ring_generation(queue.address)
        with queue.client() as client:
            client.lpop(f"rq:queue:{jobs.COMPLETIONS_QUEUE}")
        assert jobs.ring_generation(queue.address) is True
        assert len(waiting(queue, jobs.COMPLETIONS_QUEUE)) == 1


class TestRingRatings:
    def test_studies_wait_side_by_side_once_each(self, queue):
        for study_id in (1, 11, 1, 11):
            assert jobs.ring_ratings(queue.address, study_id) is True
        names = waiting(queue, jobs.RATINGS_QUEUE)
        assert [name.rsplit("-", 1)[0] for name in names] == ["refresh-1", "refresh-11"]

    def test_never_lands_among_completions(self, queue):
        jobs.ring_ratings(queue.address, 7)
        assert waiting(queue, jobs.COMPLETIONS_QUEUE) == []


class TestAwayQueue:
    @pytest.mark.parametrize(
        "address",
        ["unix:///nowhere/socket", "redis://127.0.0.1:1", "nonsense://", "redis://", "", None],
    )
    def test_gone_is_false_within_a_second(self, address):
        heard = []
        assert seconds_of(lambda: heard.append(jobs.ring_generation(address))) < 1.0
        assert heard == [False]

    def test_a_hung_server_is_false_within_a_second(self, black_hole):
        heard = []
        assert seconds_of(lambda: heard.append(jobs.ring_ratings(black_hole, 3))) < 1.0
        assert heard == [False]

    def test_a_frozen_real_server_is_false_within_a_second(self, queue):
        queue.freeze()
        try:
            heard = []
            assert seconds_of(lambda: heard.append(jobs.ring_generation(queue.address))) < 1.0
            assert heard == [False]
        finally:
            queue.thaw()

    def test_a_hung_server_holds_few_threads(self, black_hole):
        for _ in range(8):
            threading.Thread(target=jobs.ring_generation, args=(black_hole,), daemon=True).start()
        time.sleep(0.1)
        ringing = [thread for thread in threading.enumerate() if thread.name == "ring"]
        assert len(ringing) <= 4
        for thread in ringing:
            thread.join(2)


class TestAddressOf:
    def test_prefers_the_setting(self, tmp_path: Path):
        jobs.note_address(tmp_path, "unix:///noted")
        settings = Settings(data_dir=tmp_path, redis_url="redis://set")
        assert jobs.address_of(settings) == "redis://set"

    def test_falls_back_to_what_the_running_service_noted(self, tmp_path: Path):
        jobs.note_address(tmp_path, "unix:///noted")
        assert jobs.address_of(Settings(data_dir=tmp_path)) == "unix:///noted"

    def test_is_none_where_nothing_runs(self, tmp_path: Path):
        assert jobs.address_of(Settings(data_dir=tmp_path)) is None
