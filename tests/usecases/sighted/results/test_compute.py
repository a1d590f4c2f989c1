import random

import pytest
from sqlalchemy import select

from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.blind import marks
from service.usecases.sighted.results import compute, read
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated


class TestCompute:
    def test_ranks_what_is_preferred_first(self, session):
        study = factories.make_study(
            session, configurations=("Plain", "Retrieval", "Tuned"), prompts=8
        )
        rated.vote(session, study)
        found = rated.board(session, study)
        first = found.ratings[0]

        assert first.configuration == "Retrieval"
        rating = first.rating
        assert rating.low < rating.points < rating.high
        assert rating.expected_low < rating.expected_share < rating.expected_high
        assert (first.wins, first.votes, first.observed_share) == (16, 16, 1.0)
        assert found.votes == 24
        assert sum(cell.votes for cell in found.matrix) == 24
        told = {(row.first, row.second): row.told_apart for row in found.differences}
        assert told["Plain", "Tuned"] is False or ("Tuned", "Plain") in told

    def test_stays_finite_when_one_wins_everything(self, session):
        study = factories.make_study(session, prompts=12)
        rated.vote(session, study)
        found = rated.board(session, study)

        assert all(
            900 < one.low < one.high < 20_000 or one.low < 1000 for _, one in found.competing
        )
        assert "unbounded_above" in {finding.code for finding in found.findings}

    def test_answers_without_a_vote(self, session):
        study = factories.make_study(session)
        found = rated.board(session, study)

        assert (found.votes, found.parts) == (0, ())
        assert [row.rating for row in found.ratings] == [None, None]
        assert "no_votes" in {finding.code for finding in found.findings}

    def test_gives_cost_latency_and_rates(self, session):
        study = factories.make_study(
            session,
            completion_fields={"Plain": {"cost_nanos": 2_000_000, "latency_ms": 400}},
        )
        rows = {row.configuration: row.measured for row in rated.board(session, study).ratings}

        assert rows["Plain"].cost_per_1000 == pytest.approx(2.0)
        assert rows["Plain"].latency_p50_ms == 400
        assert rows["Retrieval"].cost_per_1000 is None
        assert rows["Plain"].rates.complete == 1.0


class TestQuickLeaderboards:
    def test_keep_the_width_that_clustering_found(self, session, monkeypatch):
        study = factories.make_study(session, prompts=12, configurations=("A", "B", "Retrieval"))
        rated.vote(session, study)
        full = rated.board(session, study)
        monkeypatch.setattr(compute, "CELLS_AT_ONCE", 3)
        quick_first, full_too = compute.may_be_quick(session, study.id, later(2.1))
        quick = compute.compute(compute.load(session, study.id, later(2.1), with_cells=False))

        assert (quick_first, full_too) == (True, False)
        assert quick.clustered_at == full.clustered_at
        assert quick.raters == full.raters == 1
        for (_, before), (_, after) in zip(full.competing, quick.competing, strict=True):
            assert after.points == pytest.approx(before.points)
            assert after.high - after.low == pytest.approx(before.high - before.low)

    def test_are_followed_by_a_full_one_after_a_minute(self, session, monkeypatch):
        study = factories.make_study(session, prompts=6)
        rated.vote(session, study)
        rated.board(session, study)
        monkeypatch.setattr(compute, "CELLS_AT_ONCE", 3)

        assert compute.may_be_quick(session, study.id, later(4)) == (True, True)

    def test_are_for_many_marks_as_for_many_cells(self, session, monkeypatch):
        monkeypatch.setattr(compute, "CELLS_AT_ONCE", 3)
        options = SittingOptions(repeats=0, practice=(), grades="only")
        study = factories.make_study(session, prompts=6, options=options.to_stored())
        ben = factories.make_rater(session, study)
        for number in range(4):
            token = factories.deal(session, ben, later(1), random.Random(1), rated.LEASE, 1)[
                0
            ].token
            marks.keep(session, ben, token, [], [5, 1], f"k{number}", later(1))
            if number == 2:
                rated.board(session, study)
                assert compute.may_be_quick(session, study.id, later(2.1)) == (False, True)
        assert compute.may_be_quick(session, study.id, later(2.1)) == (True, False)
        quick = compute.compute(compute.load(session, study.id, later(2.1), with_cells=False))
        assert quick.marks.grades[0].number == 3
        assert quick.beside_votes_at == later(2).isoformat()

    def test_that_stay_the_newest_are_made_whole_after_a_minute(self, session):
        study = factories.make_study(session, prompts=6)
        rated.vote(session, study)
        rated.board(session, study)
        assert read.overdue(session, later(9)) == []
        basis = compute.load(session, study.id, later(3), with_cells=False)
        compute.save(session, basis, compute.compute(basis), later(3))
        assert read.overdue(session, later(3.9)) == []
        assert read.overdue(session, later(4)) == [study.id]
        rated.board(session, study)
        assert read.overdue(session, later(9)) == []


class TestAdaptiveDealing:
    def test_deals_the_contenders_more_often_and_keeps_the_probability(self, session):
        study = factories.make_study(
            session,
            configurations=("A", "B", "Retrieval", "Tuned"),
            prompts=30,
            votes_per_matchup=3,
            dealing="adaptive",
        )
        rated.vote(session, study, "Ben", number=60)
        found = rated.board(session, study)
        weights = {(one, other): weight for one, other, weight in found.dealing_weights}
        best = study.configurations["Retrieval"]
        with_best = [weight for pair, weight in weights.items() if best in pair]
        rated.vote(session, study, "Bea", number=20)
        drawn = session.scalars(
            select(models.Assignment.draw_probability).order_by(models.Assignment.id.desc())
        ).all()[:20]

        assert len(weights) == 6
        assert sum(weights.values()) == pytest.approx(1)
        assert sum(with_best) > 0.6
        assert all(0 < probability <= 1 for probability in drawn)
        assert len(set(drawn)) > 1
        assert rated.holds(session) == []
