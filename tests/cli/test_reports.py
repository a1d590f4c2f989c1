import pytest
from click.testing import CliRunner

from service.cli import reports
from service.cli.context import Outlet
from tests import boards, factories


@pytest.fixture
def outlet(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Outlet()
    with made.database.transaction() as session:
        study = factories.make_study(session)
        boards.keep(session, study.id, boards.board())
    yield made
    made.close()


def typed(outlet, *words) -> str:
    result = CliRunner().invoke(reports.report, ["support-replies", *map(str, words)], obj=outlet)
    return result.output + str(getattr(result.exception, "message", ""))


class TestReport:
    def test_writes_one_file_and_none_over_another(self, outlet, tmp_path):
        out = tmp_path / "report.html"
        assert "Written" in typed(outlet, "--out", out)
        text = out.read_text("utf-8")
        assert "retrieval is preferred to plain-prompt." in text
        assert "Prompts and answers" not in text
        assert "already" in typed(outlet, "--out", out)
        assert out.read_text("utf-8") == text

    def test_speaks_german_and_adds_texts_where_it_is_told_to(self, outlet, tmp_path):
        out = tmp_path / "bericht.html"
        typed(outlet, "--out", out, "--language", "de", "--texts")
        text = out.read_text("utf-8")
        assert '<html lang="de"' in text
        assert "retrieval wird plain-prompt vorgezogen." in text
        assert 'id="texts"' in text

    def test_says_what_it_cannot_do(self, outlet, tmp_path):
        assert "written in: en, de" in typed(outlet, "--out", tmp_path / "x", "--language", "fr")
        assert "cannot be written" in typed(outlet, "--out", tmp_path / "no/where")
        assert list(tmp_path.glob("*.html")) == []
