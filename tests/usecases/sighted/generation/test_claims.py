import random
import threading

from sqlalchemy import func, select

from service.domain.budget import Amount
from service.store import models
from service.store import studies as study_queries
from service.usecases.sighted.generation import claims
from service.usecases.sighted.studies import opening
from tests import factories
from tests.factories import later
from tests.usecases.sighted.generation.batches import (
    LEASE,
    broken,
    claim,
)


class TestClaim:
    def test_takes_each_completion_once(self, session, study):
        first, second = claim(session), claim(session)

        assert len(first) == 4
        assert second == []
        assert broken(session) == []

    def test_takes_over_when_the_lease_ran_out_and_books_the_lost_call(self, session, study):
        lost = [request for request in claim(session) if request.model == "openai/gpt-x"]
        again = [request for request in claim(session, 6) if request.model == "openai/gpt-x"]
        row = study_queries.by_id(session, study.id)
        session.refresh(row)

        assert {one.completion_id for one in again} == {one.completion_id for one in lost}
        assert again[0].fence == lost[0].fence + 1
        assert row.spent_calls >= 2
        assert row.spent_nanos > 0
        assert broken(session, 7) == []

    def test_blocks_what_the_cap_cannot_hold(self, session):
        factories.make_study(
            session,
            "poor",
            prompts=3,
            ready=False,
            cap_nanos=10**7,
            configuration_fields={
                "Plain": {"model": "openai/x", "price_input": 10**9, "price_output": 5 * 10**9}
            },
        )
        claimed = claim(session)
        blocked = session.scalars(
            select(models.Completion).where(models.Completion.state == "blocked")
        ).all()

        assert [request.model for request in claimed].count("openai/x") == 1
        assert len(blocked) == 2
        assert "Raise it" in blocked[0].error_message
        assert broken(session) == []

    def test_waits_while_the_study_is_paused(self, session, study):
        opening.pause(session, study.name)
        assert claim(session) == []
        opening.resume(session, study.name)
        assert len(claim(session)) == 4


class TestRelease:
    def test_hands_back_what_was_not_called(self, session, study):
        requests = claim(session)
        claims.release(session, requests, later(1))

        assert len(claim(session, 1)) == 4
        assert study_queries.by_id(session, study.id).spent_calls == 0


class TestHolds:
    def test_never_pass_the_cap_from_many_threads(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=1, cap_nanos=1_000_000)
        held = []

        def hold():
            for _ in range(20):
                with database.transaction() as session:
                    held.append(study_queries.hold(session, study.id, Amount(9_000, 1, 1)))

        threads = [threading.Thread(target=hold) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with database.reading() as session:
            assert study_queries.by_id(session, study.id).held_nanos == 999_000
        assert (len(held), sum(held)) == (400, 111)


class TestClaimFromManyWorkers:
    def test_gives_no_completion_to_two(self, database):
        with database.transaction() as session:
            factories.make_study(session, prompts=30, ready=False)
        taken = []

        def work(seed):
            rng = random.Random(seed)
            for _ in range(6):
                with database.transaction() as session:
                    taken.extend(
                        one.completion_id
                        for one in claims.claim(session, rng.randint(1, 9), LEASE, later(0))
                    )

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(taken) == len(set(taken)) == 60
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(models.Attempt)) == 60
