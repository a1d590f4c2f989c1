import pytest
from click.testing import CliRunner

from service.cli import studies
from service.cli.context import Outlet
from service.usecases.sighted.studies import vote_counts
from tests import factories
from tests.promises.test_documented import EXAMPLES


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Type a command of the study group; returns its output, or the error's message."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")

    def run(*words: str) -> str:
        outlet = Outlet()
        result = CliRunner().invoke(studies.study, list(words), obj=outlet)
        outlet.close()
        return result.output + str(getattr(result.exception, "message", ""))

    return run


class TestApply:
    def test_reads_a_study_with_its_documents_and_twice_changes_nothing(self, typed):
        said = typed("apply", str(EXAMPLES / "ladder.yaml"))
        assert "configurations added: With examples, With the handbook, Agent" in said
        assert "3 documents to retrieve from." in said
        assert "nothing changed" in typed("apply", str(EXAMPLES / "ladder.yaml"))
        estimate = typed("estimate", "shop-answers")
        assert "agent/shop-agent" in estimate
        assert "at most 12 calls" in estimate
        assert "2 raters, " in estimate
        assert "To tell 60/40 you need about" in estimate
        asked = typed("estimate", "shop-answers", "--raters", "9", "--tell", "75")
        assert "9 raters, " in asked
        assert "75/25" in asked

    def test_names_the_document_that_cannot_be_read_and_its_line(self, typed, tmp_path):
        (tmp_path / "books").mkdir()
        (tmp_path / "books/latin.txt").write_bytes("Grüße".encode("latin-1"))
        study = tmp_path / "study.yaml"
        study.write_text("title: x\ncollections:\n  books: {folder: books}\n")
        said = typed("apply", str(study))
        assert "study.yaml, line 3: collections, books: books/latin.txt is not UTF-8" in said


class TestWriteFile:
    def test_writes_what_makes_the_same_study(self, typed, tmp_path):
        typed("apply", str(EXAMPLES / "ladder.yaml"))
        assert "name a new folder by --to" in typed("file", "shop-answers")
        said = typed("file", "shop-answers", "--to", str(tmp_path / "copy"))
        assert said == f"Next: evenhand study apply {tmp_path / 'copy/study.yaml'}\n"
        assert "nothing changed" in typed("apply", str(tmp_path / "copy/study.yaml"))
        assert "There is a" in typed("file", "shop-answers", "--to", str(tmp_path / "copy"))

    def test_prints_it_where_it_stands_alone(self, typed, tmp_path):
        study = tmp_path / "study.yaml"
        study.write_text("title: Two\nconfigurations:\n- name: One\n- name: Two\n")
        typed("apply", str(study))
        study.write_text(typed("file", "two"))
        assert "nothing changed" in typed("apply", str(study))


class TestDuplicate:
    def test_makes_a_draft(self, typed):
        typed("apply", str(EXAMPLES / "ladder.yaml"))
        assert "second-round: created, a draft." in typed(
            "duplicate", "shop-answers", "Second round"
        )
        assert "Choose another title" in typed("duplicate", "shop-answers", "Second round")


class TestStatus:
    def test_says_when_the_votes_of_a_big_study_were_counted(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session)
            vote_counts.keep(session, study.id, 1_000_000, factories.MOMENT)
        said = say(studies.status, "support-replies").replace("\xa0", " ")
        assert "1000000 votes (counted at 2026-03-01 08:00:00 UTC) by 0 raters" in said


class TestVariety:
    def test_is_told_by_status_and_open(self, home, say):
        with home.database.transaction() as session:
            factories.make_study(
                session, text=lambda name, number: "Yes." if number == 0 else f"{name} {number}."
            )
        for command in (studies.status, studies.open_study):
            said = say(command, "support-replies")
            assert "1 matchup is not dealt: its two texts are shown alike." in said
            assert "1 prompt has fewer than two different answers: p0." in said
