import numpy as np
import pytest

from service import stats
from service.stats import clusters


def cells(sizes):
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    zeros = np.zeros(len(cluster), dtype=int)
    return stats.from_clusters(2, len(sizes), cluster, zeros, zeros + 1, zeros + 1)


class TestEffectiveNumber:
    def test_is_the_number_where_clusters_are_equal(self):
        assert clusters.effective_number(cells([3, 3, 3, 3])) == pytest.approx(4)

    def test_falls_with_inequality(self):
        assert clusters.effective_number(cells([97, 1, 1, 1])) == pytest.approx(1.0624, abs=1e-3)

    def test_of_nothing_is_nothing(self):
        empty = cells([0, 0])
        assert clusters.effective_number(empty) == 0
        assert clusters.number(empty) == 0


class TestNumber:
    def test_counts_only_clusters_with_votes(self):
        assert clusters.number(cells([2, 0, 1])) == 2


class TestBlocks:
    def test_hold_every_vote_of_a_cluster_together(self, monkeypatch):
        monkeypatch.setattr(clusters, "BLOCK", 4)
        given = cells([1, 4, 0, 2, 3])
        given = given.only(np.random.default_rng(1).permutation(len(given)))
        parts = list(clusters.blocks(given, 2))
        names = [part.clusters[index] for part in parts for index in part.cluster]
        assert sorted(names) == sorted(given.clusters[index] for index in given.cluster)
        assert [len(part.clusters) for part in parts] == [2, 2, 1]
