import re

import pytest

from service.database import now
from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases.sighted.results import compute, fold
from service.usecases.sighted.studies import shelving
from tests import factories
from tests.usecases.sighted.results.rated import mark

GOLD = (GoldTexts("Which?", "A good text.", "A bad text."),)
ASKS = SittingOptions(
    repeats=0, practice=(), criteria=("Kind", "<b>Right</b>"), grades="with_votes", gold=GOLD
)


@pytest.fixture
def rated(studio):
    """Make a study with marks of one rater."""

    def make(options=ASKS, **fields):
        study = studio.study(prompts=6, options=options.to_stored(), **fields)
        with studio.database.transaction() as session:
            row = session.get_one(models.Study, study.id)
            shelving.fill(session, row, options.gold, factories.MOMENT)
            mark(session, factories.make_rater(session, study))
        return study

    return make


def look(studio, study):
    """Do what a worker does after a change."""
    with studio.database.transaction() as session:
        while fold.fold(session, study.id):
            pass
        basis = compute.load(session, study.id, now(session))
        compute.save(session, basis, compute.compute(basis), now(session))


class TestMarks:
    @pytest.mark.parametrize("path", ["", "leaderboard"])
    def test_stand_on_the_page_of_the_study_and_below_its_leaderboard(self, studio, rated, path):
        page = studio.page(f"{rated().name}/{path}")
        assert '<td class="n">5.0</td>' in page
        assert "&lt;b&gt;Right&lt;/b&gt;" in page
        assert "<b>Right" not in page
        assert "1 of 1" in page

    def test_of_a_sealed_study_are_not_shown(self, studio, rated):
        study = rated(is_sealed=True)
        for path in ("", "leaderboard"):
            page = studio.page(f"{study.name}/{path}")
            assert "what was marked is shown once its stop rule is met" in page
            assert "Mean grade" not in page
            assert "Ahead" not in page

    def test_of_grades_alone_stand_where_a_ranking_would(self, studio, rated):
        study = rated(SittingOptions(repeats=0, practice=(), grades="only"))
        look(studio, study)
        page = studio.page(f"{study.name}/leaderboard")
        assert "highest mean grade" in page
        assert "No votes yet." not in page

    def test_say_that_there_are_none_yet(self, studio):
        study = studio.study(options=ASKS.to_stored())
        assert "None are in yet." in studio.page(f"{study.name}/")

    def test_are_not_mentioned_where_none_are_asked(self, studio):
        study = studio.study()
        page = studio.page(f"{study.name}/")
        assert "Criteria and grades" not in page
        assert "Gold" not in page

    def test_show_intervals_once_a_worker_has_looked(self, studio, rated):
        study = rated()
        page = studio.page(f"{study.name}/leaderboard")
        assert "Intervals are added" in page
        assert "95 %</th>" not in page.partition('id="marks"')[2]
        look(studio, study)
        page = studio.page(f"{study.name}/leaderboard").partition('id="marks"')[2]
        assert "Intervals are added" not in page
        assert "Retrieval has the highest mean grade, 5.0 of 5 (95 % interval" in page
        assert re.search(r'<td class="n">5\.0</td>\s*<td class="n">[2-4]\.\d–5\.0</td>', page)
        assert re.search(r'<td class="n">100.%</td>\s*<td class="n">\d\d–100</td>', page)
        assert "too few" not in page

    def test_say_how_gold_is_counted(self, studio, rated):
        assert "Right is a vote for it, better or much better" in studio.page(f"{rated().name}/")

    def test_say_how_gold_is_counted_by_grades(self, studio, rated):
        study = rated(SittingOptions(repeats=0, practice=(), grades="only", gold=GOLD))
        assert "Right is a higher grade for it" in studio.page(f"{study.name}/")
