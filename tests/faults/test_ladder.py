"""Agents, retrieval and reuse while workers are killed: nothing lost, nothing paid twice unseen."""

import random
import signal
import time

import pytest
from sqlalchemy import func, select

from service import jobs
from service.store import models
from tests.faults.deployment import LEASE_SECONDS, show, wait_for
from tests.workers import rungs

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

PROMPTS = 30
ITEMS = 4 * PROMPTS
STUDY = (
    rungs.STUDY.replace("name: ladder", "name: generated\nreuse: true")
    .replace("endpoint: models", "endpoint: fake")
    .replace("{calls: 100, tokens: 1000000}", "{calls: 10000, tokens: 1000000000}")
    .replace(
        "- May I return a bicycle?\n",
        "".join(f"- May I return {number} bicycles?\n  " for number in range(PROMPTS)),
    )
)


def harry(ground, workers, seconds: float) -> int:
    """Kill workers and their children now and then; returns how often."""
    chance, kills = random.Random(11), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(chance.uniform(1.0, 2.5))
        chance.choice(workers).signal(signal.SIGKILL, parent=chance.random() < 0.6)
        kills += 1
    return kills


class TestLadderUnderKills:
    def test_loses_nothing_and_pays_nothing_for_what_was_asked_before(
        self, deploy, address, tmp_path
    ):
        ground = deploy(address, "--latency", "1.0")
        for name, text in rungs.HANDBOOK.items():
            path = tmp_path / "study/handbook" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        rungs.start(ground.database, tmp_path / "study", STUDY)
        workers = ground.run_workers(2)
        kills = harry(ground, workers, 25.0)
        ground.wait_until_done(ITEMS, 3 * LEASE_SECONDS)
        results, calls = ground.results(), ground.calls()
        assert results["complete"] == ITEMS
        assert calls <= ITEMS + results["worker_lost"]
        assert ground.broken_rules() == []

        second = rungs.start(
            ground.database, tmp_path / "study", STUDY, name="second", title="Second"
        )
        jobs.ring_generation(ground.plan.address)
        more = harry(ground, workers, 6.0)
        wait_for(lambda: self.ready(ground, second) == ITEMS, 2 * LEASE_SECONDS)
        assert ground.calls() == calls
        with ground.database.reading() as session:
            rows = rungs.all_rows(ground.database, second)
            assert {row.origin for row in rows} == {"reused"}
            origins = session.scalars(
                select(models.Call.origin_id).where(models.Call.origin_id.is_not(None))
            ).all()
            assert len(origins) == len(set(origins)) == ITEMS
        assert ground.broken_rules() == []
        show(kills=kills + more, calls=calls, lost=results["worker_lost"], reused=len(origins))

    def ready(self, ground, study_id: int) -> int:
        with ground.database.reading() as session:
            return session.scalar(
                select(func.count()).where(
                    models.Completion.study_id == study_id, models.Completion.state == "ready"
                )
            )
