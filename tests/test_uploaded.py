import io
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from service import uploaded
from service.domain import intake
from service.store import models
from service.usecases.sighted.studies import uploads
from service.usecases.sighted.studies.uploads import UnknownUpload, UploadUnusable
from tests import factories

LINES = b"".join(b'{"prompt": "Question %d?"}\n' % n for n in range(400))


@pytest.fixture
def study(database):
    with database.transaction() as session:
        return factories.make_study(session, state="draft").name


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(intake, "PIECE_BYTES", 1000)


def kept(database, study, content=LINES, name="x.jsonl"):
    token = uploaded.keep(database, study, name, io.BytesIO(content))
    with database.reading() as session:
        return uploads.find(session, study, token)


class TestKeep:
    def test_writes_a_piece_a_transaction_and_shows_the_file_when_it_is_whole(
        self, database, study, small_pieces
    ):
        seen = []

        def ended(connection):
            if not connection.get_execution_options().get("read_only"):
                with database.reading() as session:
                    held = session.scalars(select(models.UploadPiece.start)).all()
                    seen.append((len(held), len(uploads.held(session, study))))

        event.listen(database.engine, "commit", ended)
        kept(database, study)
        event.remove(database.engine, "commit", ended)
        # What a transaction has written is not yet seen when it ends: the last one shows the file.
        assert [there for _, there in seen] == [0] * len(seen)
        written = [number for number, _ in seen]
        assert max(after - before for before, after in pairwise(written)) == 1
        with database.reading() as session:
            sizes = [len(one.content) for one in session.scalars(select(models.UploadPiece))]
            assert len(uploads.held(session, study)) == 1
        assert (max(sizes), sum(sizes)) == (1000, len(LINES))

    def test_turns_other_encodings_into_utf8_piece_by_piece(self, database, study, small_pieces):
        text = "Frage\n" + "Grüße – schön?\n" * 300
        for encoding, name in (("utf-16", "UTF-16"), ("cp1252", "Windows-1252")):
            upload = kept(database, study, text.encode(encoding), "x.csv")
            assert upload.encoding == name
            assert uploaded.opened(database, upload).read().decode().lstrip("\ufeff") == text

    def test_refuses_what_is_too_large_with_what_to_do(self, database, study, monkeypatch):
        monkeypatch.setattr(intake, "MOST_BYTES", 3 * 1024 * 1024)
        with pytest.raises(UploadUnusable, match=r"larger than 3 MB\. Split it"):
            kept(database, study, b"x" * (intake.MOST_BYTES + 1))
        with database.reading() as session:
            assert session.scalars(select(models.Upload)).all() == []


class TestArrive:
    def test_keeps_ten_that_nobody_completes_and_says_so_to_the_others(self, database, study):
        begun = [
            uploaded.arrive(database, study, "x.jsonl", io.BytesIO(LINES))
            for _ in range(uploads.MOST_HELD + 1)
        ]
        with database.transaction() as session:
            assert len(session.scalars(select(models.Upload)).all()) == uploads.MOST_HELD
            assert uploads.complete(session, begun[1])
        for act in (uploads.complete, lambda *of: uploads.put(*of, 0, b"more")):
            with pytest.raises(UnknownUpload), database.transaction() as session:
                act(session, begun[0])


class TestOpened:
    @pytest.fixture
    def upload(self, database, study, small_pieces):
        return kept(database, study)

    def test_reads_as_any_file(self, sqlite_database, monkeypatch):
        monkeypatch.setattr(intake, "PIECE_BYTES", 1000)
        with sqlite_database.transaction() as session:
            study = factories.make_study(session, state="draft").name
        upload = kept(sqlite_database, study)

        @settings(max_examples=40, deadline=None)
        @given(st.lists(st.tuples(st.integers(0, len(LINES) + 9), st.integers(0, 2500))))
        def agrees(moves):
            with uploaded.opened(sqlite_database, upload) as ours:
                plain = io.BytesIO(LINES)
                for place, size in moves:
                    assert ours.seek(place) == plain.seek(place)
                    assert ours.read(size) == plain.read(size)
                    assert ours.readline() == plain.readline()

        agrees()

    def test_says_where_it_ends(self, database, upload):
        with uploaded.opened(database, upload) as file:
            assert file.seek(-5, io.SEEK_END) == len(LINES) - 5
            assert file.read() == LINES[-5:]
            assert file.tell() == len(LINES)

    def test_of_a_file_that_is_removed_meanwhile_ends(self, database, study, upload):
        file = uploaded.opened(database, upload)
        file.read(10)
        with database.transaction() as session:
            uploads.discard(session, study, upload.token)
        with pytest.raises(UnknownUpload):
            file.read()


class TestLent:
    def test_is_read_again_after_its_reader_closed_it(self):
        file = io.BytesIO(b"one\ntwo\n")
        for _ in range(2):
            with uploaded.lent(file) as lent:
                assert lent.readline() == b"one\n"
                assert (lent.tell(), lent.seek(0), lent.read()) == (4, 0, b"one\ntwo\n")
