import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain.assignment import AssignmentState
from service.domain.sitting import SittingOptions
from service.store import models, tallies
from service.usecases import accounts, invites
from service.usecases.blind import dealing, marks, progress, voting
from service.usecases.sighted.results import clustering, leaderboards, outcomes, ratings
from service.usecases.sighted.results.leaderboards import StudySealed
from service.usecases.sighted.studies import exports, invariants
from tests import factories
from tests.factories import MOMENT, later

LEASE = timedelta(minutes=30)


def rate(session, study, name="Ben", prefers="Retrieval", number=100):
    """Rate with a fixed taste: whatever stands where, `prefers` wins."""
    rater_id = factories.make_rater(session, study, name)
    liked = study.configurations[prefers]
    for count in range(number):
        dealt = dealing.deal(session, rater_id, later(0), random.Random(count), LEASE, 1)
        if not dealt:
            break
        row = session.scalars(
            select(models.Assignment).where(models.Assignment.token == dealt[0].token)
        ).one()
        first = row.first_configuration_id == liked
        if liked not in (row.first_configuration_id, row.second_configuration_id):
            choice = "both_bad"
        else:
            choice = "left" if first == row.sides else "right"
        voting.cast(session, rater_id, dealt[0].token, choice, f"{name}{count}", later(1))
    return rater_id


def board(session, study):
    while outcomes.fold(session, study.id):
        pass
    basis = ratings.load(session, study.id, later(2))
    content = ratings.compute(basis)
    ratings.save(session, basis, content, later(2))
    return content


def holds(session):
    session.flush()
    session.expire_all()
    return [line for check in invariants.check(session, later(3)) for line in check.broken]


class TestFold:
    def test_counts_every_vote_in_three_scopes(self, session):
        study = factories.make_study(session, prompts=4)
        rate(session, study)
        outcomes.fold(session, study.id)

        for scope in (tallies.ALL, tallies.BY_RATER, tallies.BY_PROMPT):
            assert sum(number for _, number in tallies.of_scope(session, study.id, scope)) == 4
        assert holds(session) == []

    def test_follows_revision_undo_and_exclusion(self, session):
        study = factories.make_study(session, prompts=1)
        ben = factories.make_rater(session, study)
        token = dealing.deal(session, ben, later(0), random.Random(1), LEASE, 1)[0].token
        voting.cast(session, ben, token, "left", "a", later(1))
        outcomes.fold(session, study.id)
        voting.cast(session, ben, token, "both_bad", "b", later(2), supersedes=1)
        outcomes.fold(session, study.id)
        revised = tallies.of_scope(session, study.id, tallies.ALL)
        voting.undo(session, ben, "c", later(3))
        outcomes.fold(session, study.id)

        assert [(cell.outcome, number) for cell, number in revised] == [("both_bad", 1)]
        assert tallies.of_scope(session, study.id, tallies.ALL) == []
        assert holds(session) == []

    def test_leaves_sighted_raters_out_and_takes_them_in_again(self, session):
        study = factories.make_study(session, prompts=2)
        ben = rate(session, study)
        outcomes.fold(session, study.id)
        operator = accounts.ensure_operator(session, MOMENT)
        token = accounts.make_sign_in_link(session, operator, MOMENT)
        signed_in = accounts.sign_in(session, token, MOMENT)
        invites.note_sighted(session, ben, signed_in.session_token, MOMENT)
        content = board(session, study)

        assert content["votes"] == 0
        assert content["excluded"] == {"sighted": 2}
        assert holds(session) == []

    def test_keeps_late_votes_apart(self, session):
        study = factories.make_study(session, prompts=1)
        ben = factories.make_rater(session, study)
        token = dealing.deal(session, ben, later(0), random.Random(1), LEASE, 1)[0].token
        progress.finish(session, ben, later(1))
        voting.cast(session, ben, token, "left", "k", later(2))
        content = board(session, study)

        assert (content["votes"], content["excluded"]) == (0, {"late": 1})


class TestCompute:
    def test_ranks_what_is_preferred_first(self, session):
        study = factories.make_study(
            session, configurations=("Plain", "Retrieval", "Tuned"), prompts=8
        )
        rate(session, study)
        content = board(session, study)
        first = content["ratings"][0]

        assert first["configuration"] == "Retrieval"
        assert first["low"] < first["rating"] < first["high"]
        assert first["share_low"] < first["share"] < first["share_high"]
        assert (first["wins"], first["votes"]) == (16, 16)
        assert content["votes"] == 24
        assert sum(row["n"] for row in content["matrix"]) == 24
        told = {(row["first"], row["second"]): row["told_apart"] for row in content["differences"]}
        assert told["Plain", "Tuned"] is False or ("Tuned", "Plain") in told

    def test_stays_finite_when_one_wins_everything(self, session):
        study = factories.make_study(session, prompts=12)
        rate(session, study)
        content = board(session, study)

        assert all(
            900 < row["low"] < row["high"] < 20_000 or row["low"] < 1000
            for row in content["ratings"]
        )
        assert "unbounded_above" in {
            finding["code"] for row in content["ratings"] for finding in row["findings"]
        } | {finding["code"] for finding in content["findings"]}

    def test_answers_without_a_vote(self, session):
        study = factories.make_study(session)
        content = board(session, study)

        assert content["votes"] == 0
        assert "no_votes" in {finding["code"] for finding in content["findings"]}

    def test_gives_cost_latency_and_rates(self, session):
        study = factories.make_study(
            session,
            completion_fields={"Plain": {"cost_nanos": 2_000_000, "latency_ms": 400}},
        )
        rows = {row["configuration"]: row for row in board(session, study)["ratings"]}

        assert rows["Plain"]["cost_per_1000"] == pytest.approx(2.0)
        assert rows["Plain"]["latency_p50_ms"] == 400
        assert rows["Retrieval"]["cost_per_1000"] is None
        assert rows["Plain"]["rates"]["complete"] == 1.0


class TestVerify:
    def test_recomputes_from_what_is_stored(self, session):
        study = factories.make_study(session, prompts=5)
        rate(session, study)
        board(session, study)

        assert ratings.verify(session, study.id)[0] is True

    def test_finds_a_changed_number(self, session):
        study = factories.make_study(session, prompts=5)
        rate(session, study)
        board(session, study)
        row = session.scalars(
            select(models.Leaderboard).where(models.Leaderboard.study_id == study.id)
        ).one()
        changed = [dict(line) for line in row.content["ratings"]]
        changed[0]["rating"] += 1
        row.content = {**row.content, "ratings": changed}
        session.flush()

        assert ratings.verify(session, study.id)[0] is False


class TestLatest:
    def test_shows_nothing_of_a_sealed_study(self, session):
        study = factories.make_study(session, is_sealed=True)
        rate(session, study)
        board(session, study)

        with pytest.raises(StudySealed):
            leaderboards.latest(session, study.name)
        with pytest.raises(StudySealed):
            exports.of_study(session, study.name)


class TestExports:
    def test_names_the_preferred_text(self, session):
        study = factories.make_study(session, prompts=3)
        rate(session, study)
        outcomes.fold(session, study.id)
        found = list(exports.of_study(session, study.name))

        assert len(found) == 3
        for preference in found:
            winner = (
                preference.first
                if preference.w_first > preference.w_second
                else (preference.second)
            )
            assert winner[0].startswith("Retrieval")

    def test_leaves_open_assignments_out(self, session):
        study = factories.make_study(session, prompts=3)
        ben = factories.make_rater(session, study)
        dealing.deal(session, ben, later(0), random.Random(1), LEASE, 2)

        assert list(exports.of_study(session, study.name)) == []
        states = session.scalars(select(models.Assignment.state)).all()
        assert states == [AssignmentState.DEALT] * 2


class TestQuickLeaderboards:
    def test_keep_the_width_that_clustering_found(self, session, monkeypatch):
        study = factories.make_study(session, prompts=12, configurations=("A", "B", "Retrieval"))
        rate(session, study)
        full = board(session, study)
        monkeypatch.setattr(clustering, "CELLS_AT_ONCE", 3)
        quick_first, full_too = ratings.may_be_quick(session, study.id, later(2.1))
        quick = ratings.compute(ratings.load(session, study.id, later(2.1), with_cells=False))

        assert (quick_first, full_too) == (True, False)
        assert quick["clustering"]["at"] == full["clustering"]["at"]
        assert quick["raters"] == full["raters"] == 1
        for before, after in zip(full["ratings"], quick["ratings"], strict=True):
            assert after["rating"] == pytest.approx(before["rating"])
            assert after["high"] - after["low"] == pytest.approx(before["high"] - before["low"])

    def test_are_followed_by_a_full_one_after_a_minute(self, session, monkeypatch):
        study = factories.make_study(session, prompts=6)
        rate(session, study)
        board(session, study)
        monkeypatch.setattr(clustering, "CELLS_AT_ONCE", 3)

        assert ratings.may_be_quick(session, study.id, later(4)) == (True, True)

    def test_are_for_many_marks_as_for_many_cells(self, session, monkeypatch):
        monkeypatch.setattr(clustering, "CELLS_AT_ONCE", 3)
        options = SittingOptions(repeats=0, practice=(), grades="only")
        study = factories.make_study(session, prompts=6, options=options.to_stored())
        ben = factories.make_rater(session, study)
        for number in range(4):
            token = dealing.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
            marks.keep(session, ben, token, [], [5, 1], f"k{number}", later(1))
            if number == 2:
                board(session, study)
                assert ratings.may_be_quick(session, study.id, later(2.1)) == (False, True)
        assert ratings.may_be_quick(session, study.id, later(2.1)) == (True, False)
        quick = ratings.compute(ratings.load(session, study.id, later(2.1), with_cells=False))
        assert quick["marks"]["grades"][0]["number"] == 3
        assert quick["beside_votes_at"] == later(2).isoformat()

    def test_that_stay_the_newest_are_made_whole_after_a_minute(self, session):
        study = factories.make_study(session, prompts=6)
        rate(session, study)
        board(session, study)
        assert leaderboards.overdue(session, later(9)) == []
        basis = ratings.load(session, study.id, later(3), with_cells=False)
        ratings.save(session, basis, ratings.compute(basis), later(3))
        assert leaderboards.overdue(session, later(3.9)) == []
        assert leaderboards.overdue(session, later(4)) == [study.id]
        board(session, study)
        assert leaderboards.overdue(session, later(9)) == []

    def test_can_be_verified(self, session, monkeypatch):
        study = factories.make_study(session, prompts=6)
        rate(session, study)
        board(session, study)
        basis = ratings.load(session, study.id, later(3), with_cells=False)
        ratings.save(session, basis, ratings.compute(basis), later(3))

        assert ratings.verify(session, study.id)[0] is True

    def test_are_verified_without_counting_what_is_beside_votes(self, session, monkeypatch):
        study = factories.make_study(session, prompts=6)
        rate(session, study)
        board(session, study)
        monkeypatch.delattr(ratings.besides, "load")

        assert ratings.verify(session, study.id) == (
            True,
            "The stored ratings follow from their stored counts.",
        )


class TestAdaptiveDealing:
    def test_deals_the_contenders_more_often_and_keeps_the_probability(self, session):
        study = factories.make_study(
            session,
            configurations=("A", "B", "Retrieval", "Tuned"),
            prompts=30,
            votes_per_matchup=3,
            dealing="adaptive",
        )
        rate(session, study, "Ben", number=60)
        content = board(session, study)
        weights = {(one, other): weight for one, other, weight in content["dealing_weights"]}
        best = study.configurations["Retrieval"]
        with_best = [weight for pair, weight in weights.items() if best in pair]
        rate(session, study, "Bea", number=20)
        drawn = session.scalars(
            select(models.Assignment.draw_probability).order_by(models.Assignment.id.desc())
        ).all()[:20]

        assert len(weights) == 6
        assert sum(weights.values()) == pytest.approx(1)
        assert sum(with_best) > 0.6
        assert all(0 < probability <= 1 for probability in drawn)
        assert len(set(drawn)) > 1
        assert holds(session) == []
