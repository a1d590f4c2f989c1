import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from service import exporting
from service.database import now
from service.domain.export import UnknownExport
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted.studies import export_files
from service.web import downloads
from tests import factories


@pytest.fixture
def asked(app, sqlite_database):
    """Ask for the file of an export, and return what was answered, with the whole of it."""
    with sqlite_database.transaction() as session:
        study = factories.make_study(session, prompts=4)
        token = export_files.ask(session, study.name, "csv", Policy(), Split(0), now(session))
    factories.cast_all(sqlite_database, study)

    def ask(**headers: str):
        with app.test_request_context(headers=headers):
            answer = downloads.send(sqlite_database, study.name, token)
            return answer.status_code, answer.get_data(), answer.headers

    with pytest.raises(UnknownExport):
        ask()
    exporting.make_due(sqlite_database, "key")
    return ask


class TestSend:
    def test_gives_the_whole_or_the_part_that_is_wanted(self, asked):
        status, whole, headers = asked()
        assert (status, int(headers["Content-Length"])) == (200, len(whole))
        status, part, headers = asked(Range="bytes=5-9")
        assert (status, part) == (206, whole[5:10])
        assert headers["Content-Range"] == f"bytes 5-9/{len(whole)}"
        assert asked(Range="bytes=-3")[1] == whole[-3:]

    def test_begins_anew_where_another_file_was_begun(self, asked):
        _, whole, headers = asked()
        same = {"Range": "bytes=5-", "If-Range": headers["ETag"]}
        assert asked(**same)[1] == whole[5:]
        assert asked(**{**same, "If-Range": '"other"'})[:2] == (200, whole)

    def test_refuses_what_lies_behind_its_end(self, asked):
        with pytest.raises(RequestedRangeNotSatisfiable):
            asked(Range="bytes=99999999-")
