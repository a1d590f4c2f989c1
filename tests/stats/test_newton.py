import numpy as np
import pytest

from service.stats import newton

ONE = np.zeros(3, dtype=int)
LAPLACIAN = np.array([[3.0, -1, -2], [-1, 2, -1], [-2, -1, 3]])


class TestCentre:
    def test_takes_the_mean_of_each_component_away(self):
        found = newton.centre(np.array([1.0, 3, 10, 20]), np.array([0, 0, 1, 1]))
        assert found.tolist() == [-1, 1, -5, 5]


class TestCentredInverse:
    def test_is_the_pseudo_inverse_without_a_prior(self):
        found = newton.centred_inverse(LAPLACIAN, np.zeros(3), ONE)
        assert found == pytest.approx(np.linalg.pinv(LAPLACIAN))

    def test_holds_the_mean_with_a_prior_too(self):
        found = newton.centred_inverse(LAPLACIAN, np.full(3, 0.5), ONE)
        centre = np.eye(3) - 1 / 3
        expected = centre @ np.linalg.inv(LAPLACIAN + 0.5 * np.eye(3)) @ centre
        assert found == pytest.approx(expected)

    def test_gives_an_item_that_met_nobody_its_prior(self):
        information = np.zeros((4, 4))
        information[:3, :3] = LAPLACIAN
        component = np.array([0, 0, 0, 1])
        found = newton.centred_inverse(information, np.array([0, 0, 0, 0.1]), component)
        assert found[3].tolist() == pytest.approx([0, 0, 0, 10])
        assert found[:3, :3] == pytest.approx(np.linalg.pinv(LAPLACIAN))

    def test_of_nothing_is_nothing(self):
        nothing = np.zeros(0)
        assert newton.centred_inverse(np.zeros((0, 0)), nothing, ONE[:0]).shape == (0, 0)


class TestIsIdentified:
    def with_covariate(self, border, own):
        information = np.zeros((4, 4))
        information[:3, :3] = LAPLACIAN
        information[:3, 3] = information[3, :3] = border
        information[3, 3] = own
        return newton.is_identified(information, np.zeros(4), ONE)

    def test_a_covariate_of_its_own_is(self):
        assert self.with_covariate([0.1, -0.1, 0], 2.0)

    def test_one_that_never_varies_is_not(self):
        assert not self.with_covariate([0, 0, 0], 0.0)

    def test_one_that_goes_with_an_item_is_not(self):
        assert not self.with_covariate(LAPLACIAN[0], LAPLACIAN[0, 0])
        nearly = LAPLACIAN[0, 0] * (1 + 1e-11)
        assert not self.with_covariate(LAPLACIAN[0], nearly), "rounding is no information"
