from tests import boards


class TestDownloadReport:
    def test_sends_one_file_to_keep(self, studio):
        studio.rank(studio.study())
        page = studio.page("support-replies/decisions")
        assert "/studio/support-replies/report" in page
        answer = studio.get("support-replies/report")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "retrieval is preferred to plain-prompt." in answer.text
        assert 'id="texts"' not in answer.text
        assert 'id="texts"' in studio.get("support-replies/report?texts=1").text

    def test_speaks_the_language_of_the_page(self, studio):
        studio.rank(studio.study())
        answer = studio.get("support-replies/report", headers={"Accept-Language": "de"})
        assert '<html lang="de"' in answer.text

    def test_says_of_a_sealed_study_only_that_it_is_sealed(self, studio):
        studio.rank(studio.study(is_sealed=True), boards.pair())
        for path in ("report", "report?leaderboard=1&texts=1"):
            answer = studio.get(f"support-replies/{path}")
            assert answer.status_code == 409
            assert "sealed" in answer.text
            assert "retrieval" not in answer.text

    def test_says_so_where_there_is_no_leaderboard(self, studio):
        studio.study()
        assert "no leaderboard yet" in studio.get("support-replies/report").text
        assert studio.get("support-replies/report?leaderboard=5").status_code == 404
