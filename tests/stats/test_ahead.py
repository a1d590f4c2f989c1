import numpy as np
import pytest
from scipy import special, stats

from service.stats import ahead
from service.stats.ahead import Holds, Judgement, Scores, State
from service.stats.findings import StatsError
from tests.oracles import looks
from tests.oracles.looks import Pair, Sums


def scores(mean, votes=400.0, freedom=np.inf):
    mean = np.atleast_1d(np.asarray(mean, dtype=float))
    whole = np.full(len(mean), votes)
    spread = (1 - mean**2) / votes
    return Scores(mean, whole, whole, spread, np.full(len(mean), freedom), spread)


class TestLooks:
    """What `make bench-truth` measures in full, small enough for every day."""

    @pytest.mark.parametrize(
        "pair",
        [Pair(), Pair(5, 20, 0.3, 0.5), Pair(4, 20, 0.3, 0.5), Pair(12, 20, 0.3, 0.5, busiest=0.6)],
    )
    def test_equal_items_win_falsely_in_few_studies(self, pair):
        cast = pair.cast(300, 600, np.random.default_rng(1))
        # 5 % with three standard errors of 300 studies would be 8.8 %.
        assert looks.look(cast).decided <= 0.05

    def test_a_declared_end_keeps_to_the_error_as_well(self):
        cast = Pair(5, 20, 0.3, 0.5).cast(600, 100, np.random.default_rng(2))
        assert looks.look(cast, end=100).decided <= 0.05

    def test_stopping_where_two_are_equal_or_one_is_ahead_errs_in_few_studies(self):
        """A difference just beyond the margin is called equal, or the wrong way, that rarely."""
        margin, votes, runs = 0.3, 900, 300
        pair = Pair(raters=10, prompts=20, rater_spread=0.2, prompt_spread=0.2, share=0.66)
        cast, sums = pair.cast(runs, votes, np.random.default_rng(6)), Sums.none(runs, pair)
        stopped, false = np.zeros(runs, bool), np.zeros(runs, bool)
        for at in range(votes):
            sums.add(cast, at)
            if at % 10:
                continue
            with np.errstate(all="ignore"):
                scores = looks.score(sums)
            limit = ahead.reach(scores, ahead.ALPHA)
            equal = np.abs(scores.mean) + limit < margin
            apart = np.abs(scores.mean) > limit
            new = (equal | apart) & ~stopped
            false |= new & (equal | (scores.mean < 0))
            stopped |= new
        assert stopped.mean() > 0.3
        assert false.mean() <= 0.05

    def test_a_plain_answer_comes_soon(self):
        for share, wanted in ((0.7, 110), (0.8, 55), (0.95, 26)):
            cast = Pair(share=share).cast(100, 150, np.random.default_rng(3))
            assert np.median(looks.look(cast).first) <= wanted

    def test_one_pass_of_five_by_twenty_decides_and_an_end_decides_more(self):
        cast = Pair(5, 20, 0.3, 0.3, 0.8, 0.15, one_pass=True).cast(
            300, 100, np.random.default_rng(4)
        )
        always, at_end = looks.look(cast), looks.look(cast, end=100)
        assert always.won() >= 0.6
        assert at_end.won() >= always.won()

    def test_where_all_votes_are_alike_a_few_do_not_decide_and_many_do(self):
        cast = Pair(share=1 - 1e-12).cast(1, 60, np.random.default_rng(5))
        assert 8 <= looks.look(cast).first[0] <= 26


class TestReach:
    def test_is_the_exact_mixture_for_independent_votes_at_least(self):
        eta = ahead.TIGHTEST_AT / 8.2
        found = ahead.reach(scores(0.0, 100.0), 0.05)
        exact = np.sqrt((100 + eta) * np.log((100 + eta) / (eta * 0.05**2))) / 100
        assert found >= exact * 0.99

    def test_widens_with_fewer_clusters_and_less_error(self):
        few, many = (ahead.reach(scores(0.0, 400.0, f), 0.05) for f in (5.0, 50.0))
        assert few > many
        assert ahead.reach(scores(0.0), 0.01) > ahead.reach(scores(0.0), 0.05)

    def test_refuses_an_impossible_error(self):
        with pytest.raises(StatsError):
            ahead.reach(scores(0.0), 0.0)


class TestReachAtEnd:
    def test_is_the_quantile_of_student(self):
        found = ahead.reach_at_end(scores(0.0, 400.0, 9.0), 0.05)
        assert found == pytest.approx(stats.t.ppf(0.975, 9) / 20)

    def test_six_votes_alike_do_not_decide(self):
        six = Scores(*(np.array([value]) for value in (1.0, 6.0, 6.0, 3 / 36, np.inf, 0.0)))
        assert ahead.reach_at_end(six, 0.03) >= 1


class TestLeaveOut:
    def test_is_the_jackknife_of_a_mean(self):
        values = np.random.default_rng(6).normal(size=(1, 12))
        sums = (values - values.mean()) / 12
        variance, freedom = ahead.leave_out(sums, np.full((1, 12), 1 / 12))
        jackknife = stats.sem(values[0]) ** 2
        assert variance[0] == pytest.approx(jackknife)
        assert freedom[0] == pytest.approx(11)


class TestAddUp:
    def test_takes_only_what_clusters_add_for_uncertain(self):
        alone = np.array([1.0])
        variance, freedom = ahead.add_up(alone, [(np.array([3.0]), np.array([4.0]))], 0 * alone)
        assert (variance[0], freedom[0]) == (4.0, pytest.approx(16 / (9 / 4)))

    def test_clusters_add_something_even_where_they_happen_to_be_alike(self):
        alone = np.array([1.0])
        variance, freedom = ahead.add_up(alone, [(-alone, np.array([4.0]))], 0 * alone)
        assert variance[0] == 1 + ahead.LEAST_ADDED
        assert np.isfinite(freedom[0])


class TestCountOpen:
    def test_is_all_pairs_at_first_and_fewer_once_some_are_beaten(self):
        assert [ahead.count_open(2, 0), ahead.count_open(3, 0), ahead.count_open(3, 1)] == [1, 3, 1]
        assert [ahead.count_open(5, beaten) for beaten in range(4)] == [10, 6, 4, 4]

    @pytest.mark.parametrize("items", [4, 6, 9])
    def test_never_grows(self, items):
        counts = [ahead.count_open(items, beaten) for beaten in range(items - 1)]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == special.comb(items, 2)


class TestJudge:
    def test_says_ahead_equal_and_open(self):
        found = ahead.judge(scores([0.9, 0.0, 0.12], 4000.0), 4, margin=0.1)
        assert [one.state for one in found] == [State.AHEAD, State.EQUAL, State.AHEAD]
        assert ahead.judge(scores([0.05]), 2, margin=0.1) == (Judgement(State.OPEN),)

    def test_those_already_beaten_leave_more_error_for_the_rest(self):
        edge = float(ahead.reach(scores([0.0]), 0.05 / 3)[0])
        near = edge * 0.97
        alone = ahead.judge(scores([near, near]), 3, margin=1e-6)
        beside = ahead.judge(scores([near, 0.9]), 3, margin=1e-6)
        assert [one.state for one in alone] == [State.OPEN] * 2
        assert [one.state for one in beside] == [State.AHEAD] * 2

    def test_what_holds_at_the_end_alone_says_so_and_not_before(self):
        middling = scores([0.13])
        ended = ahead.judge(middling, 2, margin=0.05, has_end=True, at_end=True)
        assert ended == (Judgement(State.AHEAD, Holds.AT_END),)
        assert ahead.judge(middling, 2, margin=0.05, has_end=True) == (Judgement(State.OPEN),)
        assert ahead.judge(middling, 2, margin=0.05, at_end=True) == (Judgement(State.OPEN),)

    def test_an_end_costs_the_looks_before_it_some_error(self):
        edge = scores([float(ahead.reach(scores([0.2]), 0.05)[0]) * 1.01])
        assert ahead.judge(edge, 2, margin=0.05)[0].holds is Holds.ALWAYS
        assert ahead.judge(edge, 2, margin=0.05, has_end=True)[0].state is State.OPEN


class TestEitherWay:
    """An item that was named before may be behind: nothing else is asked of the difference."""

    def test_says_who_is_behind_as_it_says_who_is_ahead(self):
        told = scores([0.5, 0.0, -0.5])
        found = ahead.judge(told, 4, margin=0.1, either_way=True)
        turned = ahead.judge(scores([-0.5, 0.0, 0.5]), 4, margin=0.1, either_way=True)
        assert [one.state for one in found] == [State.AHEAD, State.OPEN, State.BEHIND]
        assert [one.state for one in turned] == [State.BEHIND, State.OPEN, State.AHEAD]

    def test_is_never_asked_of_a_leader(self):
        (found,) = ahead.judge(scores(-0.5), 2, margin=0.1)
        assert found.state is State.OPEN

    def test_asks_for_as_much_as_of_a_leader(self):
        for mean in np.linspace(0.05, 0.4, 15):
            one, other = (
                ahead.judge(scores([mean]), 2, margin=0.01, either_way=way)[0].state
                for way in (False, True)
            )
            assert one is other
