"""A judge while its workers are killed: each matchup is judged once, and no money goes twice."""

import random
import signal
import time
from dataclasses import replace

import pytest

from service import jobs
from service.database import now
from service.domain.budget import Cap
from service.store import models
from service.usecases.sighted.judges import asking, progress
from tests.faults.deployment import LEASE_SECONDS, show, wait_for
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

MATCHUPS = 18
CALL_NANOS = 12 * 1000 + 7 * 2000  # what the server says that a call took, at the judge's prices


class TestKills:
    def test_spend_no_money_twice(self, deploy, address):
        ground = deploy(address, "--latency", "1.0")
        told = replace(benches.TOLD, model="openai/judge-longer", endpoint="fake")
        with ground.database.transaction() as session:
            made = benches.study(session)
            benches.create(session, made, told=told, cap=Cap(usd=50))
            asking.ask(session, made.name, NAME, MATCHUPS, now(session), random.Random(1))
        workers = ground.run_workers(2)
        jobs.ring_generation(ground.plan.address)
        chance = random.Random(5)
        for _ in range(4):
            # Only what dies in the middle of calls can lose any.
            wait_for(lambda: ground.results()[None] and any(one.horses() for one in workers))
            time.sleep(chance.uniform(0.2, 0.8))
            victim = next((one for one in workers if one.horses()), workers[0])
            victim.signal(signal.SIGKILL, parent=chance.random() < 0.5)

        def calls():
            with ground.database.reading() as session:
                return progress.of(session, made.name, NAME).newest.calls

        wait_for(lambda: calls().answered == 2 * MATCHUPS, 4 * LEASE_SECONDS)
        with ground.database.reading() as session:
            results = [row.result for row in session.query(models.Attempt)]
            lost = results.count("worker_lost")
            charged = [
                row.charged_nanos
                for row in session.query(models.Attempt).filter_by(result="complete")
            ]
            said = [row.said for row in session.query(models.Judgement)]
        show(lost=lost, calls=ground.calls(), attempts=len(results))
        assert lost > 0
        assert len(said) == 2 * MATCHUPS
        assert set(said) <= {"a", "b", "tie"}
        assert charged == [CALL_NANOS] * (2 * MATCHUPS)
        assert ground.calls() <= 2 * MATCHUPS + lost
        assert ground.broken_rules() == []
