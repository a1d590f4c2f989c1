import random
import sqlite3
import tarfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.database import Database
from service.store import backups as copying
from service.store import migrate, models
from service.usecases import backups, upkeep
from service.usecases.blind import voting
from tests import databases, factories
from tests.factories import later
from tests.usecases.sighted.results import rated

KEY = "a key of links"


@pytest.fixture
def made(address):
    database = Database(address)
    with database.transaction() as session:
        study = factories.make_study(session, prompts=4)
        rated.vote(session, study)
    yield database
    database.engine.dispose()


@pytest.fixture
def empty(address, tmp_path, request):
    """An empty database of the same kind as `made`."""
    if address.startswith("sqlite"):
        yield Database(f"sqlite:///{tmp_path / 'new' / 'evenhand.sqlite3'}")
        return
    with copying.scratch_address(Database(address).engine) as other:
        database = Database(other)
        yield database
        database.engine.dispose()


def votes_in(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(models.Vote.id)))


class TestMake:
    def test_is_tried_and_restores_all_with_the_key_of_links(self, made, empty, tmp_path):
        told = backups.make(made, KEY, tmp_path / "all.backup")
        assert (told.studies, told.votes) == (1, 4)
        assert (tmp_path / "all.backup").stat().st_mode & 0o777 == 0o600
        folder = tmp_path / "restored"
        folder.mkdir()
        assert backups.restore(tmp_path / "all.backup", empty, folder) == told
        assert votes_in(empty) == 4
        assert (folder / "secret_key").read_text() == KEY
        assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in folder.iterdir()] == ["secret_key"]

    def test_leaves_no_half_file_and_writes_over_none(self, made, tmp_path):
        target = tmp_path / "all.backup"
        target.write_text("mine")
        with pytest.raises(backups.FileTaken):
            backups.make(made, KEY, target)
        assert target.read_text() == "mine"

    def test_refuses_a_copy_that_breaks_the_rules(self, made, tmp_path):
        with made.transaction() as session:
            session.scalars(select(models.Study)).one().held_calls = 7
        with pytest.raises(backups.BackupBroken, match="evenhand check-invariants"):
            backups.make(made, KEY, tmp_path / "all.backup")
        assert not (tmp_path / "all.backup").exists()

    def test_holds_every_vote_that_was_acknowledged_before_it_while_others_vote(
        self, made, empty, tmp_path
    ):
        with made.transaction() as session:
            study = factories.make_study(session, "busy", prompts=400)
            rater_id = factories.make_rater(session, study)
        acknowledged: list[int] = []
        done = threading.Event()

        def rate() -> None:
            rng = random.Random(5)
            while not done.is_set():
                with made.transaction() as session:
                    dealt = factories.deal(session, rater_id, later(0), rng, rated.LEASE, 1)
                    if not dealt:
                        return
                    token = dealt[0].token
                    voting.cast(session, rater_id, token, "left", f"key-{token}", later(1))
                acknowledged.append(1)

        rating = threading.Thread(target=rate)
        rating.start()
        while len(acknowledged) < 5 and rating.is_alive():
            done.wait(0.01)
        before = len(acknowledged)
        told = backups.make(made, KEY, tmp_path / "all.backup")
        after = len(acknowledged)
        done.set()
        rating.join()
        assert 4 + before <= told.votes <= 4 + after + 1
        folder = tmp_path / "restored"
        folder.mkdir()
        backups.restore(tmp_path / "all.backup", empty, folder)
        assert votes_in(empty) == told.votes


class TestRestore:
    @pytest.fixture
    def file(self, made, tmp_path):
        backups.make(made, KEY, tmp_path / "all.backup")
        return tmp_path / "all.backup"

    def test_never_writes_over_what_is_there(self, made, file, tmp_path):
        with pytest.raises(copying.NotEmpty):
            backups.restore(file, made, tmp_path)
        assert votes_in(made) == 4

    def test_refuses_what_is_no_backup_or_damaged(self, file, empty, tmp_path):
        (tmp_path / "text").write_text("no backup")
        cut = tmp_path / "cut"
        cut.write_bytes(file.read_bytes()[:-200])
        for wrong in (tmp_path / "text", cut):
            with pytest.raises(copying.BackupInvalid):
                backups.restore(wrong, empty, tmp_path)
        assert copying.is_empty(empty.engine)

    def test_keeps_the_key_that_is_there(self, file, empty, tmp_path):
        (tmp_path / "secret_key").write_text("mine")
        backups.restore(file, empty, tmp_path)
        assert (tmp_path / "secret_key").read_text() == "mine"


class TestGoBack:
    def test_leaves_an_older_schema_and_all_that_was_there_in_the_backup(self, database, tmp_path):
        with database.transaction() as session:
            rated.vote(session, factories.make_study(session, prompts=4))
        older = migrate.revisions()[-2]
        made = backups.go_back(database, KEY, older, tmp_path / "all.backup")
        assert migrate.current(database.engine) == older
        assert (made.schema, made.votes) == (migrate.newest(), 4)
        upkeep.migrate_up(database)
        with database.reading() as session:
            assert len(session.scalars(select(models.Vote)).all()) == 4

    @pytest.mark.parametrize("number", ["0000", "9999", "newest", ""])
    def test_to_what_is_not_older_changes_nothing(self, sqlite_database, tmp_path, number):
        number = migrate.newest() if number == "newest" else number
        with pytest.raises(backups.SchemaUnknown, match="name one from 0001 to"):
            backups.go_back(sqlite_database, KEY, number, tmp_path / "all.backup")
        assert upkeep.is_migrated(sqlite_database)
        assert not (tmp_path / "all.backup").exists()


def test_a_backup_of_another_kind_says_so(sqlite_database, postgres, tmp_path):
    backups.make(sqlite_database, KEY, tmp_path / "all.backup")
    with (
        copying.scratch_address(Database(postgres.fresh()).engine) as address,
        pytest.raises(backups.OtherKind, match="uses postgresql"),
    ):
        backups.restore(tmp_path / "all.backup", Database(address), tmp_path)


def test_copying_the_file_alone_would_lose_votes_and_a_backup_does_not(tmp_path, sqlite_file):
    database = Database(databases.fresh_sqlite(sqlite_file, tmp_path))
    with database.transaction() as session:
        rated.vote(session, factories.make_study(session, prompts=4))
    copied = tmp_path / "copied.sqlite3"
    copied.write_bytes(Path(str(database.engine.url.database)).read_bytes())
    with sqlite3.connect(copied) as connection:
        try:
            number = connection.execute("SELECT count(*) FROM vote").fetchone()[0]
        except sqlite3.DatabaseError:
            number = 0
    connection.close()
    assert number < 4
    assert backups.make(database, KEY, tmp_path / "all.backup").votes == 4
    with tarfile.open(tmp_path / "all.backup") as archive:
        assert sorted(archive.getnames()) == ["database", "manifest.json", "secret_key"]
