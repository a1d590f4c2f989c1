import random
from datetime import timedelta

import pytest

from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.blind import reasons, voting
from tests import factories
from tests.factories import later

PAGE = "support-replies/norming"
LEASE = timedelta(minutes=30)


def judge(session, study, name, choice, why):
    rater_id = factories.make_rater(session, study, name)
    while dealt := factories.deal(session, rater_id, later(1), random.Random(3), LEASE, 1):
        row = session.query(models.Assignment).filter_by(token=dealt[0].token).one()
        said = choice if row.sides else {"left": "right", "right": "left"}[choice]
        voting.cast(session, rater_id, row.token, said, f"k-{row.token}", later(1))
        reasons.add(session, rater_id, row.token, [why], "", f"w-{row.token}", later(1))


@pytest.fixture
def divided(studio):
    study = studio.study(prompts=12, options=SittingOptions(norming=5, repeats=0).to_stored())
    with studio.database.transaction() as session:
        judge(session, study, "Ada", "left", "tone")
        judge(session, study, "Ben", "right", "clear")
    return study


class TestShowNorming:
    def test_shows_what_divides_and_proposes_criteria(self, studio, divided):
        page = studio.page(PAGE)
        assert "2 people judged, and 5 of 5 matchups divide them" in page
        assert page.count("1 for the first, 1 for the second") == 5
        assert "Clear\nTone</textarea>" in page
        assert "Nothing more is dealt" in studio.page("support-replies/")

    def test_says_so_where_a_study_has_none(self, studio):
        studio.study()
        assert "no panel comes first" in studio.page(PAGE)
        assert "norming" not in studio.page("support-replies/")


class TestLetGoOn:
    def test_is_for_researchers(self, studio, divided):
        assert "Let the study go on" in studio.page(PAGE)
        assert studio.post(f"{PAGE}/go-on").status_code == 303
        assert "Let the study go on" not in studio.page(PAGE)
        assert studio.post(f"{PAGE}/go-on").status_code == 409

    def test_is_not_for_viewers(self, viewer):
        viewer.study(options={"norming": 5})
        assert "Draw it from what is finished" not in viewer.page(PAGE)
        assert viewer.post(f"{PAGE}/go-on").status_code == 403


class TestSplitCriterion:
    def test_makes_a_draft(self, studio, divided):
        answer = studio.post(f"{PAGE}/split", title="In parts", criteria="Clear\r\nKind\r\n")
        assert answer.location.endswith("/studio/in-parts/")
        with studio.database.reading() as session:
            made = session.query(models.Study).filter_by(name="in-parts").one()
            assert (made.options["criteria"], made.state) == (["Clear", "Kind"], "draft")
