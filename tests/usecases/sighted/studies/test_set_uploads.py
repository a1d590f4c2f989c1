from datetime import timedelta

import pytest

from service.errors import NotFound
from service.usecases.sighted.studies import set_uploads
from service.usecases.sighted.studies.set_uploads import Target, UnknownSetFile

FILE = "Frage;Thema\nWarum?;Öl\nWie?;Gas\n".encode("latin-1")


def keep(session, now, content=FILE, **target):
    return set_uploads.keep(session, Target("", "Fragen", **target), "x.csv", content, now)


class TestKeep:
    def test_guesses_what_columns_mean_and_names_the_encoding(self, session, now):
        found = set_uploads.opened(session, keep(session, now))
        assert found.upload.meanings["Frage"] == "prompt"
        assert (found.upload.is_known, found.encoding) == (False, "Windows-1252")
        assert found.preview().prompts == 2

    def test_forgets_what_is_old_and_more_than_twenty(self, session, now):
        first = keep(session, now)
        tokens = [keep(session, now) for _ in range(set_uploads.MOST_HELD)]
        with pytest.raises(UnknownSetFile):
            set_uploads.opened(session, first)
        later = keep(session, now + set_uploads.KEPT + timedelta(seconds=1))
        for token in tokens:
            with pytest.raises(UnknownSetFile):
                set_uploads.opened(session, token)
        assert set_uploads.opened(session, later)

    def test_needs_a_set_that_is_there(self, session, now):
        with pytest.raises(NotFound):
            set_uploads.keep(session, Target("none", ""), "x.csv", FILE, now)


class TestTake:
    def test_keeps_where_the_prompts_are_from(self, session, now):
        token = keep(session, now)
        ready = set_uploads.read(session, token)
        made = set_uploads.take(session, token, ready, "Ada", now)
        assert (made.name, made.version, len(ready.read.prompts)) == ("fragen", 1, 2)
        assert ready.read.origin.name == "x.csv"
        with pytest.raises(UnknownSetFile):
            set_uploads.discard(session, token)
