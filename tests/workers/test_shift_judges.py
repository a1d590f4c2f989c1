"""Judges before real calls: they agree, drip, refuse, talk nonsense, and stop at their cap."""

import random
from dataclasses import replace

import pytest

from service.database import now
from service.domain.budget import Cap
from service.store import models
from service.usecases.sighted.judges import asking, making, progress
from service.usecases.sighted.studies import invariants
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from tests.workers.test_shift import work

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")


def make(database, model, cap=None, **fields):
    told = replace(benches.TOLD, model=f"openai/{model}", endpoint="models")
    with database.transaction() as session:
        made = benches.study(session, **fields)
        benches.create(session, made, told=told, cap=cap or Cap(usd=5))
    return made


def ask(database, made, wanted=3):
    with database.transaction() as session:
        return asking.ask(session, made.name, NAME, wanted, now(session), random.Random(1))


def work_all(here, database, made):
    """Work until nothing waits: who finds the cap reached leaves the rest to the next shift."""
    for _ in range(20):
        work(here)
        if not view_of(database, made).newest.calls.waiting:
            return
    raise AssertionError("something waits for ever")


def view_of(database, made):
    with database.reading() as session:
        broken = [
            line for check in invariants.check(session, now(session)) for line in check.broken
        ]
        assert broken == []
        return progress.of(session, made.name, NAME)


def calls_of(database, made):
    return view_of(database, made).newest.calls


class TestJudge:
    def test_is_asked_over_the_wire_and_heard(self, database, here):
        made = make(database, "judge-longer")
        ask(database, made, 6)
        work(here)
        assert calls_of(database, made).answered == 12
        with database.reading() as session:
            rows = benches.judgements(session)
            assert {row.reason for row in rows} == {"The longer text says more."}
            lengths = {
                row.id: len(row.turns[0])
                for row in session.query(models.Completion).filter_by(study_id=made.id)
            }
            for row in rows:
                texts = row.first_completion_id, row.second_completion_id
                a, b = texts[::-1] if row.is_exchanged else texts
                assert row.said == ("a" if lengths[a] > lengths[b] else "b")

    def test_stops_at_its_cap_in_the_middle_and_goes_on_after_it_was_raised(self, database, here):
        made = make(database, "judge-longer", Cap(usd=0.012))
        ask(database, made, 8)
        work_all(here, database, made)
        before = view_of(database, made)
        assert before.spent <= 0.012
        assert 0 < before.newest.calls.answered < 16
        assert before.newest.calls.blocked + before.newest.calls.answered == 16
        with database.transaction() as session:
            making.set_cap(session, made.name, NAME, Cap(usd=5), now(session))
        work_all(here, database, made)
        after = view_of(database, made)
        assert (after.newest.calls.answered, after.newest.calls.blocked) == (16, 0)
        assert after.spent == pytest.approx(16 * (12 * 1 + 7 * 2) / 1e6)
        with database.reading() as session:
            assert session.query(models.Attempt).count() == 16

    @pytest.mark.parametrize(
        ("model", "state"),
        [("judge-nonsense", "malformed"), ("judge-refuses", "refused")],
    )
    def test_that_gives_no_verdict_is_counted_by_itself(self, database, here, model, state):
        made = make(database, model)
        ask(database, made, 1)
        work(here)
        calls = calls_of(database, made)
        assert (getattr(calls, state), calls.answered, calls.total) == (2, 0, 2)

    def test_that_drips_is_cut_off_and_tried_again_later(self, database, here):
        made = make(database, "drip")
        ask(database, made, 1)
        settings = here.settings.model_copy(update={"call_deadline": 1.0})
        work(replace(here, settings=settings))
        calls = calls_of(database, made)
        assert calls.answered == 0
        assert calls.waiting + calls.failed == 2
