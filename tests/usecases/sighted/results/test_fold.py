import random

from service.store import tallies
from service.usecases import accounts, invites
from service.usecases.blind import progress, voting
from service.usecases.sighted.results import fold
from tests import factories
from tests.factories import MOMENT, later
from tests.usecases.sighted.results import rated


class TestFold:
    def test_counts_every_vote_in_three_scopes(self, session):
        study = factories.make_study(session, prompts=4)
        rated.vote(session, study)
        fold.fold(session, study.id)

        for scope in (tallies.ALL, tallies.BY_RATER, tallies.BY_PROMPT):
            assert sum(number for _, number in tallies.of_scope(session, study.id, scope)) == 4
        assert rated.holds(session) == []

    def test_follows_revision_undo_and_exclusion(self, session):
        study = factories.make_study(session, prompts=1)
        ben = factories.make_rater(session, study)
        token = factories.deal(session, ben, later(0), random.Random(1), rated.LEASE, 1)[0].token
        voting.cast(session, ben, token, "left", "a", later(1))
        fold.fold(session, study.id)
        voting.cast(session, ben, token, "both_bad", "b", later(2), supersedes=1)
        fold.fold(session, study.id)
        revised = tallies.of_scope(session, study.id, tallies.ALL)
        voting.undo(session, ben, "c", later(3))
        fold.fold(session, study.id)

        assert [(cell.outcome, number) for cell, number in revised] == [("both_bad", 1)]
        assert tallies.of_scope(session, study.id, tallies.ALL) == []
        assert rated.holds(session) == []

    def test_leaves_sighted_raters_out_and_takes_them_in_again(self, session):
        study = factories.make_study(session, prompts=2)
        ben = rated.vote(session, study)
        fold.fold(session, study.id)
        operator = accounts.ensure_operator(session, MOMENT)
        token = accounts.make_sign_in_link(session, operator, MOMENT)
        signed_in = accounts.sign_in(session, token, MOMENT)
        invites.note_sighted(session, ben, signed_in.session_token, (), MOMENT)
        found = rated.board(session, study)

        assert found.votes == 0
        assert found.excluded == {"sighted": 2}
        assert rated.holds(session) == []

    def test_keeps_late_votes_apart(self, session):
        study = factories.make_study(session, prompts=1)
        ben = factories.make_rater(session, study)
        token = factories.deal(session, ben, later(0), random.Random(1), rated.LEASE, 1)[0].token
        progress.finish(session, ben, later(1))
        voting.cast(session, ben, token, "left", "k", later(2))
        found = rated.board(session, study)

        assert (found.votes, found.excluded) == (0, {"late": 1})
