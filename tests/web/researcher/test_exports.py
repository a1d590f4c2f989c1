import io
import re
import zipfile

import pytest

from service import exporting
from service.formats.exports import kinds
from service.web import languages
from service.web.app import create_app
from tests import pseudo
from tests.promises.test_translated import strange
from tests.usecases.sighted.results import rated
from tests.web.researcher.conftest import sign_in

PAGE = "support-replies/exports"


@pytest.fixture
def made(studio):
    """A studio with one export that is ready, and the address of its file."""
    study = studio.study(prompts=12)
    with studio.database.transaction() as session:
        rated.vote(session, study)
    assert studio.post(PAGE, format="csv").status_code == 303
    exporting.make_due(studio.database, "key")
    (link,) = re.findall(r'href="/studio/(support-replies/exports/[^"]+)"', studio.page(PAGE))
    return studio, link


class TestAskExport:
    def test_offers_every_format_and_follows_what_was_ticked(self, studio):
        study = studio.study(prompts=12)
        with studio.database.transaction() as session:
            rated.vote(session, study)
        assert f'href="/studio/{PAGE}"' in studio.page("support-replies/")
        page = studio.page(PAGE)
        assert all(f'value="{name}"' in page for name in kinds.FORMATS)
        asked = {
            "format": "canonical", "least_votes": "2", "least_agreement": "70", "redact": "yes",
            "phones_of": "de, us", "ignore_ties": "yes", "not_trained_on": "Plain",
            "balance_length": "yes", "test_share": "20",
        }  # fmt: skip
        assert studio.post(PAGE, **asked).status_code == 303
        page = studio.page(PAGE)
        assert "waiting" in page
        assert "data-live" in page
        exporting.make_due(studio.database, "key")
        (link,) = re.findall(r'href="/studio/(support-replies/exports/[^"]+)"', studio.page(PAGE))
        packed = zipfile.ZipFile(io.BytesIO(studio.get(link).data))
        told = packed.read("support-replies-canonical/manifest.json").decode()
        for line in (
            '"least_votes": 2', '"least_agreement": 0.7', '"redacted": true', '"ties": "ignore"',
            '"balanced": true', '"leaks": true', '"conflicts": true',
        ):  # fmt: skip
            assert line in told

    def test_says_nothing_untranslated_but_names(self, settings, sqlite_database):
        speaks = {**languages.shipped(), pseudo.CODE: pseudo.LANGUAGE}
        studio = sign_in(create_app(settings, sqlite_database, speaks=speaks), sqlite_database)
        studio.study()
        page = studio.get(PAGE, headers={"Accept-Language": pseudo.CODE}).text
        said = re.sub(r"<option .*?</option>", "", page)
        known = {"Support", "replies", "Plain", "Retrieval", "admin"}
        assert set(strange(said)) <= known
        assert "people, in a spreadsheet" not in page

    def test_says_on_the_page_what_is_missing_or_wrong(self, studio):
        studio.study()
        studio.post(PAGE)
        exporting.make_due(studio.database, "key")
        assert "no votes to export yet" in studio.page(PAGE)
        answer = studio.post(PAGE, format="openai")
        assert (answer.status_code, "There is no format" in answer.text) == (422, True)
        answer = studio.post(PAGE, redact="yes", phones_of="Mars")
        assert (answer.status_code, "such as US or DE" in answer.text) == (422, True)
        assert studio.post(PAGE, least_votes="some").status_code == 422

    def test_is_for_researchers(self, viewer):
        viewer.study()
        assert viewer.get(PAGE).status_code == 403
        assert viewer.post(PAGE).status_code == 403


class TestExportsProgress:
    def test_answers_only_where_something_changed(self, made):
        studio, _ = made
        assert studio.get(f"{PAGE}/progress?seen=other").status_code == 200
        seen = "none"
        studio.post(PAGE, format="arena")
        seen = re.findall(r"seen=([^\"&]+)", studio.page(PAGE))[0]
        assert studio.get(f"{PAGE}/progress?seen={seen}").status_code == 204


class TestFetchExport:
    def test_sends_a_file_that_can_be_gone_on_with(self, made):
        studio, link = made
        whole = studio.get(link)
        assert whole.headers["Content-Disposition"].endswith('"support-replies-csv.zip"')
        assert int(whole.headers["Content-Length"]) == len(whole.data)
        assert zipfile.ZipFile(io.BytesIO(whole.data)).testzip() is None
        size, etag = len(whole.data), whole.headers["ETag"]

        def part(asked, **more):
            return studio.get(link, headers={"Range": asked, **more})

        rest = part("bytes=100-", **{"If-Range": etag})
        assert rest.status_code == 206
        assert rest.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
        assert whole.data[:100] + rest.data == whole.data
        assert part("bytes=-7").data == whole.data[-7:]
        assert part("bytes=3-5").data == whole.data[3:6]
        assert part("bytes=100-", **{"If-Range": '"other"'}).data == whole.data
        assert part("bytes=0-1,4-5").data == whole.data
        assert part("words=0-1").data == whole.data
        assert part(f"bytes={size}-").status_code == 416

    def test_is_gone_once_it_is_removed_and_never_anybody_elses(self, made):
        studio, link = made
        assert studio.app.test_client().get(f"/studio/{link}").status_code in {302, 303, 401, 403}
        assert studio.post(f"{link}/discard").status_code == 303
        assert studio.get(link).status_code == 404
        assert studio.get(f"{PAGE}/nothing").status_code == 404
