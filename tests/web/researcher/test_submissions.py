import pytest
from sqlalchemy import select

from service.store import models, raters
from service.usecases.blind import submitting
from tests import factories
from tests.factories import later

STUDY = "support-replies"
OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}


@pytest.fixture
def numbers(sqlite_database):
    """Let a rater suggest two prompts, one of which would be markup."""
    with sqlite_database.transaction() as session:
        study = factories.make_study(session, prompts=1, options=OPTIONS)
        rater = factories.make_rater(session, study)
        for text in ("<b>Roses</b>?", "Tulips?"):
            sitter = raters.locked(session, rater)
            submitting.submit(session, sitter, text, f"k{len(text)}", later(0))
        return [str(one) for one in session.scalars(select(models.Submission.id))]


class TestSubmissions:
    def test_are_no_link_where_nobody_may_suggest(self, studio):
        studio.study()
        assert "suggested" not in studio.page(f"{STUDY}/")

    def test_are_listed_and_taken_or_declined_by_key(self, studio, numbers):
        assert "Suggested prompts (2)" in studio.page(f"{STUDY}/")
        page = studio.page(f"{STUDY}/suggested")
        assert "&lt;b&gt;Roses&lt;/b&gt;?" in page
        for key in ("k", "d", "a", "1", "2"):
            assert f'data-key="{key}"' in page
        assert page.count("checked") == 0
        assert studio.page(f"{STUDY}/suggested?all=1").count("checked") == 2
        answer = studio.post(f"{STUDY}/suggested", decide="accept", number=numbers[0], tags="a, b")
        assert answer.location == f"/studio/{STUDY}/suggested"
        assert "1 new prompt: its answers are generated next" in studio.page(f"{STUDY}/suggested")
        studio.post(f"{STUDY}/suggested", decide="decline", number=numbers[1], because="Too short")
        page = studio.page(f"{STUDY}/suggested?state=declined")
        assert "0 waiting, 1 taken, 1 declined." in page
        assert "Too short" in page
        assert "Tulips?" in page
        assert "decided by admin" in page

    def test_are_changed_first(self, studio, numbers):
        studio.post(f"{STUDY}/suggested", decide="accept", number=numbers[1], text="Which tulips?")
        page = studio.page(f"{STUDY}/suggested?state=accepted")
        assert "It became:" in page
        assert "Which tulips?" in page

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"decide": "accept"}, 422),
            ({"decide": "accept", "number": "x"}, 404),
            ({"decide": "decline", "number": "999"}, 404),
            ({"decide": "burn", "number": "1"}, 422),
        ],
    )
    @pytest.mark.usefixtures("numbers")
    def test_refuse_what_is_none(self, studio, fields, status):
        assert studio.post(f"{STUDY}/suggested", **fields).status_code == status

    def test_are_seen_and_not_decided_by_a_viewer(self, viewer, numbers):
        page = viewer.page(f"{STUDY}/suggested")
        assert "Tulips?" in page
        assert "data-key" not in page
        answer = viewer.post(f"{STUDY}/suggested", decide="decline", number=numbers[0])
        assert answer.status_code == 403


class TestTakeNoMore:
    def test_is_for_researchers_and_said(self, studio, viewer):
        studio.study(options={"submissions": 3})
        assert viewer.post("support-replies/suggested/no-more").status_code == 403
        assert "Take no more from raters" in studio.page("support-replies/suggested")
        assert studio.post("support-replies/suggested/no-more").status_code == 303
        page = studio.page("support-replies/suggested")
        assert "No more prompts are taken" in page
        assert "Take no more from raters" not in page
