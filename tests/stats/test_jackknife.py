import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from service.stats.jackknife import Given, LeftOut, clusters_of


def left_out(value, cluster):
    given = Given.of(1, np.zeros(len(value), int), value, np.ones(len(value)), (0.0, 1.0))
    return LeftOut.each(given, np.asarray(cluster))


class TestLeftOut:
    def test_of_single_values_is_the_usual_standard_error(self):
        value = np.array([0, 0.2, 0.2, 0.5, 0.5, 0.5, 0.7, 0.7, 1, 1, 0, 0.2])
        found = left_out(value, np.arange(12))
        assert found.covariance[0, 0] == pytest.approx(stats.sem(value) ** 2)
        assert (found.groups[0], found.effective[0], found.total) == (12, 12, 12)

    def test_leaves_out_one_cluster_after_the_other_where_they_are_unequal(self):
        rng = np.random.default_rng(5)
        cluster = np.repeat(np.arange(7), [1, 9, 3, 3, 12, 2, 5])
        value = rng.random(len(cluster))
        without = [value[cluster != at].mean() - value.mean() for at in range(7)]
        found = left_out(value, cluster)
        assert found.covariance[0, 0] == pytest.approx(6 / 7 * np.square(without).sum())
        assert found.effective[0] == pytest.approx(35**2 / (1 + 81 + 9 + 9 + 144 + 4 + 25))

    def test_is_that_of_statsmodels_where_clusters_are_equal(self):
        rng = np.random.default_rng(6)
        cluster = np.repeat(np.arange(9), 4)
        value = np.clip(rng.random(9)[cluster] + rng.normal(0, 0.1, 36), 0, 1)
        fitted = sm.OLS(value, np.ones(36)).fit(cov_type="cluster", cov_kwds={"groups": cluster})
        assert left_out(value, cluster).covariance[0, 0] == pytest.approx(
            float(fitted.cov_params()[0, 0])
        )

    def test_knows_nothing_from_one_cluster(self):
        assert left_out([0.1, 0.9], [0, 0]).covariance[0, 0] == 0


class TestClustersOf:
    def test_counts_raters_prompts_and_both_together_from_nought(self):
        given = Given.of(1, [0] * 4, [0.5] * 4, [1] * 4, (0.0, 1.0))
        raters, prompts, both = clusters_of(given, [70, 70, 9, 9], [3, 5, 3, 3])
        assert (list(raters), list(prompts)) == ([1, 1, 0, 0], [0, 1, 0, 0])
        assert list(both) == [1, 2, 0, 0]
