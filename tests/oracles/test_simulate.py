import numpy as np
import pytest

from service import stats
from service.stats.counts import SIGN
from tests.oracles import simulate

STRENGTHS = np.array([-0.6, 0.0, 0.6])


def sample(number=40_000, seed=3, **kinds):
    rng = np.random.default_rng(seed)
    return simulate.World(STRENGTHS, **kinds).populate(rng).vote(number, rng)


class TestVote:
    def test_is_recovered_by_the_fit(self):
        votes = sample(position=0.4, tie_strength=0.8)
        fitted = stats.fit(votes.counts(), model="davidson", position=True, prior=0)
        assert fitted.strengths == pytest.approx(STRENGTHS, abs=0.05)
        assert fitted.coefficients["position"] == pytest.approx(0.4, abs=0.04)
        assert fitted.tie_strength == pytest.approx(0.8, abs=0.03)

    def test_never_lets_an_item_meet_itself(self):
        votes = sample()
        assert (votes.first != votes.second).all()
        pairs = np.bincount(np.minimum(votes.first, votes.second) + votes.first + votes.second)
        assert pairs[pairs > 0].min() > 0.3 * len(votes)

    def test_shares_out_votes_as_the_skew_says(self):
        votes = sample(raters=10, rater_skew=1.0)
        found = np.bincount(votes.rater, minlength=10) / len(votes)
        world = simulate.World(STRENGTHS, raters=10, rater_skew=1.0)
        assert found == pytest.approx(world.rater_shares, abs=0.01)

    def test_divides_ties_into_good_and_bad(self):
        votes = sample(tie_strength=1.0, both_bad=0.25)
        tied = votes.outcome[SIGN[votes.outcome] == 0]
        bad = np.mean(tied == stats.Outcome.BOTH_BAD)
        assert bad == pytest.approx(0.25, abs=0.02)

    def test_the_same_seed_gives_the_same_votes(self):
        assert np.array_equal(sample(100).outcome, sample(100).outcome)


class TestTarget:
    def test_is_the_truth_without_effects(self):
        assert simulate.World(STRENGTHS).target() == pytest.approx(STRENGTHS, abs=1e-9)

    @pytest.mark.parametrize("kinds", [{"tie_strength": 0.9}, {"position": 0.7}])
    def test_is_what_many_votes_tend_to(self, kinds):
        world = simulate.World(
            STRENGTHS, prompts=4000, raters=4000, prompt_spread=0.7, rater_spread=0.5, **kinds
        )
        rng = np.random.default_rng(1)
        votes = world.populate(rng).vote(300_000, rng)
        assert world.target() == pytest.approx(stats.fit(votes.counts()).strengths, abs=0.04)
        assert np.abs(world.target()).max() < 0.59

    def test_for_these_raters_follows_their_tastes(self):
        world = simulate.World(STRENGTHS, prompts=5000, raters=2, prompt_spread=0.5, rater_spread=1)
        rng = np.random.default_rng(2)
        study = world.populate(rng)
        votes = study.vote(200_000, rng)
        assert study.target() == pytest.approx(stats.fit(votes.counts()).strengths, abs=0.03)
        assert np.abs(study.target() - world.target()).max() > 0.2


class TestVoteAdaptively:
    def test_deals_from_the_votes_so_far(self):
        seen = []

        def deal(votes, number, rng):
            seen.append(len(votes))
            return np.zeros(number, dtype=int), np.full(number, 2)

        rng = np.random.default_rng(0)
        votes = simulate.World(STRENGTHS).populate(rng).vote_adaptively(50, deal, rng, batch=20)
        assert seen == [0, 20, 40]
        assert len(votes) == 50
        assert set(votes.second.tolist()) == {2}
