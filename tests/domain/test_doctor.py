"""Statements fall into those that may be made and those that may not, in their order."""

from service.domain.doctor import BLOCKED, SUPPORTED, Diagnosis, Statement


class TestDiagnosis:
    def test_parts_statements_and_keeps_their_order(self):
        names = [("a", SUPPORTED), ("b", BLOCKED), ("c", SUPPORTED)]
        found = Diagnosis("s", tuple(Statement(*each) for each in names))
        assert [one.name for one in found.supported] == ["a", "c"]
        assert [one.name for one in found.blocked] == ["b"]
