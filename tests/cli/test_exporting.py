import json

import pytest
from click.testing import CliRunner

from service.cli import exporting
from service.cli.context import Outlet
from service.formats.exports import kinds
from tests import factories
from tests.usecases.sighted.results import rated


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Type the command over an installation with a rated study; returns what it says."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*words: object) -> str:
        outlet = Outlet()
        result = CliRunner().invoke(exporting.export, [str(word) for word in words], obj=outlet)
        outlet.close()
        return result.output + str(getattr(result.exception, "message", ""))

    outlet = Outlet()
    with outlet.database.transaction() as session:
        rated.vote(session, factories.make_study(session, prompts=40))
    outlet.close()
    return run


class TestExport:
    def test_writes_training_files_and_says_how_many_rows(self, say, tmp_path):
        said = say("support-replies", "--out", tmp_path / "out")
        assert "says what was dropped and why." in said
        manifest = json.loads((tmp_path / "out/manifest.json").read_text())
        assert sum(file.get("rows", 0) for file in manifest["files"].values()) == 40
        assert list(manifest["fingerprints"]) == ["Plain (revision 1)", "Retrieval (revision 1)"]

    @pytest.mark.parametrize("name", [each for each in kinds.FORMATS if each != "trl-kto"])
    def test_writes_every_format(self, say, tmp_path, name):
        said = say("support-replies", "--format", name, "--out", tmp_path / "out")
        assert "rows" in said

    def test_follows_its_policy_and_says_what_is_missing(self, say, tmp_path):
        labels = ("support-replies", "--format", "trl-kto", "--out", tmp_path / "kto")
        assert "or take wins as labels" in say(*labels)
        assert "rows" in say(*labels, "--wins-as-labels")
        few = say("support-replies", "--out", tmp_path / "few", "--least-votes", 2)
        assert "40 with too few votes" in few
        assert not (tmp_path / "few").exists()
        barred = ("support-replies", "--out", tmp_path / "x", "--not-trained-on")
        assert "whose preferred text must not be trained on" in say(*barred, "Retrieval")
        assert "There are: Plain, Retrieval" in say(*barred, "Nobody")
        assert "1 or more" in say("support-replies", "--out", tmp_path / "x", "--least-votes", 0)

    def test_lists_the_formats_with_their_readers(self, say):
        assert "llama-factory: LLaMA-Factory v0" in say("--help")
