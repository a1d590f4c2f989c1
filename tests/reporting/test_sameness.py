from service.reporting import sameness
from service.reporting.words import ENGLISH


class TestNotes:
    def test_are_none_where_all_differ(self):
        assert sameness.notes(0, (), ENGLISH) == []

    def test_count_matchups_and_name_prompts(self):
        assert sameness.notes(3, ["p0"], ENGLISH) == [
            "3 matchups are not dealt: their two texts are shown alike.",
            "1 prompt has fewer than two different answers: p0.",
        ]
