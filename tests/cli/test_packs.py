import pytest

from service.cli import packs
from service.database import Database
from tests import databases, factories
from tests.usecases.sighted.results import rated


@pytest.fixture
def study(home):
    with home.database.transaction() as session:
        made = factories.make_study(session)
        rated.vote(session, made)
    return made


class TestPack:
    def test_and_unpack_elsewhere(self, say, study, tmp_path, sqlite_file, home):
        place = tmp_path / "study.zip"
        said = say(packs.pack, study.name, "--to", place)
        assert "3 prompts, 6 completions, 1 raters, 3 votes" in said
        assert place.stat().st_mode & 0o777 == 0o600
        assert "is here already: nothing was added" in say(packs.unpack, place)
        home.close()
        (tmp_path / "other").mkdir()
        other = Database(databases.fresh_sqlite(sqlite_file, tmp_path / "other"))
        home.__dict__["database"] = other
        said = say(packs.unpack, place)
        assert "3 votes with their revisions" in said
        assert "every rule holds" in said

    def test_writes_over_nothing_and_leaves_nothing_half(self, say, study, tmp_path):
        place = tmp_path / "study.zip"
        place.write_text("mine")
        assert "There is a" in say(packs.pack, study.name, "--to", place)
        assert place.read_text() == "mine"
        assert "There is no study" in say(packs.pack, "nobody", "--to", tmp_path / "other.zip")
        assert [path.name for path in tmp_path.glob("*.zip*")] == ["study.zip"]
        assert not list(tmp_path.glob(".*"))

    def test_refuses_what_is_no_pack(self, say, tmp_path):
        (tmp_path / "x.zip").write_bytes(b"PK")
        assert "is no pack of a study" in say(packs.unpack, tmp_path / "x.zip")
