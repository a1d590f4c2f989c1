import pytest
from sqlalchemy import text

from service.database import Database
from service.store import backups


class TestCopyOut:
    def test_and_in_again_keep_every_table(self, address, tmp_path):
        of = Database(address)
        with of.transaction() as session:
            session.execute(text("CREATE TABLE kept (n INTEGER)"))
            session.execute(text("INSERT INTO kept VALUES (1), (2)"))
        backups.copy_out(of.engine, tmp_path / "copy")
        if address.startswith("sqlite"):
            backups.check_file(tmp_path / "copy")
            assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]
            self.assert_filled(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path / "copy")
        else:
            with backups.scratch_address(of.engine) as new:
                self.assert_filled(new, tmp_path / "copy")
        of.engine.dispose()

    def assert_filled(self, address, copy):
        to = Database(address)
        assert backups.is_empty(to.engine)
        backups.copy_in(to.engine, copy)
        with to.reading() as session:
            assert session.execute(text("SELECT sum(n) FROM kept")).scalar() == 3
        with pytest.raises(backups.NotEmpty):
            backups.copy_in(to.engine, copy)
        to.engine.dispose()


class TestCheckFile:
    def test_finds_damage(self, sqlite_file, tmp_path):
        content = bytearray(sqlite_file.read_bytes())
        content[8192 : 8192 + 4096] = b"\x55" * 4096
        (tmp_path / "damaged").write_bytes(content)
        with pytest.raises(backups.BackupInvalid, match="damaged"):
            backups.check_file(tmp_path / "damaged")


def test_what_postgresql_refuses_is_said_without_the_password(postgres, tmp_path):
    made = Database(postgres.fresh())
    url = made.engine.url.set(database="nowhere", password="hidden-word")
    with pytest.raises(backups.ToolMissing) as caught:
        backups._call("pg_dump", url, f"--file={tmp_path / 'x'}")
    assert "nowhere" in str(caught.value)
    assert "hidden-word" not in str(caught.value)
    with pytest.raises(backups.ToolMissing, match="not installed"):
        backups._call("pg_nothing", url)
