import gzip
from datetime import timedelta

import pytest

from service import uploaded
from service.errors import NotFound
from service.usecases.sighted.studies import uploads
from service.usecases.sighted.studies.imported import Imported
from tests import factories

NOW = factories.MOMENT
FILE = b"Frage,Art\nWo?,x\n"


@pytest.fixture
def study(database):
    with database.transaction() as session:
        return factories.make_study(session, state="draft").name


def kept(database, study, content=FILE, name="fragen.csv", at=NOW):
    with database.transaction() as session:
        return uploads.keep(session, study, name, content, at)


def found(database, study, token):
    with database.reading() as session:
        return uploads.find(session, study, token)


def text(database, upload):
    return uploaded.opened(database, upload).read()


class TestKeep:
    def test_keeps_a_file_as_utf8_with_a_guess(self, database, study):
        upload = found(database, study, kept(database, study, "Frage\nGrüße?\n".encode("cp1252")))
        assert text(database, upload).decode() == "Frage\nGrüße?\n"
        assert (upload.encoding, upload.meanings, upload.most) == (
            "Windows-1252",
            {"Frage": "prompt"},
            None,
        )
        assert not upload.is_known

    def test_keeps_packed_files_as_they_are(self, database, study):
        packed = gzip.compress("Frage\nGrüße?\n".encode())
        upload = found(database, study, kept(database, study, packed, "fragen.csv.gz"))
        assert (text(database, upload), upload.encoding) == (packed, "")
        assert upload.meanings == {"Frage": "prompt"}

    def test_lets_go_of_what_is_older_than_a_week(self, database, study):
        old = kept(database, study)
        young = kept(database, study, at=NOW + timedelta(days=2))
        kept(database, study, at=NOW + timedelta(days=8))
        with pytest.raises(NotFound):
            found(database, study, old)
        assert found(database, study, young)

    def test_gives_names_that_nobody_guesses(self, database, study):
        tokens = {kept(database, study) for _ in range(3)}
        assert len(tokens) == 3
        assert min(map(len, tokens)) >= 16


class TestNote:
    def test_remembers_what_a_header_means_once_it_was_of_use(self, database, study):
        token = kept(database, study)
        done = Imported()
        for count, is_known in ((0, False), (1, True)):
            done.added = count
            with database.transaction() as session:
                uploads.choose(session, study, token, {"Frage": "prompt", "Art": "context"}, 5)
                uploads.note(session, study, token, ["Frage", "Art"], "prompts", done, 0, NOW)
            again = found(database, study, kept(database, study, b"Art,Frage\nx,Wer?\n"))
            assert again.is_known is is_known
        assert again.meanings == {"Frage": "prompt", "Art": "context"}
        assert found(database, study, token).most == 5
        assert found(database, study, token).report["added"] == 1
