"""PostgreSQL killed and restarted: nothing that was acknowledged is lost."""

import os
import signal
import time
from contextlib import suppress

import pytest

from tests import databases
from tests.faults.deployment import LEASE_SECONDS, show, wait_for
from tests.faults.raters import Rater, stored_votes
from tests.faults.test_queue import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ITEMS = 300


@pytest.fixture
def mortal():
    """A PostgreSQL of its own that writes through to disk, to be killed."""
    with databases.postgres_server() as server:
        if server is None:
            pytest.fail("this test needs the binaries of PostgreSQL")
        server.stop()
        server.start(durable=True)
        yield server


def kill(server: databases.PostgresServer) -> None:
    """Kill the server as a power cut would: every process of it, without a word."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    time.sleep(1.5)  # its children notice that the postmaster is gone
    (server.data / "postmaster.pid").unlink(missing_ok=True)


class TestKilledDatabase:
    def test_loses_nothing_acknowledged(self, deploy, mortal):
        ground = deploy(databases.PostgresDatabases(mortal.address).fresh(), "--latency", "1.0")
        ground.make_items(ITEMS)
        workers = ground.run_workers(3)
        rater = Rater(ground, free_port())
        wait_for(lambda: len(rater.acknowledged) > 20)
        away = 0.0
        for _ in range(3):
            time.sleep(6)
            kill(mortal)
            started = time.monotonic()
            time.sleep(3)
            mortal.start(durable=True)
            away += time.monotonic() - started
        before = len(rater.acknowledged)
        wait_for(lambda: len(rater.acknowledged) > before + 20)
        quiet = ground.wait_until_done(ITEMS, 3 * LEASE_SECONDS)
        rater.stop()
        results = ground.results()
        show(
            away_seconds=round(away, 1), votes=len(rater.acknowledged), troubles=rater.troubles,
            calls=ground.calls(), results=dict(results), quiet_seconds=round(quiet, 1),
            worker_starts=[one.starts for one in workers],
        )  # fmt: skip
        stored = stored_votes(ground.database, rater.study)
        assert stored.items() >= {t: [c] for t, c in rater.acknowledged.items()}.items()
        assert all(len(choices) == 1 for choices in stored.values())
        assert results["complete"] == ITEMS
        assert ground.calls() <= ITEMS + results["worker_lost"]
        assert ground.broken_rules() == []
