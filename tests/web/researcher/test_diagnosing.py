from tests import boards


class TestShowDiagnosis:
    def test_lists_supported_and_blocked_statements(self, studio):
        made = studio.study(configurations=list(boards.SHARES))
        studio.rank(made)
        assert "/doctor" in studio.page("support-replies/leaderboard")
        page = studio.page("support-replies/doctor")
        assert "Supported now" in page
        assert "retrieval is preferred to small-model." in page
        assert "how many, nobody can tell" in page

    def test_speaks_german(self, studio):
        studio.study()
        page = studio.get("support-replies/doctor", headers={"Accept-Language": "de"}).text
        assert "wie viele, kann niemand sagen." in page
