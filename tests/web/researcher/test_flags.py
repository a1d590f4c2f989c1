import random
import re
from datetime import timedelta

import pytest

from service.usecases.blind import flags as blind
from tests import factories
from tests.factories import later

STUDY = "support-replies"


@pytest.fixture
def flagged(sqlite_database):
    """Let a rater report a problem with a note that would be markup."""
    with sqlite_database.transaction() as session:
        study = factories.make_study(session, prompts=1)
        rater = factories.make_rater(session, study)
        (one,) = factories.deal(
            session, rater, later(0), random.Random(1), timedelta(minutes=30), 1
        )
        blind.flag(session, rater, one.token, "knows_source", "<b>it says so</b>", later(1), "k")


class TestFlags:
    def test_are_no_section_where_there_are_none(self, studio):
        studio.study()
        assert 'id="flags"' not in studio.page(f"{STUDY}/")

    @pytest.mark.usefixtures("flagged")
    def test_stand_on_the_page_of_the_study(self, studio):
        page = studio.page(f"{STUDY}/")
        assert "can tell who wrote it" in page
        assert "&lt;b&gt;it says so" in page

    @pytest.mark.usefixtures("flagged")
    def test_are_lifted_with_a_reason(self, studio):
        number = re.search(r'name="flag" value="(\d+)"', studio.page(f"{STUDY}/"))[1]
        answer = studio.post(f"{STUDY}/flags/lift", flag=number, because="")
        assert (answer.status_code, "Say why" in answer.text) == (422, True)
        answer = studio.post(f"{STUDY}/flags/lift", flag=number, because="it does not")
        assert answer.location == f"/studio/{STUDY}/#flags"
        page = studio.page(f"{STUDY}/")
        assert "1 flag is lifted." in page
        assert "lifted (admin: it does not)" in page
        assert 'name="flag"' not in page

    @pytest.mark.usefixtures("flagged")
    @pytest.mark.parametrize(("flag", "status"), [("x", 422), ("", 422), ("999", 404)])
    def test_refuses_what_is_no_flag(self, studio, flag, status):
        answer = studio.post(f"{STUDY}/flags/lift", flag=flag, because="why")
        assert answer.status_code == status

    @pytest.mark.usefixtures("flagged")
    def test_a_viewer_sees_and_lifts_nothing(self, viewer):
        page = viewer.page(f"{STUDY}/")
        assert "can tell who wrote it" in page
        assert 'name="flag"' not in page
        assert viewer.post(f"{STUDY}/flags/lift", flag="1", because="x").status_code == 403
