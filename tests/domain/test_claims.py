from tests import boards


class TestClaims:
    def test_part_those_ahead_of_from_all_others(self):
        found = boards.board().parts[0].claims
        assert [claim.rival for claim in found.ahead_of] == ["plain-prompt", "small-model"]
        assert [claim.rival for claim in found.not_ahead_of] == ["fine-tune"]
