"""A queue server that forgets, is gone, or hangs: raters notice nothing, work goes on."""

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from rq import Queue

from service import jobs
from tests.faults.deployment import LEASE_SECONDS, show, wait_for
from tests.faults.raters import Rater, stored_votes

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

OUTAGE_SECONDS = 60.0
RESUMED_SECONDS = 40.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def seconds_until_more_is_ready(ground) -> float:
    before, started = ground.states()["ready"], time.monotonic()
    wait_for(lambda: ground.states()["ready"] > before, 2 * LEASE_SECONDS)
    return time.monotonic() - started


class TestFlush:
    def test_every_15_seconds_holds_up_for_40_at_most(self, on_postgres):
        ground = on_postgres("--latency", "1.5")
        ground.make_items(300)
        ground.run_workers(3)
        waits = []
        for _ in range(4):
            with ground.client() as client:
                client.flushall()
            waits.append(seconds_until_more_is_ready(ground))
            time.sleep(max(0.0, 15.0 - waits[-1]))
        ground.wait_until_done(300, 3 * LEASE_SECONDS)
        show(resumed_after=[round(wait, 1) for wait in waits], calls=ground.calls())
        assert max(waits) <= RESUMED_SECONDS
        assert ground.calls() == 300
        assert ground.broken_rules() == []

    def test_between_shifts_is_healed_by_the_sweeper(self, on_postgres):
        ground = on_postgres()
        ground.run_workers(1)
        with ground.client() as client:
            client.flushall()
        ground.make_items(20)
        took = ground.wait_until_done(20, RESUMED_SECONDS)
        show(done_after=round(took, 1))
        assert ground.calls() == 20
        assert ground.broken_rules() == []


class TestOutage:
    @pytest.mark.parametrize("kind", ["gone", "hung"])
    def test_of_a_minute_is_not_noticed_by_raters(self, on_postgres, kind):
        ground = on_postgres("--latency", "1.5")
        ground.make_items(600)
        ground.run_workers(3)
        rater = Rater(ground, free_port())
        wait_for(lambda: len(rater.acknowledged) > 20)
        if kind == "gone":
            ground.stop_queue()
        else:
            ground.queue.send_signal(signal.SIGSTOP)
        before = len(rater.acknowledged)
        time.sleep(OUTAGE_SECONDS)
        votes = len(rater.acknowledged) - before
        if kind == "gone":
            ground.start_queue()
        else:
            ground.queue.send_signal(signal.SIGCONT)
        resumed = seconds_until_more_is_ready(ground)
        ground.wait_until_done(600, 4 * LEASE_SECONDS)
        rater.stop()
        show(
            kind=kind, votes=votes, troubles=rater.troubles, slowest_vote=rater.slowest(),
            resumed_after=round(resumed, 1), calls=ground.calls(),
        )  # fmt: skip
        assert votes > 100
        assert rater.troubles == 0
        assert resumed <= RESUMED_SECONDS
        assert ground.results()["complete"] == 600
        assert ground.calls() <= 600 + ground.results()["worker_lost"]
        stored = stored_votes(ground.database, rater.study)
        assert stored.items() >= {t: [c] for t, c in rater.acknowledged.items()}.items()
        assert ground.broken_rules() == []


class TestDuplicateRings:
    def test_fifty_make_one_call(self, on_postgres):
        ground = on_postgres("--latency", "0.5")
        ground.make_items(2)
        with ground.database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE completion SET state = 'failed' WHERE id ="
                                                 " (SELECT max(id) FROM completion)")  # fmt: skip

        def ring(_number: int) -> None:
            with ground.client() as client:
                queue = Queue(jobs.COMPLETIONS_QUEUE, connection=client, serializer="json")
                queue.enqueue_call(jobs.GENERATE, job_id=f"generate-{uuid4().hex}")

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(ring, range(50)))
        ground.run_workers(3)
        ground.wait_until_done(1, 60)
        with ground.client() as client:
            queue = Queue(jobs.COMPLETIONS_QUEUE, connection=client, serializer="json")
            wait_for(lambda: queue.count == 0)
        time.sleep(2)
        show(calls=ground.calls())
        assert ground.calls() == 1
        assert ground.broken_rules() == []
