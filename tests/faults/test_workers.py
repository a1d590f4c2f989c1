"""Workers that are killed, frozen and restarted: nothing is lost, nothing is stored twice."""

import random
import signal
import time

import pytest

from tests.faults.deployment import LEASE_SECONDS, show, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ITEMS = 200
FAULTS_SECONDS = 75.0


def _in_a_call(ground, workers):
    return ground.results()[None] and any(one.horses() for one in workers)


def _is_done(ground):
    return ground.results()["complete"] == ITEMS


class TestKills:
    def test_of_parents_and_children_lose_nothing(self, deploy, address):
        ground = deploy(address, "--latency", "1.0")
        ground.make_items(ITEMS)
        workers = ground.run_workers(3)
        chance, kills = random.Random(7), 0
        end = time.monotonic() + FAULTS_SECONDS
        while time.monotonic() < end:
            time.sleep(chance.uniform(1.0, 3.0))
            # A worker that has begun anew loads its library first: who is in no call loses none.
            wait_for(lambda: _in_a_call(ground, workers) or _is_done(ground))
            if _is_done(ground):
                break
            parent, child = chance.choice([(True, False), (False, True), (True, True)])
            victim = chance.choice([one for one in workers if one.horses()] or workers)
            kills += bool(victim.horses()) or parent
            victim.signal(signal.SIGKILL, parent=parent, child=child)
        quiet = ground.wait_until_done(ITEMS, 3 * LEASE_SECONDS)
        results, calls = ground.results(), ground.calls()
        in_flight = results["worker_lost"]
        show(kills=kills, calls=calls, in_flight=in_flight, quiet_seconds=round(quiet, 1))
        assert quiet <= 2 * LEASE_SECONDS
        assert results["complete"] == ITEMS
        assert in_flight > 0
        assert calls <= ITEMS + in_flight
        assert ground.broken_rules() == []


class TestFreeze:
    def test_past_the_lease_is_fenced_off(self, on_postgres):
        ground = on_postgres("--latency", "1.0")
        ground.make_items(20)
        workers = ground.run_workers(2)
        wait_for(lambda: ground.results()[None] > 4)  # both have claimed
        frozen = next(one for one in workers if one.horses())
        frozen.signal(signal.SIGSTOP)
        calls_lost = ground.results()[None]
        time.sleep(LEASE_SECONDS + 8)
        ground.wait_until_done(20, LEASE_SECONDS)
        frozen.signal(signal.SIGCONT)
        wait_for(lambda: "fenced off" in frozen.log.read_text(), 30)
        results = ground.results()
        show(calls=ground.calls(), open_at_the_freeze=calls_lost, results=dict(results))
        assert results["complete"] == 20
        assert 0 < results["worker_lost"] <= calls_lost
        assert ground.calls() <= 20 + results["worker_lost"]
        assert ground.broken_rules() == []


class TestRollingRestarts:
    def test_five_times_pay_nothing_twice(self, on_postgres):
        ground = on_postgres("--latency", "1.0")
        ground.make_items(ITEMS)
        workers = ground.run_workers(3)
        restarts = 0
        for _ in range(5):
            for one in workers:
                before = one.starts
                one.signal(signal.SIGTERM, child=False)
                wait_for(lambda one=one, before=before: one.starts > before)
                restarts += 1
        ground.wait_until_done(ITEMS, 2 * LEASE_SECONDS)
        show(restarts=restarts, calls=ground.calls(), results=dict(ground.results()))
        assert ground.calls() == ITEMS
        assert set(ground.results()) <= {"complete", "handed_back"}
        assert ground.broken_rules() == []
