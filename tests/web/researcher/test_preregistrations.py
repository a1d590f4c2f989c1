import hashlib

import pytest

from service.database import now
from service.store import models
from service.usecases.sighted.results import preregistrations
from tests import boards


@pytest.fixture
def frozen(studio):
    def make(**fields):
        study = studio.study(**fields)
        with studio.database.transaction() as session:
            row = session.get_one(models.Study, study.id)
            preregistrations.freeze(session, row, now(session))
        return study

    return make


class TestPages:
    def test_show_what_was_declared_with_its_fingerprint(self, studio, frozen):
        study = frozen(intent={"question": "Is <b>it</b> worth it?"}, end_votes=500)
        for path in ("", "leaderboard"):
            page = studio.page(f"{study.name}/{path}")
            assert "Is &lt;b&gt;it&lt;/b&gt; worth it?" in page
            assert "after 500 votes" in page
            assert "Nothing deviates from what was registered." in page
        sent = studio.get(f"{study.name}/preregistration.json")
        assert f"SHA-256 {hashlib.sha256(sent.data).hexdigest()}" in page
        assert "support-replies-preregistration.json" in sent.headers["Content-Disposition"]

    def test_say_that_there_is_none_or_none_yet(self, studio):
        study = studio.study()
        for path in ("", "leaderboard"):
            assert "has no pre-registration" in studio.page(f"{study.name}/{path}")
        assert studio.get(f"{study.name}/preregistration.json").status_code == 404
        draft = studio.study(name="draft", state="draft")
        assert "Frozen when the study opens" in studio.page(f"{draft.name}/")
        assert "has no pre-registration" not in studio.page(f"{draft.name}/leaderboard")

    def test_warn_where_the_document_was_changed(self, studio, frozen):
        study = frozen()
        with studio.database.transaction() as session:
            session.get_one(models.Preregistration, study.id).content = "{}"
        page = studio.page(f"{study.name}/leaderboard")
        assert "is not what was registered" in page
        assert "Nothing deviates" not in page

    def test_report_says_so_too(self, studio, frozen):
        study = frozen(intent={"question": "Which one?"})
        studio.rank(study, boards.pair())
        report = studio.page(f"{study.name}/report")
        for said in ("Pre-registration", "Which one?", "Nothing deviates", "SHA-256 "):
            assert said in report


class TestUnseal:
    def test_is_offered_to_admins_and_stands_as_a_deviation(self, studio, viewer, frozen):
        study = frozen(is_sealed=True, end_votes=500)
        studio.rank(study, boards.pair())
        assert "Unseal the study" in studio.page(f"{study.name}/leaderboard")
        assert "Unseal the study" not in viewer.page(f"{study.name}/leaderboard")
        assert viewer.post(f"{study.name}/unseal", because="x").status_code == 403
        assert studio.post(f"{study.name}/unseal", because=" ").status_code == 422
        assert "This study is sealed." in studio.page(f"{study.name}/leaderboard")
        answer = studio.post(f"{study.name}/unseal", because="The <boss> asked.")
        assert answer.status_code == 303
        page = studio.page(f"{study.name}/leaderboard")
        assert "This study is sealed." not in page
        assert "before the stop rule was met. Reason: The &lt;boss&gt; asked." in page

    def test_of_a_study_closed_early_is_explained(self, studio, frozen):
        study = frozen(is_sealed=True, end_votes=500)
        studio.rank(study, boards.pair())
        assert studio.post(f"{study.name}/close").status_code == 303
        page = studio.page(f"{study.name}/leaderboard")
        assert "It was closed before its declared end." in page
        assert "Closed by hand on" in page
