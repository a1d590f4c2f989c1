import io
import zipfile

import yaml

from service.database import now
from service.formats import packs, study_file
from service.store import packing
from service.usecases.sighted.studies import applying
from tests.usecases.sighted.studies import test_filing


class TestDownloadFile:
    def test_sends_the_file_that_makes_the_study(self, studio):
        studio.study()
        answer = studio.get("support-replies/file")
        assert (
            answer.headers["Content-Disposition"] == 'attachment; filename="support-replies.yaml"'
        )
        assert answer.mimetype == "application/yaml"
        told = study_file.read(answer.text, "study.yaml", lambda _: "")
        assert [each.name for each in told.configurations] == ["Plain", "Retrieval"]
        assert "/studio/support-replies/file" in studio.page("support-replies/")

    def test_packs_the_documents_beside_it(self, studio):
        file = test_filing.WITH_DOCUMENTS
        with studio.database.transaction() as session:
            applying.apply(session, file, now(session))
        answer = studio.get(f"{file.name}/file")
        packed = zipfile.ZipFile(io.BytesIO(answer.data))
        assert packed.namelist() == ["summaries/study.yaml", "summaries/books/a.md"]
        assert yaml.safe_load(packed.read("summaries/study.yaml"))["name"] == "summaries"


class TestDownloadPack:
    def test_sends_all_of_a_study(self, studio):
        studio.study()
        answer = studio.get("support-replies/pack")
        assert answer.headers["Content-Disposition"] == "attachment; filename=support-replies.zip"
        pack = packs.opened(io.BytesIO(answer.data), "x.zip", packing.names())
        assert pack.manifest.study == "support-replies"
        assert pack.manifest.rows["completion"] == 6
        answer.close()
        assert "/studio/support-replies/pack" in studio.page("support-replies/")

    def test_is_for_researchers(self, viewer):
        viewer.study()
        assert "support-replies/pack" not in viewer.page("support-replies/")
        assert viewer.get("support-replies/pack").status_code == 403


class TestDuplicateStudy:
    def test_makes_a_draft_and_shows_it(self, studio):
        studio.study()
        answer = studio.post("support-replies/duplicate", title="Second round")
        assert answer.headers["Location"] == "/studio/second-round/"
        page = studio.page("second-round/")
        assert "Second round" in page
        assert "This is a draft with the same configurations" in page

    def test_says_what_to_do_where_the_title_is_taken(self, studio):
        studio.study()
        answer = studio.post("support-replies/duplicate", title="Support replies")
        assert answer.status_code == 409
        assert "Choose another title" in answer.text

    def test_is_for_researchers(self, viewer):
        viewer.study()
        assert "Duplicate the study" not in viewer.page("support-replies/")
        assert viewer.post("support-replies/duplicate", title="Mine").status_code == 403
