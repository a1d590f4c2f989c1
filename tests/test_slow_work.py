"""What takes several transactions: recorded, prepared, finished."""

from datetime import timedelta

from sqlalchemy import select, update

from service import slow_work
from service.database import now
from service.domain.completion import CompletionAnswer
from service.store import models
from service.usecases.sighted.generation import claims, publishing
from tests import factories
from tests.factories import later


def record_all(database, prompts):
    """Have as many answers recorded as prompts times two configurations; return their ids."""
    with database.transaction() as session:
        factories.make_study(
            session,
            prompts=prompts,
            ready=False,
            configurations=["One", "Two"],
            configuration_fields={name: {"model": "openai/x"} for name in ("One", "Two")},
            cap_nanos=None,
        )
    with database.transaction() as session:
        claimed = claims.claim(session, 100, timedelta(minutes=5), later(0))
        for number, request in enumerate(claimed):
            answer = CompletionAnswer((f"Answer {number}.",), "stop", 1, 1, 10)
            factories.record(session, request, answer, later(1))
        return [request.completion_id for request in claimed]


def states(database):
    with database.reading() as session:
        return dict(session.execute(select(models.Completion.id, models.Completion.state)).all())


class TestPublish:
    def test_makes_ready_what_is_named_and_leaves_the_rest(self, database):
        first, *rest = record_all(database, 2)
        assert slow_work.publish(database, [first]) == 1
        assert states(database) == {first: "ready", **dict.fromkeys(rest, "recorded")}

    def test_makes_ready_all_that_waits_and_opens_its_prompts(self, database):
        ids = record_all(database, 2)
        assert slow_work.publish(database) == len(ids)
        assert set(states(database).values()) == {"ready"}
        with database.reading() as session:
            assert all(session.scalars(select(models.Prompt.is_dealable)))
        assert slow_work.publish(database) == 0

    def test_what_ends_the_process_is_a_failure_after_two_tries_alone(self, database):
        ids = record_all(database, 1)
        for _ in range(publishing.MOST_FITTINGS):  # a process takes it, and is not heard of again
            with database.transaction() as session:
                waiting, is_worth_it = publishing.begin_late(session, now(session))
                assert (waiting.completion_id, is_worth_it) == (ids[0], True)
            with database.transaction() as session:
                session.execute(update(models.Completion).values(lease_until=later(0)))
        assert slow_work.publish(database) == len(ids)
        found = states(database)
        assert [found[one] for one in ids] == ["failed", "ready"]
        with database.reading() as session:
            failed = session.get_one(models.Completion, ids[0])
            assert "could not be made fit" in failed.error_message
            assert session.scalar(select(models.Study.held_calls)) == 0

    def test_stores_nothing_over_what_is_no_longer_recorded(self, database):
        ids = record_all(database, 1)
        with database.transaction() as session:
            session.execute(update(models.Completion).values(state="failed"))
        assert slow_work.publish(database, ids) == 0
        assert set(states(database).values()) == {"failed"}


class TestFoldAll:
    def test_folds_every_vote_in_several_transactions(self, database, monkeypatch):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=5)
        factories.cast_all(database, study)
        folded = []

        def counted(*asked):
            folded.append(fold(*asked))
            return folded[-1]

        fold = slow_work.fold.fold
        monkeypatch.setattr(slow_work.fold, "fold", counted)
        slow_work.fold_all(database, study.id, at_a_time=2)
        assert folded == [2, 2, 1, 0]
