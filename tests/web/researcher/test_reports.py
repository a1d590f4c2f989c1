import re
from html import unescape

from tests import boards
from tests.usecases.sighted.results import rated


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


class TestFigures:
    def test_are_those_of_the_leaderboards_page_to_the_printed_digit(self, studio):
        """Read both as a person would: every number of the page stands in the report, in order."""
        study = studio.study(prompts=6)
        with studio.database.transaction() as session:
            rated.vote(session, study)
            rated.vote(session, study, "Ada", prefers="Plain")
            rated.board(session, study)
        page = studio.page("support-replies/leaderboard")
        report = plain(studio.get("support-replies/report").text)
        figures = [
            *re.findall(r'<td class="n">(.*?)</td>', page, re.DOTALL),
            *re.findall(r'<span class="figure">(.*?)</span>', page, re.DOTALL),
            *re.findall(r"<dt>(.*?)</dt>", page, re.DOTALL),
            *re.findall(r'<ul class="verdict">(.*?)</ul>', page, re.DOTALL),
        ]
        told = [plain(figure) for figure in figures if plain(figure)]
        assert len(told) > 20
        assert [figure for figure in told if figure not in report] == []


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
