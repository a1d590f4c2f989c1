import random
from datetime import timedelta

import pytest

from service.database import now
from service.domain.study import StudyState
from service.store import models, studies
from service.usecases.blind import marks
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import deleting
from tests import factories
from tests.usecases.blind import test_dealing_own
from tests.usecases.sighted.results import rated
from workers import leaderboards


class TestRefresh:
    def test_folds_every_vote_and_saves_a_leaderboard(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=5)
        cast = factories.cast_all(database, study)
        assert cast == 5
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            board = read.latest(session, study.name)
            assert read.overdue(session, factories.MOMENT) == []
        assert board is not None
        assert board.votes == cast

    def test_ends_quietly_where_the_study_was_deleted(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=1, state="draft", opened_at=None)
        with database.transaction() as session:
            deleting.delete_study(session, study.name, study.name, "ada", factories.MOMENT)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            assert session.query(models.Leaderboard).count() == 0

    def test_any_number_of_times_gives_the_same_ratings(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=3)
        factories.cast_all(database, study)
        seen = []
        for _ in range(3):
            leaderboards.refresh(database, study.id)
            with database.reading() as session:
                board = read.latest(session, study.name)
            seen.append([row.rating for row in board.board.ratings])
        assert seen[0] == seen[1] == seen[2]

    def test_counts_grades_of_a_study_that_asks_for_nothing_else(self, database):
        with database.transaction() as session:
            study = factories.make_study(
                session, prompts=5, options={"repeats": 0, "practice": [], "grades": "only"}
            )
            rater = factories.make_rater(session, study)
            for number in range(5):
                rng, lease = random.Random(number), timedelta(minutes=30)
                token = factories.deal(session, rater, factories.MOMENT, rng, lease)[0].token
                marks.keep(session, rater, token, [], (4, 4), f"k{number}", factories.MOMENT)
        with database.reading() as session:
            assert read.overdue(session, factories.MOMENT) == [study.id]
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            board = read.latest(session, study.name)
        assert [row.mean for row in board.board.marks.grades] == [4.0, 4.0]
        assert (board.votes, board.pending) == (0, 0)


class TestDeclaredEnd:
    def test_closes_the_study_once_it_has_its_votes(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=5, end_votes=5)
        factories.cast_all(database, study)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            board = read.latest(session, study.name).board
            row = studies.by_id(session, study.id)
            assert (board.end.votes, board.end.reached) == (5, True)
            assert (row.state, row.closed_at is None) == (StudyState.CLOSED, False)

    def test_leaves_it_open_before(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=5, end_votes=6)
        factories.cast_all(database, study)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            assert not read.latest(session, study.name).board.end.reached
            assert studies.by_id(session, study.id).state == StudyState.OPEN

    @pytest.mark.parametrize(
        ("number", "end"), [(4, {"end_votes": 6}), (24, {"end_decided": "winner"})]
    )
    def test_counts_votes_on_prompts_that_raters_suggested_like_all_others(
        self, database, number, end
    ):
        with database.transaction() as session:
            study = factories.make_study(
                session, prompts=number, options=test_dealing_own.OPTIONS, **end
            )
            ada = factories.make_rater(session, study, "Ada")
            for text in ("Roses?", "Tulips?"):
                sent = test_dealing_own.send(session, ada, text)
                test_dealing_own.take(session, study, sent)
            rated.vote(session, study, number=4)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            assert not read.latest(session, study.name).board.end.reached
        with database.transaction() as session:
            rated.vote(session, study, name="Cleo")
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            board = read.latest(session, study.name).board
            row = studies.by_id(session, study.id)
            assert (board.votes, board.end.reached) == (number + 2, True)
            assert row.state == StudyState.CLOSED

    @pytest.mark.parametrize(("then", "state"), [("close", "closed"), ("notify", "open")])
    def test_comes_once_it_is_decided_and_the_study_does_what_it_declared(
        self, database, then, state
    ):
        with database.transaction() as session:
            study = factories.make_study(
                session, prompts=30, end_decided="winner", end_then=then, is_sealed=True
            )
            rated.vote(session, study, number=5)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            row = studies.by_id(session, study.id)
            assert (row.state, row.end_met, read.is_sealed(row)) == ("open", None, True)
        with database.transaction() as session:
            rated.vote(session, study, name="Dan", number=24)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            board = read.latest(session, study.name).board
            row = studies.by_id(session, study.id)
            assert (row.state, row.unsealed_by) == (state, "")
            first = row.end_met
            assert first == {**first, "by": "decided", "votes": board.votes, "leader": "Retrieval"}
            assert (board.end.reached, board.end.is_last_look) == (True, False)
            assert board.parts[0].verdict.holds == "always"
        with database.transaction() as session:
            rated.vote(session, study, name="Cleo", prefers="Plain", number=1)
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            assert studies.by_id(session, study.id).end_met == first
            assert read.latest(session, study.name).board.end.met.votes == first["votes"]

    def test_that_is_only_told_at_its_day_is_told_once(self, database):
        with database.transaction() as session:
            over = now(session).date() - timedelta(days=1)
            study = factories.make_study(session, prompts=5, end_date=over, end_then="notify")
        leaderboards.refresh(database, study.id)
        with database.reading() as session:
            row = studies.by_id(session, study.id)
            assert (row.state, row.end_met["by"]) == (StudyState.OPEN, "date")
            assert read.overdue(session, now(session)) == []

    def test_comes_when_its_last_day_is_over_though_nobody_votes(self, database):
        with database.transaction() as session:
            today = now(session).date()
            over, lasting = (
                factories.make_study(session, name, prompts=5, end_date=day)
                for name, day in (("over", today - timedelta(days=1)), ("lasting", today))
            )
        with database.reading() as session:
            assert read.overdue(session, now(session)) == [over.id]
        leaderboards.refresh(database, over.id)
        with database.reading() as session:
            assert studies.by_id(session, over.id).state == StudyState.CLOSED
            assert studies.by_id(session, lasting.id).state == StudyState.OPEN
            assert read.overdue(session, now(session)) == []
