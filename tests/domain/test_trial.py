from service.domain.trial import Cell, Trial, Tried
from tests.factories import MOMENT


class TestTrial:
    def test_counts_what_is_still_to_come(self):
        states = ("pending", "running", "recorded", "ready", "failed", "quarantined", "none")
        row = Tried("p", ("Why?",), "", tuple(Cell("Plain", state) for state in states))
        assert Trial(("Plain",), (row, row), 0.0, 0.5, MOMENT).waiting == 6
