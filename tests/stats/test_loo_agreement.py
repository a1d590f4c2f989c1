import numpy as np
import pytest

from service.stats import loo_agreement
from tests.oracles.crowd import crowd


class TestLeaveOneOutAgreement:
    def test_expects_what_honest_raters_do(self):
        votes = crowd(4, [])
        found = loo_agreement.leave_one_out_agreement(
            5, votes.first, votes.second, votes.outcome, votes.prompt, votes.rater, votes.raters
        )
        assert found.agreement.mean() == pytest.approx(found.expected.mean(), abs=0.01)
        assert abs(found.z.mean()) < 0.4
        assert found.correlation > 0.02

    def test_does_not_ask_a_rater_about_itself(self):
        # Two raters, opposite on everything: each disagrees with the other in full.
        first, second = np.zeros(40, int), np.ones(40, int)
        outcome, rater = np.repeat([1, 4], 20), np.repeat([0, 1], 20)
        prompt = np.tile(np.arange(20), 2)
        found = loo_agreement.leave_one_out_agreement(2, first, second, outcome, prompt, rater, 2)
        assert found.agreement.tolist() == [0, 0]

    def test_own_votes_on_a_matchup_are_no_evidence(self):
        # Nine raters are of one mind on each of 60 prompts; the tenth judges others, alone.
        rng = np.random.default_rng(5)
        rater = np.repeat(np.arange(10), 60)
        prompt = np.tile(np.arange(60), 10) + np.where(rater == 9, 60, 0)
        mind = rng.choice([1, 4], size=60)
        outcome = np.where(rater == 9, rng.choice([1, 4], size=600), np.tile(mind, 10))
        found = loo_agreement.leave_one_out_agreement(
            2, np.zeros(600, int), np.ones(600, int), outcome, prompt, rater, 10
        )
        assert found.agreement[:9].tolist() == [1] * 9
        assert found.agreement[9] < 0.7

    def test_turning_pairs_round_changes_nothing(self):
        votes = crowd(6, ["random"])
        turn = np.random.default_rng(0).random(len(votes.first)) < 0.5
        swapped = np.array([5, 4, 2, 3, 1, 0, 6])[votes.outcome]
        one = loo_agreement.leave_one_out_agreement(
            5, votes.first, votes.second, votes.outcome, votes.prompt, votes.rater, votes.raters
        )
        two = loo_agreement.leave_one_out_agreement(
            5,
            np.where(turn, votes.second, votes.first),
            np.where(turn, votes.first, votes.second),
            np.where(turn, swapped, votes.outcome),
            votes.prompt,
            votes.rater,
            votes.raters,
        )
        assert one.z == pytest.approx(two.z)
