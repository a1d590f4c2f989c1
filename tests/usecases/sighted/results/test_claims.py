import numpy as np

from service.domain.leaderboard import End
from service.stats import fit
from service.stats.rivals import Clusters
from service.usecases.sighted.results import claims
from tests.oracles import simulate


class TestVerdict:
    def cast(self, votes, raters=12):
        world = simulate.World(np.array([0.9, 0.0, -0.9]), prompts=40, raters=raters)
        rng = np.random.default_rng(3)
        return world.populate(rng).vote(votes, rng)

    def judge(self, cast, end=None):
        raters, prompts = cast.by_rater(), cast.by_prompt()
        whole = fit(cast.counts(), prior=0.0)
        return claims.judge(whole, Clusters(whole, raters), Clusters(whole, prompts), end)

    def test_says_who_is_best_by_name(self):
        made, found = self.judge(self.cast(4000))
        assert [claim.rival for claim in made.ahead_of] == ["1", "2"]
        assert (found.state, found.winner, found.margin) == ("decided", "0", 5)
        assert found.holds == "always"

    def test_goes_on_while_nothing_is_decided(self):
        _, found = self.judge(self.cast(30))
        assert (found.state, found.winner, found.short_of) == ("keep_going", None, "votes")

    def test_names_whom_it_speaks_of(self):
        made, found = self.judge(self.cast(400, raters=4))
        assert (made.for_these_raters, made.for_these_prompts) == (True, False)
        assert found.for_these_raters

    def test_at_the_declared_end_more_is_decided_and_says_so(self):
        cast = self.cast(120)
        before, _ = self.judge(cast, End(votes=120))
        made, found = self.judge(cast, End(votes=120, reached=True))
        assert len(made.ahead_of) > len(before.ahead_of)
        assert {claim.holds for claim in made.ahead_of} >= {"at_end"}
        assert (found.state, found.holds) == ("decided", "at_end")
