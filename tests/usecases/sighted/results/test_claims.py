import numpy as np

from service.usecases.sighted.results import claims
from tests.oracles import simulate


class TestVerdict:
    def cast(self, votes, raters=12):
        world = simulate.World(np.array([0.9, 0.0, -0.9]), prompts=40, raters=raters)
        rng = np.random.default_rng(3)
        return world.populate(rng).vote(votes, rng)

    def judge(self, cast, active="012"):
        made = claims.claims(cast.by_rater(), cast.by_prompt(), active)
        return made, claims.verdict(made)

    def test_says_who_is_best_by_name(self):
        (made,), found = self.judge(self.cast(4000))
        assert [claim.rival for claim in made.ahead_of] == ["1", "2"]
        assert (found.state, found.winner, found.margin) == ("decided", "0", 5)

    def test_says_what_is_short_while_nothing_is_decided(self):
        _, found = self.judge(self.cast(30))
        assert (found.state, found.winner, found.short_of) == ("keep_going", None, None)

    def test_says_that_there_are_no_votes_on_any_in_service(self):
        made, found = self.judge(self.cast(30), active="0")
        assert (made, found.state, found.winner) == ((), "no_votes", None)

    def test_leaves_a_retired_one_out(self):
        (made,), found = self.judge(self.cast(4000), active="12")
        assert [(claim.leader, claim.rival) for claim in made.rivals] == [("1", "2")]
        assert found.winner == "1"
