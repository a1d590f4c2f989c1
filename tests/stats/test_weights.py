import numpy as np
import pytest

from service.stats import from_clusters
from service.stats.weights import bound_clusters, bound_weights


class TestBoundWeights:
    def test_leaves_even_votes_alone(self):
        assert (bound_weights(np.array([10.0, 12.0, 9.0, 11.0])) == 1).all()

    def test_lets_nobody_count_for_more_than_twice_the_mean(self):
        votes = np.array([1800.0] + [109.0] * 11)
        counted = bound_weights(votes) * votes
        assert counted[0] == pytest.approx(2 * counted.mean(), rel=1e-6)
        assert (counted[1:] == 109).all()

    def test_one_more_vote_never_makes_a_rater_count_less(self):
        others = [40.0] * 7
        counted = [(bound_weights(np.array([n, *others])) * [n, *others])[0] for n in range(1, 400)]
        assert (np.diff(counted) >= -1e-6).all()

    def test_clusters_without_votes_weigh_nothing(self):
        assert bound_weights(np.array([[5.0, 0.0, 5.0]])).tolist() == [[1.0, 0.0, 1.0]]


class TestBoundClusters:
    def cells(self, votes):
        number = len(votes)
        none = np.zeros(number, dtype=int)
        return from_clusters(2, number, np.arange(number), none, none + 1, none + 1, votes)

    def test_gives_the_same_cells_back_where_nothing_is_bounded(self):
        cells = self.cells([3, 4, 5, 4])
        assert bound_clusters(cells) is cells

    def test_keeps_the_squares_of_the_weights(self):
        found = bound_clusters(self.cells([100, 5, 5, 5, 5]))
        weight = found.votes[0] / 100
        assert found.squares[0] == pytest.approx(100 * weight**2)
        assert found.votes[1:].tolist() == [5.0] * 4
