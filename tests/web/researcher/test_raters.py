import random
from datetime import timedelta

import pytest

from service.store import models
from service.usecases.blind import voting
from tests import factories
from tests.factories import later

STUDY = "support-replies"
RATERS = f"{STUDY}/raters"


@pytest.fixture
def rated(sqlite_database):
    """Let a rater with a pseudonym judge fifteen matchups, always left and at once."""
    with sqlite_database.transaction() as session:
        study = factories.make_study(session, prompts=15)
        rater = factories.make_rater(session, study, "Ben <Smith>")
        row = session.get_one(models.Rater, rater)
        row.pseudonym, row.started_at = "rater-0001", later(0)
        rng, lease = random.Random(1), timedelta(minutes=30)
        while dealt := factories.deal(session, rater, later(1), rng, lease, 1):
            token = dealt[0].token
            voting.cast(session, rater, token, "left", token, later(1), duration_ms=900)


class TestListRaters:
    def test_says_so_where_nobody_has_begun(self, studio):
        studio.study()
        assert "Nobody has started yet." in studio.page(RATERS)
        assert studio.get("nothing/raters").status_code == 404

    @pytest.mark.usefixtures("rated")
    def test_shows_names_figures_and_signs(self, studio):
        page = studio.page(RATERS)
        assert "rater-0001" in page
        assert "Ben &lt;Smith&gt;" in page
        assert "Nearly always A: 15 of 15 votes for a side" in page
        assert "Faster than anybody reads: 15 of 15 votes" in page
        assert f'href="/studio/{RATERS}"' in studio.page(f"{STUDY}/")
        assert studio.get(f"{RATERS}?after=9999").status_code == 200
        assert studio.get(f"{RATERS}?after=no").status_code == 200

    @pytest.mark.usefixtures("rated")
    def test_offers_a_viewer_nothing_to_do(self, viewer):
        page = viewer.page(RATERS)
        assert "rater-0001" in page
        assert "<form" not in page.partition("<main")[2]
        for act in ("leave-out", "take-back"):
            fields = {"rater": "rater-0001", "because": "x"}
            assert viewer.post(f"{RATERS}/{act}", **fields).status_code == 403


@pytest.mark.usefixtures("rated")
class TestLeaveOut:
    def test_asks_why(self, studio):
        answer = studio.post(f"{RATERS}/leave-out", rater="rater-0001", because=" ")
        assert (answer.status_code, "Say why" in answer.text) == (422, True)
        answer = studio.post(f"{RATERS}/leave-out", rater="nobody", because="why")
        assert answer.status_code == 404

    def test_leaves_out_by_reason_and_takes_back(self, studio):
        answer = studio.post(f"{RATERS}/leave-out", rater="rater-0001", because="did not <read>")
        assert answer.location == f"/studio/{RATERS}"
        page = studio.page(RATERS)
        assert "15 judgements are left out. The leaderboard follows within seconds" in page
        assert "did not &lt;read&gt;: 15" in page
        assert studio.post(f"{RATERS}/take-back", rater="rater-0001").status_code == 303
        page = studio.page(RATERS)
        assert "15 judgements count again." in page
        assert "did not" not in page
