from datetime import UTC, datetime

from service.reporting import decided
from service.reporting.words import ENGLISH

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


class TestSentence:
    def test_says_who_decided_what_and_when(self):
        said = decided.sentence("100 % prompt", "Ada", AT, ENGLISH)
        assert said == "Ada decided on 2026-03-12: 100 % prompt."
        assert "none of them" in decided.sentence(None, "Ada", AT, ENGLISH)


class TestGrounds:
    def test_says_how_it_stands_to_the_card(self):
        assert decided.grounds("", ENGLISH, is_against=False) == "As the leaderboard recommends."
        assert decided.grounds("It is late.", ENGLISH, is_against=True) == (
            "The leaderboard does not recommend this. Reason: It is late."
        )
        assert "Reason: Sure." in decided.grounds("Sure.", ENGLISH, is_against=False)


class TestRecommends:
    def test_names_what_needs_no_reason(self):
        assert "a or b. Another" in decided.recommends(("a", "b"), ENGLISH)
        assert "recommends none yet" in decided.recommends((), ENGLISH)


class TestRestsOn:
    def test_names_a_leaderboard_to_be_known_again(self):
        said = decided.rests_on(7, "ab" * 32, ENGLISH)
        assert said == "Leaderboard 7, fingerprint abababababababab"
