import random

import pytest

from service.domain.completion import CompletionFailure
from service.domain.study import StudyNotOpen
from service.domain.vote import Choice
from service.store import models, trials
from service.usecases.sighted.generation import claims
from service.usecases.sighted.studies import exports, overviews, trying
from service.usecases.sighted.studies.trying import TrialInvalid, TrialUnderWay
from tests import factories
from tests.usecases.sighted.generation import batches

PRICED = {"Plain": batches.PRICED, "Retrieval": batches.PRICED}


def draft(session, **fields):
    return factories.make_study(
        session,
        **{
            "state": "draft",
            "prompts": 4,
            "ready": False,
            "leak_policy": "quarantine",
            "configuration_fields": PRICED,
            **fields,
        },
    )


def drop_pending(session, study):
    session.query(models.Completion).filter_by(study_id=study.id).delete()
    session.flush()


@pytest.fixture
def study(session):
    made = draft(session)
    drop_pending(session, made)
    return made


def begin(session, study, wanted=(), number=2, usd=0.5, **more):
    return trying.begin(session, study.name, wanted, number, usd, factories.later(0), **more)


def answer_all(session, text="A fine answer.", at=None):
    requests = claims.claim(session, 100, batches.LEASE, at or factories.later(0))
    for request in requests:
        factories.record(session, request, batches.answer(text), factories.later(1))
    batches.finish_all(session)
    session.expire_all()
    return requests


class TestBegin:
    def test_is_answered_by_workers_on_the_same_path_with_money_held(self, session, study):
        assert begin(session, study) == 4
        requests = batches.claim(session, limit=100)
        trial = session.query(models.Study).filter_by(state="trial").one()
        session.refresh(trial)
        assert (len(requests), trial.held_calls, trial.cap_nanos) == (4, 4, 500_000_000)
        assert trial.held_nanos == 4_396_000
        assert not batches.broken(session)

    def test_is_no_part_of_the_study(self, session, study):
        begin(session, study)
        answer_all(session)
        own = session.query(models.Completion).filter_by(study_id=study.id)
        assert own.count() == 0
        assert session.query(models.Call).count() == 0
        assert [row.name for row in overviews.every(session)] == [study.name]
        assert list(exports.of_study(session, study.name, b"key")) == []
        view = overviews.study(session, study.name)
        assert (view.completions_total, view.budget.spent) == (0, 0)

    def test_the_next_one_takes_its_place_and_what_it_took_stays_booked(self, session, study):
        begin(session, study)
        answer_all(session)
        spent = trying.last(session, study.name).spent
        begin(session, study, ["Plain"], 1)
        trial = trying.last(session, study.name)
        assert (trial.configurations, len(trial.rows), trial.waiting) == (("Plain",), 1, 1)
        assert trial.spent == spent > 0
        assert trial.cap == pytest.approx(spent + 0.5)
        assert not batches.broken(session)

    def test_waits_for_calls_that_are_under_way(self, session, study):
        begin(session, study)
        batches.claim(session, limit=1)
        with pytest.raises(TrialUnderWay):
            begin(session, study)

    def test_what_comes_too_late_is_dropped(self, session, study):
        begin(session, study, ["Plain"], 1)
        (late,) = batches.claim(session)
        (again,) = batches.claim(session, minutes=10)
        factories.record(session, again, batches.answer(), factories.later(11))
        begin(session, study, ["Plain"], 1)
        assert not factories.record(session, late, batches.answer("Late."), factories.later(12))
        claims.release(session, [late], factories.later(12))
        assert trying.last(session, study.name).waiting == 1
        assert not batches.broken(session)

    def test_stops_at_its_own_cap(self, session, study):
        begin(session, study, usd=0)
        assert batches.claim(session) == []
        trial = trying.last(session, study.name)
        assert {cell.state for row in trial.rows for cell in row.cells} == {"blocked"}

    def test_draws_prompts_where_it_is_asked_to(self, session, study):
        begin(session, study, number=3, rng=random.Random(5))
        keys = [row.key for row in trying.last(session, study.name).rows]
        assert len(set(keys)) == 3
        assert keys != ["p0", "p1", "p2"]

    def test_takes_no_more_prompts_than_there_are(self, session, study):
        assert begin(session, study, number=10) == 8

    @pytest.mark.parametrize(
        ("wanted", "more", "said"),
        [
            (["Nobody"], {}, "no configuration Nobody"),
            ([], {"number": 0}, "from 1 to 10"),
            ([], {"number": 11}, "from 1 to 10"),
            ([], {"usd": -1}, "US dollars"),
            ([], {"usd": float("nan")}, "US dollars"),
        ],
    )
    def test_refuses_what_cannot_be_tried(self, session, study, wanted, more, said):
        with pytest.raises(TrialInvalid, match=said):
            begin(session, study, wanted, **more)

    def test_refuses_a_study_without_prompts_and_a_closed_one(self, session):
        draft(session, name="empty", prompts=0)
        with pytest.raises(TrialInvalid, match="Add one first"):
            trying.begin(session, "empty", (), 1, 0.5, factories.later(0))
        draft(session, name="over", state="closed")
        with pytest.raises(StudyNotOpen):
            trying.begin(session, "over", (), 1, 0.5, factories.later(0))


class TestLast:
    def test_shows_what_came_beside_what_the_study_has(self, session):
        made = draft(session, configuration_fields={"Plain": batches.PRICED}, ready=True)
        plain = session.get_one(models.Configuration, made.configurations["Plain"])
        session.query(models.Completion).filter_by(configuration_id=plain.id).delete()
        own = session.get_one(models.Configuration, made.configurations["Retrieval"])
        own.model = None
        session.flush()
        assert begin(session, made, number=1) == 1
        answer_all(session, "I was made by OpenAI.")
        (row,) = trying.last(session, made.name).rows
        called, brought = row.cells
        assert (called.state, called.latency_ms, called.completion_tokens) == (
            "quarantined",
            120,
            20,
        )
        assert called.cost == pytest.approx(0.00003)
        assert called.leaks == ("I was made by OpenAI",)
        assert "Retrieval says 0." in brought.html[0]

    def test_tells_why_a_call_failed(self, session, study):
        begin(session, study, ["Plain"], 1)
        (request,) = batches.claim(session)
        failure = CompletionFailure("not_found", "There is no such model.", is_transient=False)
        factories.record_failure(session, request, failure, factories.later(1), 0.5)
        session.expire_all()
        (row,) = trying.last(session, study.name).rows
        assert (row.cells[0].state, row.cells[0].error) == ("failed", "There is no such model.")

    def test_waits_for_nothing_of_a_configuration_that_is_paused(self, session, study):
        begin(session, study)
        paused = session.query(models.Configuration).filter_by(name="Plain").all()[-1]
        paused.paused_because = "Five calls in a row failed."
        session.flush()
        trial = trying.last(session, study.name)
        assert trial.waiting == 2
        assert trial.rows[0].cells[0].error == "Five calls in a row failed."

    def test_is_nothing_before_the_first(self, session, study):
        assert trying.last(session, study.name) is None


class TestNobodyIsDealtATry:
    def test_a_rater_sees_the_study_alone(self, sqlite_database):
        with sqlite_database.transaction() as session:
            made = factories.make_study(session, prompts=1, configuration_fields=PRICED)
            begin(session, made)
            answer_all(session, "Tried and never dealt.")
        factories.cast_all(sqlite_database, made, str(Choice.LEFT))
        with sqlite_database.reading() as session:
            trial = trials.find(session, session.get_one(models.Study, made.id))
            dealt = {row.study_id for row in session.query(models.Assignment)}
            assert dealt == {made.id}
            assert trial.id != made.id
