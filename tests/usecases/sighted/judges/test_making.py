from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from service.domain.budget import Cap
from service.domain.judge_question import JudgeInvalid, Scale
from service.store import listings, models
from service.usecases.sighted.generation.reach import ModelUnknown
from service.usecases.sighted.judges import making, progress
from service.usecases.sighted.judges.finding import UnknownJudge
from service.usecases.sighted.judges.making import JudgeThere, NothingChanged
from service.usecases.sighted.judges.pools import OfTheAudit
from service.usecases.sighted.studies import overviews
from tests.factories import later
from tests.usecases.sighted.generation import batches
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME, TOLD

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


def edit(session, made, **changes):
    return making.edit(session, made.name, NAME, replace(TOLD, **changes), "Ben", later(9))


class TestCreate:
    def test_makes_a_first_version_with_a_cap_of_its_own(self, session, made, judge):
        view = progress.of(session, made.name, judge.name)
        assert (view.criterion, view.cap, view.newest.number) == ("Helpfulness", 5.0, 1)
        assert (view.newest.model, view.newest.made_by) == ("openai/judge-1", "Ada")
        assert len(view.newest.fingerprint) == 64
        row = session.query(models.Configuration).filter_by(name=NAME).one()
        assert row.parameters["temperature"] == 0
        assert not batches.broken(session)

    def test_is_in_no_list_of_studies_or_configurations(self, session, made, judge):
        assert [row.name for row in overviews.every(session)] == [made.name]
        found = listings.studies(session, 0, 10, None)
        assert [row.name for row in found] == [made.name]
        assert NAME not in {one.name for one in overviews.study(session, made.name).configurations}

    @pytest.mark.parametrize(
        ("name", "told", "cap", "said"),
        [
            ("Tone!", {}, {}, "small letters"),
            ("tone", {"criterion": " "}, {}, "one criterion"),
            ("tone", {"model": ""}, {}, "Name the model"),
            ("tone", {"rubric": "x" * 20_001}, {}, "rubric"),
            ("tone", {"max_tokens": 0}, {}, "tokens"),
            ("tone", {"examples": (7,)}, {}, "no graded item 7"),
            ("tone", {}, {"usd": None}, "needs a cap"),
            ("tone", {}, {"usd": -1.0}, "US dollars"),
            ("tone", {}, {"usd": float("nan")}, "US dollars"),
            ("tone", {"price": None}, {}, "Nobody knows the price"),
            ("tone", {"price": None}, {"usd": None, "calls": -1, "tokens": 5}, "whole number"),
        ],
    )
    def test_refuses_what_cannot_judge(self, session, made, name, told, cap, said):
        with pytest.raises(JudgeInvalid, match=said):
            benches.create(session, made, name, replace(TOLD, **told), Cap(**{"usd": 5.0, **cap}))

    def test_takes_caps_on_calls_and_tokens_where_no_price_is_known(self, session, made):
        cap = Cap(calls=10, tokens=10**6)
        assert benches.create(session, made, told=replace(TOLD, price=None), cap=cap).id

    def test_refuses_a_second_one_of_the_name(self, session, made, judge):
        with pytest.raises(JudgeThere):
            benches.create(session, made)

    def test_refuses_a_model_that_no_worker_may_call(self, session, made):
        session.add(models.Reach(name="openai", kind="provider", missing=""))
        session.flush()
        with pytest.raises(ModelUnknown):
            benches.create(session, made, told=replace(TOLD, model="nobody/x", endpoint="gone"))


class TestEdit:
    def test_makes_the_next_version_and_the_last_one_waits_for_nothing(self, session, made, judge):
        benches.ask(session, made, 3)
        benches.answer_all(session, limit=2)
        assert edit(session, made, rubric="Short is good.", scale=Scale.VERDICT) == 2
        assert benches.answer_all(session) == []
        new, old = progress.of(session, made.name, NAME).versions
        assert (new.number, new.calls.total) == (2, 0)
        assert (old.calls.answered, old.calls.waiting, old.calls.failed) == (2, 0, 4)
        assert new.fingerprint != old.fingerprint

    def test_refuses_a_version_that_differs_in_its_price_alone(self, session, made, judge):
        with pytest.raises(NothingChanged):
            edit(session, made, price=None if TOLD.price is None else replace(TOLD.price, input=9))

    def test_shows_graded_items_as_examples(self, session, made, judge):
        benches.choose(session, made, 2)
        benches.grade_all(session, made)
        items = tuple(row.id for row in session.query(models.PooledMatchup))
        edit(session, made, examples=items)
        row = session.query(models.Configuration).filter_by(name=NAME, revision=2).one()
        assert ["It says more." in one["assistant"] for one in row.examples] == [True, True]
        assert progress.of(session, made.name, NAME).newest.examples == items

    def test_refuses_an_item_of_the_audit(self, session, made, judge):
        benches.draw_audit(session, made, 1)
        item = session.query(models.PooledMatchup).one()
        with pytest.raises(OfTheAudit, match="never shown"):
            edit(session, made, examples=(item.id,))

    @pytest.mark.parametrize("pool", ["calibration", "audit"])
    def test_the_database_refuses_it_as_well(self, session, made, judge, pool):
        benches.draw_audit(session, made, 1)
        item = session.query(models.PooledMatchup).one()
        version = session.query(models.JudgeVersion).one()
        row = models.JudgeExample(version_id=version.id, place=0, pooled_id=item.id, pool=pool)
        session.add(row)
        with pytest.raises(IntegrityError):
            session.flush()

    def test_knows_the_judge_by_its_name(self, session, made):
        with pytest.raises(UnknownJudge):
            edit(session, made)


class TestSetCap:
    def test_lets_what_stopped_go_on(self, session, made):
        benches.create(session, made, cap=Cap(usd=0.012))
        benches.ask(session, made, 6)
        first = benches.answer_all(session)
        stopped = progress.of(session, made.name, NAME).newest.calls
        assert 0 < len(first) < 12
        assert (stopped.answered, stopped.blocked) == (len(first), 12 - len(first))
        freed = making.set_cap(session, made.name, NAME, Cap(usd=5), later(5))
        assert freed == stopped.blocked
        benches.answer_all(session, minutes=6)
        calls = progress.of(session, made.name, NAME).newest.calls
        assert (calls.answered, calls.blocked, calls.total) == (12, 0, 12)
        assert not batches.broken(session)


class TestPause:
    def test_rests_until_it_is_let_go(self, session, made, judge):
        benches.ask(session, made, 2)
        making.pause(session, made.name, NAME, is_paused=True)
        assert batches.claim(session, 5) == []
        making.pause(session, made.name, NAME, is_paused=False)
        assert len(batches.claim(session, 5)) == 4


class TestEvery:
    def test_tells_of_each_judge_where_it_is(self, session, made, judge):
        benches.create(session, made, "brief")
        benches.ask(session, made, 2)
        benches.answer_all(session, limit=3)
        first, second = making.every(session, made.name)
        assert (first.name, first.judged, first.waiting, first.version) == (NAME, 3, 1, 1)
        assert (second.name, second.judged, second.cap) == ("brief", 0, 5.0)
        assert first.spent == pytest.approx(0.00015)
