from service.reporting import variety
from service.reporting.words import ENGLISH


class TestNotes:
    def test_are_none_where_all_differ(self):
        assert variety.notes(0, (), ENGLISH) == []

    def test_count_matchups_and_name_prompts(self):
        assert variety.notes(3, ["p0"], ENGLISH) == [
            "3 matchups are not dealt: their two texts are shown alike.",
            "1 prompt has fewer than two different answers: p0.",
        ]
